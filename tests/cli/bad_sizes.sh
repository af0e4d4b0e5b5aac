# Sizes that overflow 63 bits, and sizes that torch refuses.
. "$TESTS/lib.sh"
bad() { printf "Net(\n  (a): $1\n)\n" >model.txt && try sow init model.txt -o out; }
bad 'Linear(in_features=9223372036854775807, out_features=2, bias=True)'
bad 'Linear(in_features=9223372036854775808, out_features=1, bias=True)'
bad 'Linear(in_features=4294967296, out_features=4294967296, bias=True)'
bad 'Conv3d(1, 1, kernel_size=(2097152, 2097152, 2097152), stride=(1, 1, 1))'
bad 'Linear(in_features=-1, out_features=2, bias=True)'
bad 'Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1), groups=2)'
bad 'Conv2d(3, 4, kernel_size=(3,), stride=(1, 1))'
bad 'Embedding(3, 4, padding_idx=7)'
bad 'ModuleList(\n    (0-9223372036854775807): 9223372036854775808 x Linear(in_features=1, out_features=1, bias=True)\n  )'
printf 'Net(\n' >model.txt
for i in 1 2 3; do echo "  (a$i): Linear(in_features=1000000000, out_features=1000000000, bias=True)"; done >>model.txt
echo ')' >>model.txt
try sow init model.txt -o out
ls -A
