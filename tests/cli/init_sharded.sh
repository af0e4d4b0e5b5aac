# Shards and their index; the whole is the same checkpoint as the one file.
. "$TESTS/lib.sh"
net
mkdir out
sow init net.txt --seed 7 -o one.safetensors -q
try sow init net.txt --seed 7 --max-shard-size 0.2KB -o out
ls out
cat out/model.safetensors.index.json
sow diff one.safetensors out
try sow check out net.txt
# What is there is not overwritten, nor left beside new shards.
try sow init net.txt --seed 8 --max-shard-size 150 -o out/model.safetensors
try sow init net.txt --seed 8 --max-shard-size 150B -o out/model.safetensors --force
ls out
try sow init net.txt --max-shard-size 5GB -o out --force
ls out
for size in '' 5 GB 5XB 0 1e3 -5GB 99999999TB 0.5B .; do
  try sow init net.txt --max-shard-size "$size" -o other.pt
done
try sow init net.txt --max-shard-size 1GB --slice 1/2 -o other.safetensors
try sow init net.txt --max-shard-size 1GB -o - | wc -c
