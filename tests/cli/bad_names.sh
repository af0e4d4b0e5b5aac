# Unknown names with the nearest one, and names that are taken.
. "$TESTS/lib.sh"
bad() { printf "Net(\n$1)\n" >model.txt && try sow init model.txt -o out; }
bad '  (fc6): Linera(in_features=8192, out_features=4096, bias=True)\n'
bad '  (conv1): MyConv3d(3, 64, kernel_size=(3, 3, 3), stride=(1, 1, 1))\n'
bad '  (fc): Linear(in_feature=3, out_features=4, bias=True)\n'
bad '  (a): ReLU()\n  (b): ReLU()\n  (a): ReLU()\n'
net
bad_rule() { printf "$1" >rules && try sow init net.txt --rules rules -o out; }
bad_rule 'apply:\n  *Conv*:\n    weight = xavier_nromal_()\n'
bad_rule "apply:\n  *Conv*:\n    weight = kaiming_normal_(nonlinearity='rleu')\n"
bad_rule 'apply:\n  *Conv*:\n    weight = normal_(mena=1)\n'
bad_rule 'aply:\n  *Conv*:\n    weight = ones_()\n'
bad_rule 'apply:\n  *Conv3d*:\n    weight = ones_()\n'
bad_rule 'apply:\n  *Conv*:\n    wieght = ones_()\n'
bad_rule 'named_parameters:\n  *.wieght = ones_()\n'
ls -A
