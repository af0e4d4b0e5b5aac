# A checkpoint: summary on stderr, header, values; the same bytes every time.
. "$TESTS/lib.sh"
net
try sow init net.txt --rules net.rules --seed 42 --no-recipe -o a.safetensors
header a.safetensors
sow init net.txt --rules net.rules --seed 42 --no-recipe -o b.safetensors -q && cmp a.safetensors b.safetensors
sow init net.txt --rules net.rules --seed 43 --no-recipe -o c.safetensors -q && cmp -s a.safetensors c.safetensors ||
  echo another seed, other bytes
length=$(od -A n -t u8 -N 8 a.safetensors)
od -A d -t f4 -j $((8 + length + 8)) a.safetensors | head -n 4
ls -A
