# A signal while a pipe that nobody empties blocks the writing, or one that nobody reads blocks the opening;
# and a pipe that nobody reads any more.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=1000, out_features=1000, bias=True)' >big.txt
mkfifo pipe
exec 3<>pipe
sow init big.txt -o pipe 3>&- &
wait_until has_open $! pipe
kill -s TERM $!
wait $! 2>/dev/null
echo "exit $?"
exec 3>&-
sow init big.txt -o pipe &
sleep 0.5
kill -s TERM $!
wait $! 2>/dev/null
echo "exit $?"
(
  sow init big.txt -o -
  echo "exit $?" >&2
) | head -c 8 | wc -c
sow plan big.txt | head -n 1
ls -A
