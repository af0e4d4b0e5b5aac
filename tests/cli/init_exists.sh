# An existing file is replaced with --force only.
. "$TESTS/lib.sh"
net
echo mine >a
try sow init net.txt -o a
cat a
try sow init net.txt -o a --force
cmp -s a - <<END || echo replaced
mine
END
ls -A
