# The recipe in the metadata holds what is needed to make the file again.
. "$TESTS/lib.sh"
net
printf 'named_parameters:\n  fc.bias = constant_(0.5)\n  none = zeros_()\n' >late.rules
sed 's/Conv2d/MyConv/; s/ReLU()/Gate(4)/' net.txt >my.txt
sow init my.txt --alias MyConv=Conv2d --ignore Gate --allow-unused --rules net.rules --rules late.rules \
  --seed -1 --torch 2.6 --cast bf16 -o a.safetensors
header a.safetensors | grep -a metadata | sed 's/"sow.version":"[0-9.]*"/VERSION/'
sha256sum <my.txt
# The rules of the recipe are rules.
header a.safetensors | sed -n 's/.*"sow.rules":"\([^"]*\)".*/\1/p' | sed 's/\\n/\n/g' >again.rules
cat again.rules
sow init my.txt --alias MyConv=Conv2d --ignore Gate --allow-unused --rules again.rules \
  --seed -1 --torch 2.6 --cast bf16 -o b.safetensors -q && cmp a.safetensors b.safetensors
