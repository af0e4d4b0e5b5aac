# In a terminal a job that takes more than a second shows how far it is, and then its summary alone.
. "$TESTS/lib.sh"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
echo 'Linear(in_features=2000, out_features=1000, bias=True)' >big.txt
in_terminal() { script -q -e -c "$1" typescript </dev/null >/dev/null; grep -a -v '^Script ' typescript | tr '\r' '\n' | tr -d '\004\b' | sed 's/^^D//; s/ *$//; /^$/d'; }
in_terminal 'sow init big.txt -o - | (sleep 2; cat >slow.safetensors)' | sed 's/^[0-9.]* of 0.01 GB, [0-9.]* GB\/s, [0-9]* s left$/PROGRESS/' | uniq
echo "--"
in_terminal 'sow init big.txt -o - -q | (sleep 2; cat >quiet.safetensors)'
echo "--"
in_terminal 'sow init big.txt -o fast.safetensors'
cmp slow.safetensors fast.safetensors
cmp quiet.safetensors fast.safetensors
