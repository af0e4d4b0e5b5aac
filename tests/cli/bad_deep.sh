# A thousand levels under the model are read, one more is refused, and so is a million.
. "$TESTS/lib.sh"
nest() { # nest N: a module N levels down
  awk -v n="$1" 'BEGIN {
    print "Net("
    for (i = 1; i < n; i++) print "(a): Sequential("
    print "(a): Linear(in_features=1, out_features=1, bias=True)"
    for (i = 0; i < n; i++) print ")"
  }'
}
nest 1000 | sow plan - | grep -c weight
nest 1001 >deep.txt
try sow init deep.txt -o out
nest 1000000 >deeper.txt
try sow init deeper.txt -o out
ls -A
