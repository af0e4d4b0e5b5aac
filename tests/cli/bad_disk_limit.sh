# A file that may not grow: the write fails, and nothing is left.
. "$TESTS/lib.sh"
echo 'Linear(in_features=2000, out_features=2000, bias=True)' >big.txt
(
  ulimit -f 1000
  try sow init big.txt -o out.safetensors
  try sow fill 'zeros_()' 2000,2000 -o out.npy
)
ls -A
