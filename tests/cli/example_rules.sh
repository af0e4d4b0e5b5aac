# The habits of examples/rules, each on its model: which rule makes what.
. "$TESTS/lib.sh"
folder=$TESTS/../../examples/rules
try_rules() {
  echo "$1"
  sow plan "$folder/$2.txt" --rules "$folder/$1.rules" --format json | sed -n \
    's/.*"name": "\([^"]*\)".*"rule": "[^"]*\/\([^"]*\)", "position.*"mean": \([^,]*\), "std": \([^,]*\),.*/\1 \2 \4/p'
}
try_rules zero_gamma zero_gamma
try_rules irnn irnn
try_rules fixup fixup
try_rules t_fixup bart
try_rules deepnet bart
try_rules mup mup
for name in resnet bert gpt2 t5 llama nanogpt mingpt lstm_forget dcgan in_proj_thirds icnr; do
  try_rules $name $name
done
# All of them are tried, and have a line in the README.
for rules in "$folder"/*.rules; do
  name=$(basename "$rules")
  grep -qE "(try_rules|for name in .*| )${name%.rules}( |;)" "$TESTS/example_rules.sh" || echo "$name is not tried"
  grep -q "($name)" "$folder/README.md" || echo "$name is not in the README"
done
