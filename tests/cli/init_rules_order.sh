# Several rules files are passes that run in the order given.
. "$TESTS/lib.sh"
net
printf 'apply:\n  Linear:\n    bias = ones_()\n' >one.rules
printf 'apply:\n  Linear:\n    bias = zeros_()\n' >zero.rules
sow plan net.txt --rules one.rules --rules zero.rules | grep fc.bias
sow plan net.txt --rules zero.rules --rules one.rules | grep fc.bias
