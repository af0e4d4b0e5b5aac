# Ctrl-C, TERM and HUP in the middle of writing: the process dies of the signal and leaves nothing.
. "$TESTS/lib.sh"
[ -d /proc/self/fd ] || skip "no /proc"
echo 'Linear(in_features=40000, out_features=40000, bias=True)' >big.txt
for signal in INT TERM HUP; do
  # The shell has its background jobs ignore Ctrl-C; env takes that back.
  env --default-signal=INT sow init big.txt -o out.safetensors &
  wait_until is_writing $!
  kill -s $signal $!
  wait $! 2>/dev/null
  echo "$signal: exit $?"
done
ls -A
