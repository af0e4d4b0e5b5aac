# A signal while a pipe that nobody empties blocks the writing or the opening, and a pipe that nobody reads any more.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=1000, out_features=1000, bias=True)' >big.txt
mkfifo pipe
exec 3<>pipe
has_pipe() { readlink /proc/"$1"/fd/* 2>/dev/null | grep -q -x "$PWD/pipe"; }
sow init big.txt -o pipe 3>&- &
wait_until has_pipe $!
kill -s TERM $!
wait $! 2>/dev/null
echo "exit $?"
exec 3>&-
# Waiting for the pipe's reader can be stopped too.
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
