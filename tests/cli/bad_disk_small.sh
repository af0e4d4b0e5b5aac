# A small file system that fills up: the write fails, and nothing is left.
. "$TESTS/lib.sh"
echo 'Linear(in_features=2000, out_features=2000, bias=True)' >big.txt
mkdir disk
unshare -m mount -t tmpfs -o size=1m none disk 2>/dev/null || skip "cannot mount a small file system"
unshare -m sh -c '
  mount -t tmpfs -o size=1m none disk
  sow init big.txt -o disk/out.safetensors
  echo "exit $?"
  sow init big.txt -o disk/out.safetensors --force
  echo "exit $?"
  ls -A disk
'
