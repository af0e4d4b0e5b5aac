# Rules that do not follow the grammar, and an empty set of them.
. "$TESTS/lib.sh"
net
bad() { printf "$1" >rules && try sow init net.txt --rules rules -o out; }
bad 'apply\n'
bad 'apply:\n  Linear:\n    weight = normal_(\n'
bad 'apply:\n  Linear:\n    weight normal_()\n'
bad 'apply:\n  Linear\n    weight = normal_()\n'
bad 'apply:\n  Linear:\n    weight = 0.5\n'
bad 'apply:\n  Linear:\n    weight = normal_(1/0)\n'
bad 'weight = normal_()\n'
bad ''
ls -A
