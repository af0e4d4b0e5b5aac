# Options that are unknown, at the wrong command, without a value or with one too many.
. "$TESTS/lib.sh"
net
try sow init net.txt --sede 1 -o a
try sow plan net.txt --frobnicate
try sow plan net.txt -x
try sow plan net.txt --no-recipe
try sow gain relu --seed 3
try sow --seed 3 plan net.txt
try sow plan net.txt --seed
try sow init net.txt -o
try sow init net.txt --force=yes -o a
try sow init net.txt
try sow plan
try sow plan net.txt net.rules
try sow plan net.txt --alias Conv
try sow plan net.txt --alias =Conv2d
try sow plan - --rules -
# What says how a model is made, where none is given.
try sow check a.safetensors --seed 1
try sow check a.safetensors --rules net.rules
try sow report a.safetensors --expect 7 -o a.html
ls
