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
