# A full disk while data goes to standard output or a device.
. "$TESTS/lib.sh"
[ -c /dev/full ] || skip "no /dev/full"
net
try sow plan net.txt >>said
sow plan net.txt >/dev/full
echo "exit $?"
sow list layers >/dev/full
echo "exit $?"
sow fill 'zeros_()' 1000 >/dev/full
echo "exit $?"
sow gain relu >/dev/full
echo "exit $?"
sow --help >/dev/full
echo "exit $?"
{ # more than a buffer, whose first write fails long before the last
  echo "Net("
  seq -f "  (l%g): Linear(in_features=2, out_features=2, bias=True)" 300
  echo ")"
} >long.txt
sow plan long.txt >/dev/full
echo "exit $?"
sow plan long.txt --format json >/dev/full
echo "exit $?"
sow plan net.txt >&-
echo "exit $?"
try sow init net.txt -o /dev/full
sow init net.txt -o - >/dev/full
echo "exit $?"
try sow init net.txt -q -o net.safetensors >>said
sow inspect net.safetensors --format json >/dev/full
echo "exit $?"
ls -A
