# Want of memory names the tensor, and what it takes.
. "$TESTS/lib.sh"
limited() { (ulimit -v 300000 && exec "$@"); }
limited sow version >/dev/null 2>&1 || skip "this sow cannot run in little memory"
try limited sow fill 'orthogonal_()' 9000,9000 -o o.npy -q
echo 'Linear(in_features=9000, out_features=9000, bias=True)' >net.txt
printf 'named_parameters:\n  weight = orthogonal_()\n  bias = zeros_()\n' >net.rules
try limited sow init net.txt --rules net.rules -o o.safetensors -q
ls
