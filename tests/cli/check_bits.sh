# A file is compared with its recipe, which needs the model's text only; the first difference is told.
. "$TESTS/lib.sh"
net
sow init net.txt --rules net.rules --seed 7 --cast bf16 -o a.safetensors -q
try sow check a.safetensors net.txt
# Options win over the recipe.
try sow check a.safetensors net.txt --seed 8 | grep -v '^fc\|^conv.bias'
# One bit of the last value of fc.weight.
size=$(stat -c %s a.safetensors)
cp a.safetensors b.safetensors
sow diff a.safetensors b.safetensors
offset=$(sow inspect a.safetensors --format json | sed -n 's/.*"fc.weight".*"offset": \([0-9]*\).*/\1/p')
printf '\001' | dd of=b.safetensors bs=1 seek=$((offset + 10)) conv=notrunc 2>dd.log
try sow check b.safetensors net.txt
try sow diff a.safetensors b.safetensors
[ "$size" = "$(stat -c %s b.safetensors)" ]
# A file without a recipe, as from torch, with the seed.
sow init net.txt --rules net.rules --seed 7 --no-recipe -o c.safetensors -q
try sow check c.safetensors net.txt --rules net.rules --seed 7
try sow check c.safetensors net.txt --rules net.rules
try sow check c.safetensors
try sow check a.safetensors -q
# Another text than the recipe's; what it lacks and has.
sed '/norm/d; s/(relu): ReLU()/(more): Linear(1, 2)/' net.txt >other.txt
try sow check a.safetensors other.txt --rules net.rules
