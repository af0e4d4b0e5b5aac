# What a part says, and parts that there are not.
. "$TESTS/lib.sh"
net
try sow init net.txt --slice 2/3 -o out
try sow init net.txt --slice 2/3 -o out
try sow init net.txt --finish -o out
try sow init net.txt --slice 3/3 -o out
try sow init net.txt --slice 1/3 -o out
for bad in 0/3 4/3 1 1/ /3 1/0 1/3x -1/3 1/1000001 99999999999999999999/3 ''; do
  try sow init net.txt --slice "$bad" -o bad
done
try sow init net.txt --slice 1/2 --finish -o bad
try sow init net.txt --slice 1/2 -o -
try sow init net.txt --finish -o -
try sow plan net.txt --slice 1/2
ls -A
