# Where a report cannot be made, no file appears, and nothing that is there is lost.
. "$TESTS/lib.sh"
net
has_page || skip 'sow was built without the page'
sow init net.txt --rules net.rules --seed 7 -o a.safetensors -q
try sow report a.safetensors
try sow report a.safetensors net.txt extra -o a.html
try sow report a.safetensors -o a.html --before
try sow report none.safetensors -o a.html
try sow report a.safetensors none.txt -o a.html
try sow report a.safetensors -o a.html --before net.txt
printf 'Net(\n  (fc): Linera(1, 2)\n)\n' >bad.txt
try sow report a.safetensors bad.txt -o a.html
try sow report a.safetensors -o none/a.html -q
head -c 300 a.safetensors >cut.safetensors
try sow report cut.safetensors -o a.html
ls
echo mine >a.html
try sow report a.safetensors -o a.html
cat a.html
try sow report a.safetensors net.txt -o a.html --force
tail -n 1 a.html
# Not even --force lets a page replace what it is about.
for path in a.safetensors net.txt; do try sow report a.safetensors net.txt -o $path --force; done
cp a.safetensors b.safetensors
ln -s b.safetensors link.safetensors
try sow report a.safetensors --before b.safetensors -o link.safetensors --force
cmp a.safetensors b.safetensors
rm b.safetensors link.safetensors
# Standard output has the same page.
sow report a.safetensors net.txt -o - | cmp - a.html
(
  ulimit -f 100
  try sow report a.safetensors -o b.html
)
try sow report a.safetensors -o /dev/full
ls
