# Values that name nothing, with the nearest name; and a seed out of range.
. "$TESTS/lib.sh"
net
try sow plan net.txt --dtype flaot32
try sow plan net.txt --cast bfloat61
try sow plan net.txt --torch 1.12
try sow plan net.txt --torch two
try sow plan net.txt --format jsn
try sow plan net.txt --seed 18446744073709551616
try sow plan net.txt --seed -9223372036854775809
try sow plan net.txt --seed 1.5
try sow plan net.txt --seed ''
try sow gain leaky_rleu
try sow gain ReLU
try sow gain leaky_relu steep
try sow list initialisers
try sow fill 'xavier_unifrom_()' 3,5
try sow fill 'kaiming_normal_(nonlinearity="rleu")' 3,5
try sow fill 'kaiming_normal_(mode="fan_inn")' 3,5
try sow fill 'normal_(mena=1)' 3,5
try sow fill 'normal_(' 3,5
try sow fill '' 3,5
try sow fill 'normal_()' 3,x
try sow fill 'normal_()' 3,
try sow fill 'normal_()' ''
try sow fill 'normal_()' 3,-5
try sow fill 'normal_()' 99999999999999999999
