# A checkpoint of a recording: the same from every slice, checked, inspected, in another type; the seed is free.
. "$TESTS/lib.sh"
recorded
sow init model.sow --seed 3 -o a.safetensors
header a.safetensors | sed 's/"sow":"[^"]*"/"sow":"…"/'
for i in 1 2 3; do sow init model.sow --seed 3 --slice $i/3 -o b.safetensors -q; done
cmp a.safetensors b.safetensors && echo 'the same in three parts'
sow init - --seed 3 -o c.safetensors -q <model.sow && cmp a.safetensors c.safetensors && echo 'the same from a pipe'
sow init model.sow --seed 4 --no-recipe -o d.safetensors -q
sow diff a.safetensors d.safetensors
try sow check a.safetensors model.sow
try sow check d.safetensors model.sow --seed 4
try sow check d.safetensors model.sow --seed 5 -q
sow inspect a.safetensors
sow init model.sow --dtype bf16 -o half.safetensors -q && sow inspect half.safetensors --format json | grep -o '"name": "[^"]*", "dtype": "[^"]*"'
length=$(od -A n -t u8 -N 8 a.safetensors)
od -A d -t d8 -j $((8 + length)) -N 32 a.safetensors
# The recorded edition and dtype, unless the options say otherwise.
sed 's/^torch .*/torch 1.13.1/; s/^dtype .*/dtype float16/; s/float32/float16/' model.sow >old.sow
sow plan old.sow | tail -n 1
sow plan old.sow --torch 2.6 --dtype float32 | tail -n 1
