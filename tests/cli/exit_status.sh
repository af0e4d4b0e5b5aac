# The exit status is diff's for every command: 0 yes or done, 1 no, 2 trouble of any kind.
. "$TESTS/lib.sh"
net
sow init net.txt -q -o a.safetensors
sow init net.txt -q --seed 1 -o b.safetensors
sow init net.txt -q --no-recipe -o bare.safetensors
tell() { # prints the exit status and the command
  "$@" >/dev/null 2>&1
  echo "$? $*"
}
tell sow check a.safetensors net.txt
tell sow check a.safetensors net.txt --seed 1
tell sow check a.safetensors
tell sow check none.safetensors
tell sow check net.txt
tell sow check a.safetensors none.txt
tell sow diff a.safetensors a.safetensors
tell sow diff a.safetensors bare.safetensors
tell sow diff a.safetensors b.safetensors
tell sow diff a.safetensors none.safetensors
tell sow diff a.safetensors
tell sow inspect none.safetensors
tell sow plan none.txt
tell sow plan net.txt --dtype none
tell sow init net.txt -o a.safetensors
tell sow init net.txt
tell sow fill 'normal_()' 3 --dtype int8
tell sow gain none
tell sow list none
tell sow report none.safetensors -o none.html
tell sow record 'nothing.Net()' -o a.safetensors
tell sow help none
tell sow none
tell sow
