# A line of 100 MB: refused before it is read, from a file and from a pipe; one within the limit by the parser.
. "$TESTS/lib.sh"
x() { head -c "$1" /dev/zero | tr '\0' x; }
x 100000000 >line.txt
try sow init line.txt -o out
x 100000000 | try sow init - -o out
try sow init /dev/zero -o out
try sow plan net.txt --rules line.txt
net
try sow init net.txt --rules line.txt -o out
rm line.txt
truncate -s 100G huge.txt
try sow init huge.txt -o out
rm huge.txt
x 60000000 | try sow init - -o out
ls -A
