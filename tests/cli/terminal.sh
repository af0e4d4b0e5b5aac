# Binary data is not written to a terminal, unless --force; text is.
. "$TESTS/lib.sh"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
in_terminal() { # prints what COMMAND shows in a terminal, and its exit status
  script -q -e -c "$1" typescript </dev/null >/dev/null
  status=$?
  grep -a -v '^Script ' typescript | tr -d '\r\004\b' | sed 's/^^D//; /^$/d'
  echo "exit $status"
}
in_terminal "sow fill 'ones_()' 2 -o -"
in_terminal "sow fill 'ones_()' 2 -o /dev/tty"
in_terminal "sow fill 'ones_()' 2 -o - --force" | grep -a -o NUMPY
in_terminal "sow fill 'ones_()' 2"
