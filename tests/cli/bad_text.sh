# Text that is no model.
. "$TESTS/lib.sh"
bad() { printf "$1" >model.txt && try sow init model.txt -o out; }
bad ''
bad '\n\n  \n'
bad 'hello world\n'
bad 'import torch\n'
bad '{"layers": 3}\n'
bad 'Net(\n'
bad 'Net()\nNet()\n'
bad 'Net(\n  (a): Linear(in_features=2, out_features=two, bias=True)\n)\n'
bad 'Net(\n  (a): Linear(in_features=2 out_features=2)\n)\n'
bad 'Net(\n  a: Linear(in_features=2, out_features=2)\n)\n'
bad '\377\376N\000e\000t\000(\000)\000'
printf 'Net(\n  (a): Linear(in_features=2, \000out_features=2)\n)\n' >model.txt
try sow init model.txt -o out
head -c 4096 "$BUILD/sow" >model.txt
sow init model.txt -o out 2>/dev/null
echo "exit $?"
ls -A
