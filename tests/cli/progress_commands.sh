# What takes more than a second shows how far it is, in a terminal, and then its answer alone. A process that is stopped
# meanwhile takes long on any machine.
. "$TESTS/lib.sh"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
[ -d /proc/self/fd ] || skip "no /proc"
json='{"tensor":{"dtype":"F32","shape":[200000,1000],"data_offsets":[0,800000000]}}     '
printf '\120\0\0\0\0\0\0\0%s' "$json" | head -c 88 >big.safetensors
truncate -s 800000088 big.safetensors
printf '# list\ntensor float32 [200000, 1000]\n' >big.txt
printf 'named_parameters:\n  tensor = normal_()\n' >big.rules
shown() { tr '\r' '\n' <typescript | grep -a -v '^Script ' | tr -d '\004\b' | sed 's/^^D//; s/ *$//; /^$/d'; }
opened() { [ -s pid ] && has_open "$(cat pid)" big.safetensors; }
slowly() { # COMMAND…: what it shows; again where it was too fast to be stopped
  for _ in 1 2 3 4 5 6 7 8 9; do
    rm -f pid typescript
    script -q -e -c "sh -c 'echo \$\$ >pid; exec $*'" typescript </dev/null >/dev/null &
    terminal=$!
    wait_until test -s pid
    while ! opened && [ -d /proc/"$(cat pid)" ]; do :; done
    sleep 0.05
    kill -STOP "$(cat pid)" 2>/dev/null
    sleep 1.2
    kill -CONT $terminal "$(cat pid)" 2>/dev/null # script stops with what it runs
    wait
    shown | grep -a -q ' left$' && break
  done
  echo "-- $*"
  shown | sed 's/^[0-9.]* of 0.80 GB, [0-9.]* GB\/s, [0-9]* [a-z]* left$/PROGRESS/' | uniq | cut -c 1-60
}
slowly sow inspect big.safetensors --threads 1
slowly sow check big.safetensors --threads 1
slowly sow check big.safetensors big.txt --rules big.rules --seed 0 --threads 1
slowly sow diff big.safetensors big.safetensors --threads 1
if has_page; then slowly sow report big.safetensors -o page.html --threads 1; else printf '%s\nPROGRESS\n' '-- sow report big.safetensors -o page.html --threads 1'; fi
script -q -e -c "sow fill 'zeros_()' 1000,1000 -o - | (sleep 2; cat >/dev/null)" typescript </dev/null >/dev/null
shown | sed 's/^[0-9.]* of 0.00 GB, [0-9.]* GB\/s, [0-9]* [a-z]* left$/PROGRESS/' | uniq
