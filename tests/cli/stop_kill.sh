# Even killed outright, sow leaves nothing under the final name; nothing at all where a file may be nameless.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=40000, out_features=40000, bias=True)' >big.txt
sow init big.txt -o out.safetensors &
wait_until is_writing $!
kill -s KILL $! && wait $! 2>/dev/null
echo "exit $?"
ls
