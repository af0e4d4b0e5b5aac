# JSON has every number in full, and nothing where there is none.
. "$TESTS/lib.sh"
net
sow init net.txt --rules net.rules --seed 7 --cast bf16 -o net.safetensors -q --no-recipe
sow inspect net.safetensors --format json --digest | tee a.json
# The same from another instruction set.
sow inspect net.safetensors --format json --digest --isa portable | cmp - a.json
