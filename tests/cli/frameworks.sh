# Rules with initialisers of Caffe, Keras and JAX: planned, written, checked, cut, and in every type.
. "$TESTS/lib.sh"
cat >net.txt <<'END'
Net(
  (conv1): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))
  (conv2): Conv2d(8, 16, kernel_size=(3, 3), stride=(1, 1))
  (up): ConvTranspose2d(16, 1, kernel_size=(4, 4), stride=(2, 2), bias=False)
  (fc1): Linear(in_features=32, out_features=16, bias=True)
  (fc2): Linear(in_features=16, out_features=8, bias=True)
)
END
cat >net.rules <<'END'
named_parameters:
  conv1.weight = caffe.msra()
  conv1.bias = caffe.constant(0.1)
  conv2.weight = jax.delta_orthogonal(layout='torch')
  up.weight = caffe.bilinear()
  fc1.weight = keras.initializers.he_normal(layout='torch')
  fc1.bias = caffe.positive_unitball()
  fc2.weight = jax.variance_scaling(2.0, 'fan_in', 'truncated_normal', in_axis=1, out_axis=0)
  fc2.bias = caffe.gaussian(std=0.5, sparse=2)
END
sow plan net.txt --rules net.rules
sow init net.txt --rules net.rules -o whole.safetensors -q
for i in 1 2 3; do sow init net.txt --rules net.rules --slice $i/3 -o parts.safetensors -q; done
try cmp whole.safetensors parts.safetensors
try sow check whole.safetensors net.txt
for dtype in float64 float16 bfloat16; do
  sed "/delta/s/=.*/= keras.glorot_uniform(layout='torch')/" net.rules >$dtype.rules
  sow init net.txt --rules $dtype.rules --dtype $dtype -o $dtype.safetensors -q
  try sow check $dtype.safetensors net.txt
done
# Every edition has the same numbers of them; conv2's bias is torch's own.
sow init net.txt --rules bfloat16.rules --dtype bfloat16 --torch 1.13 -o old.safetensors -q
sow diff bfloat16.safetensors old.safetensors | grep 'bias\|equal'
# torch's weights are (out, in, …): a layout that nobody has said is told once.
sed "s/layout='torch'//; s/, in_axis=1, out_axis=0//" net.rules >unsaid.rules
sow plan net.txt --rules unsaid.rules 2>&1 | sed '/warning/!d'
sed "s/layout='torch'/layout='keras'/; /delta/d; /jax/d; /up/d" net.rules >said.rules
sow plan net.txt --rules said.rules | grep keras
# A name that several frameworks have.
sed 's/caffe.msra/xavier/' net.rules >several.rules
try sow plan net.txt --rules several.rules
