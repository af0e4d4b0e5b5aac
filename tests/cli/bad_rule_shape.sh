# An initialiser that needs two dimensions for a tensor that has one: the message names the tensor.
. "$TESTS/lib.sh"
net
printf 'apply:\n  *:\n    weight = xavier_normal_()\n' >rules
try sow init net.txt --rules rules --allow-unused -o out
printf 'named_parameters:\n  *.bias = kaiming_uniform_()\n' >rules
try sow plan net.txt --rules rules
ls -A
