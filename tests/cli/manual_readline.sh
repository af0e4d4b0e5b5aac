# What bash makes of a line when tab is pressed, quotes and names of files included, on a terminal of its own.
. "$TESTS/lib.sh"
[ -f "$BUILD/sow.bash" ] || skip "sow.bash is not built: this build is for another machine"
command -v bash >/dev/null || skip "there is no bash"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
touch model.txt 'my rules.txt'

cat >start.bash <<'END'
. "$BUILD/sow.bash"
keep() {
  printf '%s\n' "$READLINE_LINE" >>kept
  READLINE_LINE=''
}
bind -x '"\C-t": keep' 2>/dev/null
bind 'set bell-style none'
PROMPT_COMMAND='touch started'
END
{
  wait_until test -f started
  for line in 'sow ini' 'sow help ga' 'sow init --ca' 'sow init --cast b' 'sow init --cast=b' 'sow init mo' 'sow init --rules my' \
    'sow init --rules=mo' 'sow init --rules "my' 'sow init -o mo' 'sow init --seed mo' 'sow plan a --format s' 'sow gain re' \
    'sow fill nor' 'sow fill "nor' "sow fill 'kaiming_n" 'sow fill kai'; do
    printf '%s\t\024' "$line"
  done
  printf 'exit\n'
} | TERM=dumb timeout 60 script -q -e -c 'bash --noprofile --rcfile start.bash -i' typescript >/dev/null
echo "exit $?"
cat kept
