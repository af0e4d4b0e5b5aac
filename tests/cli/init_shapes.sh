# A list of shapes and a checkpoint are models: rules by name make all of their tensors, in their order.
. "$TESTS/lib.sh"
net
sow plan net.txt --format shapes | tee net.shapes
cat >all.rules <<'END'
named_parameters:
  *.num_batches_tracked = zeros_()
  *.running_var = ones_()
  *.weight = normal_(std=0.02)
  *.bias = uniform_()
  * = zeros_()
END
sow init net.shapes --rules all.rules --seed 3 -o a.safetensors
sow plan a.safetensors --rules all.rules | cut -c1-60
sow init a.safetensors --rules all.rules --seed 3 -o b.safetensors -q
# The same names, another order, other numbers.
sow plan b.safetensors --format shapes --rules all.rules | sort >b.shapes
sort net.shapes | cmp - b.shapes
try sow init net.shapes --rules net.rules -o c.safetensors
try sow init net.shapes -o c.safetensors
printf 'a float33 [1]\n' >bad.shapes
try sow plan bad.shapes
# bfloat16 is drawn as bfloat16 unless the options say otherwise.
printf 'a bfloat16 [2]\nb float32 [2]\n' >half.shapes
printf 'named_parameters:\n  * = normal_()\n' >n.rules
sow plan half.shapes --rules n.rules --format shapes
sow plan half.shapes --rules n.rules --format shapes --dtype float32
sow plan half.shapes --rules n.rules | cut -c1-24
# A checkpoint is known by how it begins, whatever it is called.
cp a.safetensors a.ckpt
sow plan a.ckpt --rules all.rules --format shapes | head -1
