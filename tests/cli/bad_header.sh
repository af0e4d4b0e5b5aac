# A header over 25 MB, which huggingface_hub would refuse to read.
. "$TESTS/lib.sh"
cat >big.txt <<'END'
ModuleList(
  (0-199999): 200000 x Linear(in_features=1, out_features=1, bias=True)
)
END
try sow init big.txt -o out
ls -A
