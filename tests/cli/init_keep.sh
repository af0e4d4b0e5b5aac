# Part of a checkpoint anew: what rules name is made, all else is copied.
. "$TESTS/lib.sh"
net
sow init net.txt --seed 1 -o base.safetensors -q
sed 's/out_features=2/out_features=4/' net.txt >new.txt
printf 'named_parameters:\n  fc.* = normal_(std=0.02)\n' >head.rules
try sow init new.txt --rules head.rules --keep base.safetensors --seed 2 -o new.safetensors
sow diff base.safetensors new.safetensors
# The head has the bits that it has when all is made.
sow init new.txt --rules head.rules --seed 2 -o whole.safetensors -q
sow diff new.safetensors whole.safetensors | grep -c '^fc'
sow plan new.txt --rules head.rules --keep base.safetensors --seed 2
sow plan new.txt --rules head.rules --keep base.safetensors --format json | sed -n '/norm.weight/p'
# A checkpoint that holds copies is checked with what they were copied from.
try sow check new.safetensors new.txt
try sow check new.safetensors new.txt --keep base.safetensors
try sow check new.safetensors new.txt --keep whole.safetensors
# In parts, and in shards.
mkdir shards
for i in 1 2; do sow init new.txt --rules head.rules --keep base.safetensors --seed 2 --slice $i/2 -o parts.safetensors -q; done
cmp parts.safetensors new.safetensors
sow init new.txt --rules head.rules --keep base.safetensors --seed 2 --max-shard-size 200 -o shards -q
sow diff new.safetensors shards
# Without rules all is copied: a checkpoint in other shards; its own header is model enough.
sow init shards --keep shards --no-recipe -o copy.safetensors
sow diff copy.safetensors new.safetensors
# The type of what is kept stays.
sow init net.txt --cast bf16 -o half.safetensors -q
try sow init new.txt --rules head.rules --keep half.safetensors -o mixed.safetensors
sow inspect mixed.safetensors --format json | grep -c '"BF16"'
# What does not fit is told, and nothing is written.
printf 'named_parameters:\n  fc.weight = normal_(std=0.02)\n' >half.rules
try sow init new.txt --rules half.rules --keep base.safetensors -o bad.safetensors
sed 's/(fc)/(head)/' net.txt >other.txt
try sow init other.txt --keep base.safetensors -o bad.safetensors
printf 'conv.weight float32 [3, 2, 3, 3]\n' >conv.shapes
try sow init conv.shapes --keep base.safetensors -o part.safetensors
try sow init new.txt --rules head.rules --keep absent.safetensors -o bad.safetensors
try sow init new.txt --rules head.rules --keep net.txt -o bad.safetensors
ls | grep -c bad
