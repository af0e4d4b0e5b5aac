# What holds the random numbers of one run is refused for others, by name.
. "$TESTS/lib.sh"
recorded
sed 's/^step s1\[3\] .*/literal s1[3] 12 bound "randperm" at "net.py:5"\n  AACAPwAAAEAAAEBA/' model.sow >bound.sow
try sow init bound.sow -o out
try sow init bound.sow --seed 7 -o bound.safetensors
try sow plan bound.sow --seed 7 --torch 2.6
try sow plan bound.sow --seed 7 --dtype float64
sow plan bound.sow --seed 7 --cast float64 | tail -n 1
try sow check bound.safetensors bound.sow
# A rule that makes it anew frees it.
printf 'apply:\n  Linear:\n    bias = zeros_()\n' >bias.rules
sow plan bound.sow --rules bias.rules --seed 8 | tail -n 1
# All of it, where code looked at random numbers.
sed 's/^seed 7/&\nbound "if random.random() < 0.5 (net.py:3)"/' model.sow >whole.sow
try sow plan whole.sow
sow plan whole.sow --seed 7 | tail -n 1
ls -A
