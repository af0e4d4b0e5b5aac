# Every command of the program that README.md and docs/ show is run, on small models under the names that they use.
. "$TESTS/lib.sh"
unlaunched
root=$EXAMPLES/..

# commands FILE: those in its code, without comments; what a launcher would start says which part it is
commands() {
  awk '/^```/ { inside = !inside; next } inside || /^    /' "$1" | sed 's/^ *\(\$ \)\{0,1\}//; s/  *# .*//; s/ | jq .*//' |
    sed 's/^\(srun\|mpirun\|torchrun\) .*sow init \(.*\)/RANK=0 WORLD_SIZE=1 sow init \2/' | grep -v '…' |
    grep -E '^([A-Z_=0-9 ]+|mkdir [a-z0-9]+; )?sow (check|diff|fill|gain|help|init|inspect|list|plan|report) '
}

# The files that they take
cat >c3d.txt <<'END'
C3D(
  (conv1): Conv3d(3, 4, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1))
  (fc8): Linear(in_features=8, out_features=4, bias=True)
)
END
cp "$EXAMPLES/c3d/weights_init.py" "$EXAMPLES/c3d/weights_init.rules" "$EXAMPLES/rules/gpt2.txt" "$EXAMPLES/rules/gpt2.rules" .
printf 'named_parameters:\n  fc8.* = zeros_()\n' >head.rules
printf 'named_parameters:\n  * = normal_(std=0.02)\n' >r
cp c3d.txt new.txt
cp c3d.txt net.txt
cat >init.py <<'END'
def weights_init(kind='gaussian', gain=0.02):
    def init_fun(m):
        if hasattr(m, 'weight'):
            nn.init.normal_(m.weight, 0.0, gain) if kind == 'gaussian' else nn.init.xavier_normal_(m.weight, gain)
    return init_fun
def init_weights(model, std):
    for p in model.parameters():
        nn.init.normal_(p, std=std)
END
cat >gpt.py <<'END'
class GPT(nn.Module):
    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.02)
END
recorded
cp model.sow gpt2.sow
mkdir files after
for name in a b before model trained unknown c3d; do
  sow init -q c3d.txt --rules weights_init.rules --seed 0 -o files/$name.safetensors
done
sow init -q c3d.txt --seed 1 -o after/model.safetensors
sow init -q c3d.txt --seed 1 --force -o files/b.safetensors

for document in "$root"/README.md "$root"/docs/*.md; do
  commands "$document" >commands || continue
  cp files/* .
  while read -r line; do
    file=$(echo "$line" | sed -n 's/.* -o \([^ ]*\).*/\1/p')
    [ -z "$file" ] || rm -rf "$file" "$file.parts" "$file.partial" # of a command before
    sh -c "$line" >out 2>err </dev/null
    status=$?
    [ "$status$(echo "$line" | cut -c 1-8)" != '1sow diff' ] || status=0
    [ $status = 0 ] || grep -q 'this sow was built without the page' err || { echo "exit $status: $line" && cat err; }
  done <commands
  echo "$(basename "$document"): $(wc -l <commands)"
done
