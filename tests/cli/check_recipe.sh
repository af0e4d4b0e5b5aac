# Everything in a recipe is used: rules, aliases, ignored classes, types, edition.
. "$TESTS/lib.sh"
net
printf 'named_parameters:\n  fc.bias = uniform_()\n  none = zeros_()\n' >late.rules
sed 's/Conv2d/MyConv/; s/ReLU()/Gate(4)/' net.txt >my.txt
sow init my.txt --alias MyConv=Conv2d --ignore Gate --allow-unused --rules net.rules --rules late.rules \
  --seed -1 --torch 1.13 --dtype float64 --cast float16 -o a.safetensors
try sow check a.safetensors my.txt
try sow check a.safetensors my.txt --torch 2.14 --seed 3 | tail -3
# Globs hold commas, and options are repeated.
printf 'Net(\n  (a): Linear(in_features=5, out_features=5, bias=True)\n  (b): FooA(7)\n  (c): FooB(7)\n  (d): Bar()\n)\n' >foo.txt
sow init foo.txt --ignore 'Foo[A,B]' --ignore Bar -o c.safetensors -q
try sow check c.safetensors foo.txt
# A list of shapes is its own model; the digest is the text's.
sow plan my.txt --alias MyConv=Conv2d --ignore Gate --format shapes >my.shapes
printf 'named_parameters:\n  *track* = zeros_()\n  * = normal_()\n' >all.rules
sow init my.shapes --rules all.rules -o b.safetensors -q
try sow check b.safetensors my.shapes
try sow check b.safetensors b.safetensors | tail -1
# A recipe that means nothing is told as one, and an option goes before it.
broken() { sed "s/\"sow.$1\":\"$2\"/\"sow.$1\":\"$3\"/" b.safetensors >broken.safetensors; }
broken seed 0 x
try sow check broken.safetensors my.shapes
try sow check broken.safetensors my.shapes --seed 0
broken dtype float32 float33
try sow check broken.safetensors my.shapes
