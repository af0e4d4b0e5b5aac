# A small file system: what has no room there is refused before the first byte, with the numbers; parts count for
# themselves, and the others go on where there is room again.
. "$TESTS/lib.sh"
echo 'Linear(in_features=2000, out_features=2000, bias=True)' >big.txt
sow init big.txt -q -o whole.safetensors
mkdir disk
unshare -m mount -t tmpfs -o size=1m none disk 2>/dev/null || skip "cannot mount a small file system"
unshare -m sh -c '
  mount -t tmpfs -o size=1m none disk
  sow init big.txt -o disk/out.safetensors
  echo "exit $?"
  sow init big.txt -o disk/out.safetensors --force
  echo "exit $?"
  sow init big.txt -o disk/out.safetensors --max-shard-size 8MB
  echo "exit $?"
  sow fill "normal_()" 1000,1000 -o disk/out.npy
  echo "exit $?"
  ls -A disk
  for part in 1 2 3; do
    sow init big.txt -o disk/out.safetensors --slice $part/40 2>&1 | sed "s/takes [0-9]* bytes/takes N bytes/; s/has [0-9]* free/has N free/"
  done
  mount -o remount,size=20m disk
  for part in $(seq 40); do sow init big.txt -o disk/out.safetensors --slice $part/40 -q; done
  cmp disk/out.safetensors whole.safetensors && ls -A disk
'
