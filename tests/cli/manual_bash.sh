# What bash offers at the cursor, by the completion as it is installed; and that the words are those that sow takes.
. "$TESTS/lib.sh"
[ -f "$BUILD/sow.bash" ] || skip "sow.bash is not built: this build is for another machine"
command -v bash >/dev/null || skip "there is no bash"

cat >complete.bash <<'END'
. "$BUILD/sow.bash"
files=''
compopt() { files=files; }
# offer WORD…: what stands before the cursor, split as readline does; prints what is offered
offer() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) files=''
  _sow
  echo "$*: ${files:+files }${COMPREPLY[*]}"
}
each() { printf '%s\n' "${COMPREPLY[@]}"; }
END
cat >places.bash <<'END'
. ./complete.bash
offer sow in
offer sow --vers
offer sow help ga
offer sow list ''
offer sow init --ca
offer sow init --cast b
offer sow init --cast =
offer sow init --cast = b
offer sow init --cast bfloat16 --cas
offer sow init a --rules b --rul
offer sow init a -o b --out
offer sow init a --output b -o
offer sow init ''
offer sow init --rules ''
offer sow init -o ''
offer sow init --seed ''
offer sow init a ''
offer sow init --alias A = C
offer sow init --alias A = Conv3d --ali
offer sow init -- --ca
offer sow plan a --format ''
offer sow inspect --format '' a
offer sow check a ''
offer sow gain re
offer sow gain leaky_relu -0.2 ''
offer sow fill kaiming_n
offer sow fill '"kaiming_n'
offer sow fill "'kaiming_n"
offer sow fill 'ones_()' 3 --torch 2
offer sow frobnicate --
END
bash places.bash

cat >words.bash <<'END'
. ./complete.bash
offer sow fill '"' >/dev/null
each | diff - <(sow list initializers) && echo "fill takes these calls"
offer sow gain '' >/dev/null
each | diff - <(sow list nonlinearities | sed 's/ .*//') && echo "gain takes these names"
offer sow list '' >/dev/null
each | while read -r word; do sow list "$word" >/dev/null || echo "$word is no list"; done
offer sow '' >/dev/null
each | while read -r word; do sow help "$word" >/dev/null || echo "$word is no command"; done
for option in --dtype --torch; do
  offer sow fill $option '' >/dev/null
  each | while read -r word; do sow fill 'ones_()' 1 $option "$word" || echo "$option $word is refused"; done
done
offer sow fill --isa '' >/dev/null
for isa in $(sow --version -v | sed -n 's/.*can run: //p'); do
  each | grep -q -x "$isa" || echo "$isa is not offered"
done
for command in plan inspect; do
  offer sow $command --format '' >/dev/null
  sow $command x --format '?' 2>&1 | grep "must be $(each | sed '$!s/$/,/; $s/^/or /' | xargs | sed 's/, or / or /')"
done
END
bash words.bash
