# A block or line that matches nothing is an error, unless --allow-unused.
. "$TESTS/lib.sh"
net
printf 'apply:\n  Conv3d:\n    weight = ones_()\n' >rules
try sow init net.txt --rules rules -o out
try sow init net.txt --rules rules -q --allow-unused -o out
ls -A
