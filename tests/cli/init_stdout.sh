# '-o -' is descriptor 1 itself: it is written to where it stands, and what cannot be written to is an error.
. "$TESTS/lib.sh"
net
sow init net.txt -q -o one.safetensors
printf 'earlier' >log
sow init net.txt -q -o - >>log
{ printf 'earlier' && cat one.safetensors; } | cmp - log
{ sow init net.txt -q -o - && sow init net.txt -q -o /dev/fd/1; } >two
cat one.safetensors one.safetensors | cmp - two
cp net.txt victim
sow init net.txt -q -o - >&- 2>said
echo "exit $?"
sow init net.txt -q -o /dev/stdout --force 1<victim 2>>said
echo "exit $?"
cat said
cmp net.txt victim
