# usage: loader_hub.sh SOW WORK
# @huggingface/hub, from npm, reads what sow writes: one file, and shards with their index.
set -eu
sow=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "loader_hub: skipped: $1"
  exit 77
}

command -v npm >/dev/null || skip 'there is no npm'
mkdir -p "$work"
cd "$work"
cp "$here/package.json" "$here/package-lock.json" "$here/loader_hub.mjs" .
npm ci --no-audit --no-fund >npm.log 2>&1 || skip 'npm cannot reach its registry'
rm -rf one shards
mkdir one shards
model=$here/../data/models/resnet18-2.14.txt
"$sow" init "$model" -o one/model.safetensors -q
"$sow" init "$model" --cast bf16 --max-shard-size 5MB -o shards -q
node loader_hub.mjs "$sow" one shards
