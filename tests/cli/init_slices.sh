# Seven processes write a file together, one of them is killed and run again: the bytes of one process.
. "$TESTS/lib.sh"
sed 's/0-47/0-1/; s/48 x/2 x/; s/1600/320/g; s/4800/960/; s/6400/1280/g' "$TESTS/../../bench/gpt2_xl.txt" >gpt2.txt
cp "$TESTS/../../bench/gpt2_xl.rules" gpt2.rules
part() { sow init gpt2.txt --rules gpt2.rules --seed 5 --slice $1/7 -q -o many.safetensors; }
sow init gpt2.txt --rules gpt2.rules --seed 5 -q -o one.safetensors

part 4 &
until [ -e many.safetensors.partial ]; do :; done
kill -s KILL $! 2>/dev/null
wait $! 2>/dev/null
try sow init gpt2.txt --rules gpt2.rules --seed 6 --slice 1/7 -o many.safetensors
try sow init gpt2.txt --rules gpt2.rules --seed 5 --slice 1/6 -o many.safetensors
for i in 2 7 1 3 6; do part $i & done
wait
sow init gpt2.txt --rules gpt2.rules --seed 5 --finish -o many.safetensors 2>&1 | sed 's/ 4, 5 are/ 5 is/'
part 4
sow init gpt2.txt --rules gpt2.rules --seed 5 --slice 5/7 -o many.safetensors
cmp one.safetensors many.safetensors
try part 4
try sow init gpt2.txt --rules gpt2.rules --seed 5 --finish -o many.safetensors
try sow init gpt2.txt --rules gpt2.rules --seed 5 --finish -o missing.safetensors
ls
