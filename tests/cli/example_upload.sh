# The example uploads a checkpoint through the sink, in ranges, and the store has what sow init writes.
. "$TESTS/lib.sh"
[ -x "$BUILD/examples/upload" ] || skip 'there is no libcurl'
command -v python3 >/dev/null || skip 'there is no python3'

cat >net.txt <<'END'
Net(
  (embedding): Embedding(3000, 512)
  (fc1): Linear(in_features=512, out_features=1501, bias=True)
  (norm): LayerNorm((1501,), eps=1e-05, elementwise_affine=True)
  (fc2): Linear(in_features=1501, out_features=3, bias=True)
)
END
sow init net.txt --seed 7 --no-recipe -q -o net.safetensors

# serve REFUSED_AFTER: a store of its own, whose address is in $url
serve() {
  rm -rf store
  mkdir store
  python3 "$TESTS/upload_store.py" store "$1" &
  server=$!
  trap 'kill $server 2>/dev/null' EXIT
  wait_until test -f store/port || exit 1
  url=http://127.0.0.1:$(cat store/port)
}

stop() {
  kill $server
  wait $server 2>/dev/null
}

serve 0
try "$BUILD/examples/upload" net.txt "$url/whole.safetensors" 7
cmp net.safetensors store/whole.safetensors && echo 'whole: equal'
sort -n store/ranges
rm store/ranges
for part in 3 1 2; do
  "$BUILD/examples/upload" net.txt "$url/parts.safetensors" 7 $part 3 &
  parts="${parts:-} $!"
done
# shellcheck disable=SC2086
for part in $parts; do wait "$part" || echo "a part failed"; done
cmp net.safetensors store/parts.safetensors && echo 'three parts at once: equal'
sort -n store/ranges
stop

# A store that is full: the sink's answer stops the work.
serve 2
"$BUILD/examples/upload" net.txt "$url/full.safetensors" 7 2>full.stderr
echo "exit $?"
sed "s/127.0.0.1:[0-9]*/HOST/" full.stderr
cat store/ranges
stop
