# Whose reader has left, ends without a word, by the signal that every program of a pipe ends by: each command alike, and
# where whoever started it ignores that signal.
. "$TESTS/lib.sh"
net
echo 'Linear(in_features=1000, out_features=1000, bias=True)' >big.txt
sow init big.txt -q -o big.safetensors
sow init net.txt -q -o net.safetensors
gone() { # COMMAND… whose reader is gone when it begins
  {
    {
      sleep 0.1
      "$@"
      echo "$? $*" >&3
    } | :
  } 3>&1
}
gone sow init big.txt -o -
gone sow fill 'zeros_()' 100000 -o -
gone sow fill 'zeros_()' 100000
gone sow plan net.txt
gone sow plan net.txt --format json
gone sow inspect net.safetensors
gone sow check net.safetensors net.txt
gone sow diff net.safetensors net.safetensors
gone sow gain relu
gone sow list layers
gone sow help
gone sow version
if has_page; then gone sow report net.safetensors -o -; else echo '141 sow report net.safetensors -o -'; fi
(
  trap '' PIPE
  gone sow init big.txt -o -
  gone sow plan net.txt
)
