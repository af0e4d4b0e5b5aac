# A thousand levels are read, one more is refused.
. "$TESTS/lib.sh"
nest() { # nest N: N modules, each in the one before
  awk -v n="$1" 'BEGIN {
    print "Net("
    for (i = 2; i < n; i++) printf "%*s(a): Sequential(\n", 2 * (i - 1), ""
    printf "%*s(a): Linear(in_features=1, out_features=1, bias=True)\n", 2 * (n - 1), ""
    for (i = n - 1; i >= 1; i--) printf "%*s)\n", 2 * (i - 1), ""
  }'
}
nest 900 | sow plan - | grep -c weight
nest 1002 >deep.txt
try sow init deep.txt -o out
nest 100000 >deeper.txt
try sow init deeper.txt -o out
ls -A
