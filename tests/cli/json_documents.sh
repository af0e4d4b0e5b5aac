# Every command that answers has its answer as JSON, in a document that says what it is; docs/json.md describes them.
. "$TESTS/lib.sh"
net
sow init net.txt -q -o a.safetensors
sow init net.txt -q --seed 1 -o b.safetensors
sow init net.txt -q --dtype float64 -o c.safetensors
echo 'Linear(in_features=3, out_features=2, bias=True)' >other.txt
sow init other.txt -q -o d.safetensors
try sow check a.safetensors net.txt --format json
try sow check d.safetensors other.txt --seed 3 --format json
try sow check a.safetensors --format json -q
try sow diff a.safetensors a.safetensors --format json
try sow diff a.safetensors b.safetensors --format json
try sow diff a.safetensors c.safetensors --format json | head -n 6
try sow diff a.safetensors d.safetensors --format json | tail -n 6
try sow gain leaky_relu 0.2 --format json
try sow gain relu --format json
try sow list nonlinearities --format json
sow list initializers --format json | head -n 6
sow list methods --format json | head -n 6
sow list layers --format json | head -n 6
sow plan net.txt --format json | head -n 4
sow inspect a.safetensors --format json | head -n 4
for command in 'check a.safetensors' 'diff a.safetensors a.safetensors' 'gain relu' 'list layers' 'plan net.txt' 'inspect a.safetensors'; do
  # shellcheck disable=SC2086 # words
  try sow $command --format shpaes >/dev/null
done
command -v python3 >/dev/null || exit 0
for command in 'check a.safetensors' 'diff a.safetensors b.safetensors' 'gain relu' 'list layers' 'plan net.txt' 'inspect a.safetensors'; do
  # shellcheck disable=SC2086 # words
  sow $command --format json 2>/dev/null | python3 -c 'import json, sys; d = json.load(sys.stdin); print(d["document"], d["version"])'
done
