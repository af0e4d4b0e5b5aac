# Every option reaches Python, and an expression that looks like one.
mkdir fake
cat >fake/python3 <<'EOF'
#!/bin/sh
shift 2
printf '%s\n' "$@"
EOF
chmod +x fake/python3
export PATH="$PWD/fake:$PATH"
sow record 'Net(1)' --file net.py --dtype bfloat16 --torch-seed -3 --force -o net.sow
sow record -o - -- '-net'
# A type is read before Python is started, in any case.
sow record 'Net(1)' --dtype BF16 -o net.sow
. "$TESTS/lib.sh"
try sow record 'Net(1)' --dtype BF61 -o net.sow
try sow record 'Net(1)'
