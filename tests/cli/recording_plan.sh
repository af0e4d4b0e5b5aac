# A recording is a model: what its plan is, in every format, from a file or a pipe.
. "$TESTS/lib.sh"
recorded
sow plan model.sow
sow plan - <model.sow >piped && sow plan model.sow | cmp - piped && echo 'a pipe is a file'
sow plan model.sow --seed 7 --format json
sow plan model.sow --dtype float64 --cast bf16 --torch 1.13
sow plan model.sow --format shapes
# Rules follow the constructor: classes and names are there.
printf 'apply:\n  Linear:\n    bias = zeros_()\nnamed_parameters:\n  head.weight = mul_(2.0)\n' >some.rules
sow plan model.sow --rules some.rules
printf 'named_parameters:\n  * = zeros_()\n' >all.rules
# Its classes are not read, so no option says how.
sow plan model.sow --ignore Linear --allow-missing | tail -n 1
sow plan model.sow --format shapes | sow plan - --alias Linear=Conv2d --rules all.rules | tail -n 1
