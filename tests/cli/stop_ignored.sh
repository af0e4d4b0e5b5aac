# A signal that the parent had ignored (nohup) stays ignored: the writing, held up by a full pipe, goes on.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=1000, out_features=1000, bias=True)' >big.txt
mkfifo pipe
exec 3<>pipe
(
  trap '' HUP
  exec sow init big.txt --no-recipe -q -o pipe 3>&-
) &
wait_until has_open $! pipe
kill -s HUP $!
sow init big.txt --no-recipe -q -o whole
head -c "$(wc -c <whole)" <&3 | cmp - whole && echo equal
wait $!
echo "exit $?"
