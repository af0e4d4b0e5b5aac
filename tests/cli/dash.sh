# '-' is standard input or output where a text or one file goes; elsewhere a word says why not.
. "$TESTS/lib.sh"
net
sow init net.txt -q -o a.safetensors
try sow inspect - <a.safetensors
try sow check - <a.safetensors
try sow check a.safetensors - <net.txt
try sow diff a.safetensors - <a.safetensors
try sow diff - a.safetensors <a.safetensors
if has_page; then
  try sow report - -o page.html <a.safetensors
else
  echo "sow: error: '-': a checkpoint is read from a file, not from standard input" >&2
  echo 'exit 2'
fi
try sow plan net.txt --keep - <a.safetensors
try sow record 'torch.nn.Linear(1, 2)' --file - -o x.sow </dev/null
try sow init net.txt --slice 1/2 -o -
try sow init net.txt --finish -o -
try sow init net.txt --max-shard-size 1GB -o -
sow plan net.txt --format shapes | try sow plan net.txt --expect - | tail -n 1
# One name for standard output.
sow init net.txt -q -o - >/dev/full
sow init net.txt -q -o /dev/stdout >/dev/full
sow plan net.txt >/dev/full
sow init net.txt -o - 2>&1 >/dev/null
