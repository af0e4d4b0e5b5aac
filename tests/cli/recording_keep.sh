# Part of a checkpoint anew: what rules name of a recording is made, the rest is copied.
. "$TESTS/lib.sh"
recorded
sow init model.sow --seed 1 -o base.safetensors -q
printf 'named_parameters:\n  head.weight = normal_(std=0.5)\n' >head.rules
try sow init model.sow --rules head.rules --keep base.safetensors --seed 2 -o new.safetensors
sow diff base.safetensors new.safetensors
sow init model.sow --rules head.rules --seed 2 -o whole.safetensors -q
sow diff new.safetensors whole.safetensors | grep -c '^head'
sow plan model.sow --rules head.rules --keep base.safetensors --seed 2
# The list of its shapes is a model without a constructor.
sow plan model.sow --format shapes >net.shapes
try sow init net.shapes --keep base.safetensors -o copy.safetensors -q
sow diff base.safetensors copy.safetensors
