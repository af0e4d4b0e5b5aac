# Options before and after operands, with = and without, -oFILE, and -- before operands that begin with '-'.
. "$TESTS/lib.sh"
net
sow plan net.txt --seed 7 --rules net.rules >a
sow plan --seed=7 --rules=net.rules net.txt >b && cmp a b
sow plan --rules net.rules net.txt --seed 1 --seed 0x7 >c && cmp a c
cp net.txt ./-net.txt
sow plan --seed 7 --rules net.rules -- -net.txt >d && cmp a d
sow init net.txt -qof && sow init net.txt -q -o g && cmp f g
try sow init net.txt -o f -q --force
ls
