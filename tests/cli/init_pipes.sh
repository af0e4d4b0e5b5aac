# '-' reads the model from a pipe and writes the checkpoint to one, to a file, or where -o points.
. "$TESTS/lib.sh"
net
sow init net.txt --no-recipe -q -o a.safetensors
sow init - --no-recipe -q -o - <net.txt | cmp - a.safetensors
sow init - --no-recipe -q -o - <net.txt >b.safetensors && cmp a.safetensors b.safetensors
cat net.txt | sow init - --no-recipe -o - 2>said >b.safetensors && cmp a.safetensors b.safetensors
cat said
sow init net.txt --no-recipe -q -o /dev/stdout | cmp - a.safetensors
sow init net.txt --no-recipe -q -o /dev/null
cat net.rules | sow plan net.txt --rules - >c && sow plan net.txt --rules net.rules >d && diff c d | head -n 4
ls -A
