# A print that was cut: in the middle of a line, after a child, or shortened with (...).
. "$TESTS/lib.sh"
net
head -n 3 net.txt >a.txt && try sow init a.txt -o out
head -c 60 net.txt >b.txt && try sow init b.txt -o out
printf 'Net(\n  (a): Sequential(...)\n)\n' >c.txt && try sow init c.txt -o out
printf 'Net(\n  (a): Sequential(\n    ...\n  )\n)\n' >d.txt && try sow init d.txt -o out
ls -A
