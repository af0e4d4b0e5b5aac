# usage: report_page.sh SOW WORK
# Makes reports of several checkpoints, and has report_page.mjs open them in headless Chromium.
set -eu
sow=$1 work=$2
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "report_page: skipped: $1"
  exit 77
}

command -v npm >/dev/null || skip 'there is no npm'
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip 'there is no chromium'
mkdir -p "$work"
cd "$work"
"$sow" report none -o - 2>&1 | grep -q 'built without the page' && skip 'sow was built without the page'
cp "$here/package.json" "$here/package-lock.json" "$here/report_page.mjs" .
npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 || skip 'npm cannot reach its registry'
rm -rf pages
mkdir -p pages/odd '<' "$(printf '\377')"

# A deep net of equal layers, with torch's defaults before and rules after.
{
  echo 'Net('
  for i in $(seq 0 11); do
    echo "  (layers$i): Linear(in_features=64, out_features=64, bias=True)"
  done
  echo '  (blocks): Sequential('
  for i in $(seq 0 3); do
    echo "    ($i): Linear(in_features=48, out_features=48, bias=False)"
  done
  echo '  )'
  echo ')'
} >deep.txt
printf "apply:\n  Linear:\n    weight = kaiming_normal_(nonlinearity='relu')\n" >deep.rules
"$sow" init deep.txt -q --force -o before.safetensors
"$sow" init deep.txt --rules deep.rules -q --force -o after.safetensors
"$sow" report after.safetensors deep.txt --before before.safetensors -o pages/deep.html
# One value is not what its rule made.
size=$(stat -c %s after.safetensors)
cp after.safetensors damaged.safetensors
printf '\177\177\177\177' | dd of=damaged.safetensors bs=1 seek=$((size - 4)) conv=notrunc 2>dd.log
"$sow" report damaged.safetensors deep.txt -o pages/damaged.html
# So deep that the size leaves what a double holds and comes back; and with gains that lie far apart.
{
  echo '# long'
  for i in $(seq 900); do
    echo "part$i.weight float64 [4, 4]"
  done
} >long.txt
cat >long.rules <<'END'
named_parameters:
  part4??.weight = normal_(std=900)
  part5??.weight = normal_(std=900)
  * = normal_(std=0.02)
END
printf 'named_parameters:\n  * = normal_(std=900)\n' >huge.rules
"$sow" init long.txt --rules long.rules -q --force -o long.safetensors
"$sow" init long.txt --rules huge.rules -q --force -o huge.safetensors
"$sow" report long.safetensors long.txt --before huge.safetensors -q -o pages/long.html

# A model that has other names, and one that shares a vector only.
printf 'Net(\n  (fc): Linear(in_features=64, out_features=64, bias=True)\n)\n' >stranger.txt
"$sow" report after.safetensors stranger.txt -q -o pages/stranger.html
printf 'layers0.bias float32 [64]\n' >vector.txt
printf 'named_parameters:\n  * = uniform_(-0.125, 0.125)\n' >vector.rules
"$sow" report after.safetensors vector.txt --rules vector.rules -q -o pages/vector.html

# A thousand tensors whose names do not fold.
{
  echo '# wide'
  for i in $(seq 1000); do
    echo "part$i.weight float32 [32, 16]"
  done
} >wide.txt
printf 'named_parameters:\n  * = normal_(std=0.02)\n' >wide.rules
"$sow" init wide.txt --rules wide.rules -q --force -o wide.safetensors
"$sow" report wide.safetensors -q -o pages/wide.html
# The list of its tensors has an order; another checkpoint as the model has only names.
"$sow" report wide.safetensors wide.txt -q -o pages/listed.html
"$sow" report wide.safetensors wide.safetensors -q -o pages/named.html

# Names and paths that want to be something else than text.
cat >odd.txt <<'END'
</script><script>window.hacked=1</script> float32 [4, 4]
"><img/src=x/onerror="window.hacked=1">   float32 [4, 4]
<!--                                      float32 [4, 4]
${window.hacked=1}'\"\u003c               float32 [4, 4]
END
file=$(printf '\377')/odd.safetensors
"$sow" init odd.txt --rules wide.rules -q --force -o "$file"
cp "$file" '</script><b>.safetensors' 2>/dev/null || { mkdir -p '<' && cp "$file" '</script><b>.safetensors'; }
"$sow" report "$file" odd.txt -q -o pages/bytes.html
"$sow" report '</script><b>.safetensors' -q -o pages/odd.html

# A recipe that lacks a key, and none.
node --input-type=module - <<'END'
import { readFileSync, writeFileSync } from "node:fs";
const file = readFileSync("after.safetensors");
const size = Number(file.readBigUInt64LE());
const header = JSON.parse(file.subarray(8, 8 + size));
function write(name, metadata) {
  const text = Buffer.from(JSON.stringify({ ...header, __metadata__: metadata }));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(text.length);
  writeFileSync(name, Buffer.concat([length, text, file.subarray(8 + size)]));
}
const { "sow.version": _, ...unversioned } = header.__metadata__;
write("unversioned.safetensors", unversioned);
write("bare.safetensors", { format: "pt" });
END
"$sow" report unversioned.safetensors -q -o pages/unversioned.html
"$sow" report bare.safetensors deep.txt -q -o pages/bare.html

# Nothing that could be drawn: NaN, no elements, a type that is no number.
node --input-type=module - <<'END'
import { writeFileSync } from "node:fs";
const nan = new Float32Array(4).fill(NaN);
const header = Buffer.from(
  JSON.stringify({
    "nan.weight": { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] },
    complex: { dtype: "C64", shape: [2], data_offsets: [16, 32] },
    empty: { dtype: "F32", shape: [0, 3], data_offsets: [32, 32] },
  }),
);
const length = Buffer.alloc(8);
length.writeUInt32LE(header.length);
writeFileSync("broken.safetensors", Buffer.concat([length, header, Buffer.from(nan.buffer), Buffer.alloc(16)]));
END
"$sow" report broken.safetensors -q -o pages/broken.html

# Numbers at the ends of what a number can be: a density that is infinite, and squares that are.
cat >ends.txt <<'END'
tiny float64 [40, 40]
huge float64 [40, 40]
less float64 [40, 40]
same float64 [40, 40]
END
cat >ends.rules <<'END'
named_parameters:
  tiny = uniform_(0, 1e-310)
  huge = uniform_(-8e307, 8e307)
  less = normal_(0, 1e-200)
  same = constant_(1e308)
END
"$sow" init ends.txt --rules ends.rules -q --force -o ends.safetensors
"$sow" report ends.safetensors ends.txt -q -o pages/ends.html

# Two thousand tensors with all that a page has, most of which do not fold; and warnings of the program.
{
  echo 'Net('
  for i in $(seq 0 249); do
    echo "  (stage$i): Block("
    for k in 0 1; do
      echo "    (conv$k): Conv2d($((4 + i)), 4, kernel_size=(1, 1), stride=(1, 1))"
      echo "    (fc$k): Linear(in_features=$((3 + i)), out_features=2, bias=True)"
    done
    echo '  )'
  done
  echo ')'
} >many.txt
"$sow" init many.txt -q --force -o many.safetensors
"$sow" report many.safetensors many.txt -o pages/many.html
printf 'BertModel(\n  (fc): Linear(in_features=3, out_features=8, bias=True)\n)\n' >warned.txt # which initialises again
"$sow" init warned.txt -q --force -o warned.safetensors
"$sow" report warned.safetensors warned.txt -o pages/warned.html
node report_page.mjs "$browser" pages
