# A tensor that is larger than memory may be written, to a file or a pipe; a .safetensors file takes bfloat16 too.
. "$TESTS/lib.sh"
limited() { (ulimit -v 400000 && exec "$@"); }
limited sow version >/dev/null 2>&1 || skip "this sow cannot run in little memory"
limited sow fill 'zeros_()' 150000,1000 -o - --threads 2 | wc -c
limited sow fill 'zeros_()' 150000,1000 -o zeros.npy --threads 2 && wc -c <zeros.npy && rm zeros.npy
try sow fill 'normal_()' 3,4 --dtype bf16 -o w.npy
try sow fill 'normal_()' 3,4 --dtype bf16 -o w.safetensors
header w.safetensors
sow fill 'normal_()' 3,4 --dtype bf16
sow inspect w.safetensors
printf '# name\ntensor bfloat16 [3, 4]\n' >w.txt
printf 'named_parameters:\n  tensor = normal_()\n' >w.rules
sow init w.txt --rules w.rules -q -o again.safetensors && sow diff w.safetensors again.safetensors
sow fill 'normal_()' 1000,100 -o a.npy && sow fill 'normal_()' 1000,100 -o - | cmp - a.npy
