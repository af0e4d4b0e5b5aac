# Inputs that cannot be read.
. "$TESTS/lib.sh"
net
try sow init missing.txt -o out
try sow init . -o out
try sow init net.txt/model -o out
try sow init net.txt --rules missing.rules -o out
try sow init net.txt --rules . -o out
try sow init '' -o out
try sow init - -o out <&-
ls -A
# What a terminal would obey is not shown to it.
try sow plan "$(printf 'no\033[31msuch')"
