# Numbers of threads give the same bytes: in files, in pipes, in single tensors.
. "$TESTS/lib.sh"
unset SOW_THREADS
cat >long.txt <<'END'
Net(
  (a): Linear(in_features=1000, out_features=1000, bias=True)
  (b): Linear(in_features=700, out_features=900, bias=False)
)
END
printf 'apply:\n  Linear:\n    weight = trunc_normal_(a=-1, b=1)\n' >rules
for n in 0 1 2 3 7; do
  sow init long.txt --rules rules --seed 3 --threads $n -q -o $n.safetensors
  cmp 0.safetensors $n.safetensors
  sow init long.txt --rules rules --seed 3 --threads $n -q -o - | cmp 0.safetensors -
  sow fill 'normal_()' 1000001 --threads $n -q -o $n.npy
  cmp 0.npy $n.npy
done
try sow init long.txt --threads 1025 -o out
try sow init long.txt --threads -1 -o out
try sow fill 'normal_()' 3 --threads ''
try sow plan long.txt --threads 2x
SOW_THREADS=two try sow fill 'normal_()' 3
SOW_THREADS=two try sow fill 'ones_()' 3 --threads 2
SOW_THREADS= try sow fill 'ones_()' 3 # as if it were not set
SOW_THREADS=3 try sow init long.txt --rules rules --seed 3 -q -o env.safetensors
cmp 0.safetensors env.safetensors
ls
