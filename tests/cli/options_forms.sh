# Values in the forms in which people write them: sizes, dtypes; the version behind any command.
. "$TESTS/lib.sh"
echo 'Linear(in_features=1000, out_features=1000, bias=True)' >net.txt
# Of 4,004,000 bytes: one file, or two and their index.
for size in 5G 5GB 5GiB 5g '5 GB' 1T 4MiB 4Mi 4MB 4M 4004K 4003KB 4.004m 4.003m 3911KiB 3910ki 4004000 4003999B; do
  rm -rf out && mkdir out
  sow init net.txt --max-shard-size "$size" -o out -q && echo "$size $(ls out | wc -l)"
done
for type in BF16 bf16 BFloat16 Float32 FP16 torch.float64 DOUBLE Half; do
  sow plan net.txt --dtype "$type" | tail -n 1
done
# What is offered is taken.
try sow plan net.txt --dtype int23
try sow plan net.txt --dtype BFLOAT61
try sow fill 'ones_()' 2 --dtype int23
try sow fill 'ones_()' 2 --dtype INT32
for command in init plan inspect check diff report fill gain list help record version; do
  sow $command --version
done | sed 's/[0-9][0-9.]*$/N/' | uniq -c | sed 's/^ *//'
sow version | sed 's/[0-9][0-9.]*$/N/'
sow version --verbose | sed 's/:.*//; s/[0-9][0-9.]*$/N/'
