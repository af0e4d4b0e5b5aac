# A signal that the parent had ignored (nohup) stays ignored.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=10000, out_features=3000, bias=True)' >big.txt
(
  trap '' HUP
  exec sow init big.txt -q -o out.safetensors
) &
wait_until is_writing $!
kill -s HUP $!
wait $!
echo "exit $?"
ls -A
