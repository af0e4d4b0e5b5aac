# usage: train_program.sh TRAIN SOW EXAMPLES FOLDER
# The program repeats itself, and its weights are those that sow writes into a checkpoint.
set -eu
train=$1
sow=$2
examples=$3
folder=$4
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

check() {
  "$@" || {
    echo "failed: $*"
    exit 1
  }
}

# The same steps from the function, from rules, and from sow's checkpoint of the same model and seed.
cat >c3d_8.txt <<'END'
C3D(
  (conv1): Conv3d(3, 8, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1))
  (conv2): Conv3d(8, 16, kernel_size=(3, 3, 3), stride=(1, 1, 1), padding=(1, 1, 1))
  (fc6): Linear(in_features=512, out_features=512, bias=True)
  (fc8): Linear(in_features=512, out_features=4, bias=True)
)
END
"$sow" init c3d_8.txt --rules "$examples/weights_init.rules" --seed 4 -q -o w.safetensors
without=conv3a,conv3b,conv4a,conv4b,pool4,conv5a,conv5b,fc7
run() {
  "$train" --steps 3 --every 1 --seed 4 --without $without "$@"
}
for init in weights_init "$examples/weights_init.rules" w.safetensors; do
  run --init "$init" 2>err.txt | tail -n +2 | sed 's/[\t ][\t ]*/ /g' >"steps.$(basename "$init")"
done
check cmp steps.weights_init steps.weights_init.rules
check cmp steps.weights_init steps.w.safetensors
check test "$(wc -l <steps.weights_init)" = 3

# Two at once do not disturb each other, and what explains them is said of both.
run --init default --init weights_init >both.tsv 2>both.txt
tail -n +2 both.tsv | sed 's/[\t ][\t ]*/ /g' | cut -d ' ' -f 1,2,5,6 >steps.both
check cmp steps.both steps.weights_init
check grep -q '^default: standard deviations' both.txt
check grep -q '^weights_init: the loss is ' both.txt

# A loss that is no number is not hidden.
"$train" --steps 4 --init "$examples/train/rules/large_gain.rules" 2>err.txt >large.tsv
check grep -q 'nan' large.tsv

# What is refused: another shape, a tensor too many or too few, no such file, a wrong option.
refused() {
  expected=$1
  shift
  status=0
  "$train" --steps 1 "$@" >out.txt 2>err.txt || status=$?
  check test $status = "$expected"
  check test ! -s out.txt
}
refused 1 --init w.safetensors
check grep -q 'no tensor' err.txt
refused 1 --init w.safetensors --without $without --width 4
check grep -q 'another shape' err.txt
(echo 'C3D(' && grep '^  (' c3d_8.txt && echo '  (fc9): Linear(in_features=4, out_features=4, bias=True)' && echo ')') |
  "$sow" init - -q -o more.safetensors
refused 1 --init more.safetensors --without $without
check grep -q 'no place for' err.txt
refused 1 --init no.rules
refused 2 --steps many
refused 2 --colour red
refused 2 file
