# Every example of the manual, and of --help, is run: on small models under the names that they use.
. "$TESTS/lib.sh"
[ -f "$BUILD/sow.1" ] || skip "sow.1 is not built: this build is for another machine"
command -v python3 >/dev/null || skip "there is no python3, which one of the examples uses"
net

# code SECTION: what stands between .EX and .EE there
code() {
  sed -n "/^\.SH $1\$/,/^\.SH /p" "$BUILD/sow.1" | sed -n '/^\.EX$/,/^\.EE$/p' |
    sed "/^\.E[XE]\$/d; s/\\\\-/-/g; s/\\\\(aq/'/g; s/\\\\(ha/^/g; s/\\\\(ti/~/g; s/\\\\(ga/\`/g; s/^\\\\&//; s/\\\\e/\\\\/g"
}

# --help has the same ones
code EXAMPLES >examples
for command in $(sed -n 's/^\.SS //p' "$BUILD/sow.1"); do
  sow "$command" --help | sed -n '/^Examples:$/,/^$/s/^  //p'
done | diff examples - && echo "--help has the same examples"

# The files that they take
sed 's/(conv): Conv2d(2, 3, kernel_size=(3, 3), stride=(1, 1))/(conv): Conv3d(2, 3, kernel_size=(3, 3, 3), stride=(1, 1, 1))/
  s/BatchNorm2d/BatchNorm3d/; s/(fc)/(fc8)/' net.txt >c3d.txt
cp net.txt gpt2.txt
cp net.rules gpt2.rules
code RULES >weights_init.rules
code FUNCTIONS >weights_init.py
printf 'print(r"""%s""")\n' "$(cat net.txt)" >net.py
sow init -q c3d.txt --rules weights_init.rules --seed 42 --no-recipe -o from_torch.safetensors
sow init -q c3d.txt --rules weights_init.rules -o unknown.safetensors
for copy in before after model; do cp unknown.safetensors $copy.safetensors; done
mkdir sharded checkpoints
sow init -q c3d.txt --rules weights_init.rules --max-shard-size 400 -o sharded
cp sharded/* checkpoints
cp sharded/* .

[ -s examples ] || echo "there are none"
while read -r line; do
  file=$(echo "$line" | sed -n 's/.* -o \([^ ]*\).*/\1/p')
  [ -z "$file" ] || rm -f "$file" "$file.parts" "$file.partial" # of an example before
  sh -c "$line" >out 2>err </dev/null && continue
  status=$?
  # The page of a report is made by npm, and a recording by the Python package, which not every machine has.
  grep -q 'this sow was built without the page\|python3 has no package sow' err || { echo "exit $status: $line" && cat err; }
done <examples
