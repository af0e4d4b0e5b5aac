# What takes more than a second shows how far it is, in a terminal, and then its answer alone. A file of 400 GB, of zeros
# that take no space, takes longer on any machine; what reads it is stopped when it has shown how far it is.
. "$TESTS/lib.sh"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
zeros() { # NAME ROWS
  bytes=$((4000 * $2))
  json="{\"tensor\":{\"dtype\":\"F32\",\"shape\":[$2,1000],\"data_offsets\":[0,$bytes]}}"
  printf '\130\0\0\0\0\0\0\0%-88s' "$json" >"$1.safetensors"
  truncate -s $((96 + bytes)) "$1.safetensors"
  printf '# list\ntensor float32 [%d, 1000]\n' "$2" >"$1.txt"
}
zeros small 10
zeros big 100000000 || skip "no files of 400 GB in holes here"
printf 'named_parameters:\n  tensor = normal_()\n' >net.rules

shown() { tr '\r' '\n' <typescript | grep -a -v '^Script ' | tr -d '\004\b' | sed 's/^^D//; s/ *$//; /^$/d'; }
far='[0-9.]+ of [48]00\.00 GB, [0-9.]+ GB/s, [0-9]+ (s|min) left'
has_shown() { grep -s -a -q -E "$far" typescript; }
slowly() { # COMMAND…: whether it says how far it is; all that it says, where it does not
  rm -f pid typescript
  script -q -f -c "sh -c 'echo \$\$ >pid; exec $*'" typescript </dev/null >/dev/null &
  if wait_until has_shown; then echo PROGRESS; else cat -A typescript; fi
  kill -TERM "$(cat pid)"
  wait
}
quickly() { # COMMAND…
  script -q -c "$*" typescript </dev/null >/dev/null
  shown | cut -c 1-60
}
both() { # ARGUMENTS…, with FILE for a file's name
  echo "-- sow $*"
  slowly "sow $(echo "$*" | sed 's/FILE/big/g')"
  quickly "sow $(echo "$*" | sed 's/FILE/small/g')"
}
both inspect FILE.safetensors
both check FILE.safetensors
both check FILE.safetensors FILE.txt --rules net.rules --seed 0
both diff FILE.safetensors FILE.safetensors
if has_page; then both report FILE.safetensors -o FILE.html; else printf '%s\nPROGRESS\n' '-- sow report FILE.safetensors -o FILE.html'; fi
script -q -e -c "sow fill 'zeros_()' 1000,1000 -o - | (sleep 2; cat >/dev/null)" typescript </dev/null >/dev/null
shown | sed 's/^[0-9.]* of 0.00 GB, [0-9.]* GB\/s, [0-9]* [a-z]* left$/PROGRESS/' | uniq
