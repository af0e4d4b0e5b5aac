# The plan as a table, with and without rules.
. "$TESTS/lib.sh"
net
sow plan net.txt
sow plan net.txt --rules net.rules --seed 3 --dtype f64 --cast f16 --torch 2.11
