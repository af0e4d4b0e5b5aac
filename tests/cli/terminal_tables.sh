# In a terminal tables fit: a row goes on in further lines, and what is longer than a line loses its middle. In a pipe
# they are whole.
. "$TESTS/lib.sh"
command -v script >/dev/null || skip "no script(1) to make a terminal"
script -q -e -c true typescript </dev/null >/dev/null 2>&1 || skip "no pseudo-terminals here"
net
cat >long.txt <<'END2'
Net(
  (a_module_whose_name_goes_on_for_longer_than_any_line_of_a_terminal_has_room_for): Linear(in_features=3, out_features=2, bias=True)
)
END2
in_terminal() { # COLUMNS COMMAND
  script -q -e -c "stty cols $1; $2" typescript </dev/null >/dev/null
  grep -a -v '^Script ' typescript | tr -d '\r\004\b' | sed 's/^^D//; /^$/d'
}
sow init net.txt -q -o net.safetensors
for columns in 60 80 120 200; do
  echo "-- $columns"
  in_terminal $columns 'sow plan net.txt --rules net.rules' >plan
  cat plan
  in_terminal $columns 'sow inspect net.safetensors' >table
  cat table
  # Characters are counted without the further bytes of UTF-8; the last line is no row.
  cat plan table | tr -d '\200-\277' | grep -a -v ' seed 0' | awk -v most=$columns 'length > most { print "longer than " most ": " $0 }'
done
echo "-- 60"
in_terminal 60 'sow plan long.txt'
echo "-- a pipe"
sow plan net.txt --rules net.rules | head -n 3
