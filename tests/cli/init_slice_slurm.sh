# Slurm's tasks write a file together; the first one speaks, but for the last one's word that the file is complete.
. "$TESTS/lib.sh"
unlaunched
net
sed 's/Linear(in_features=3, out_features=2/Linear(in_features=3, out_features=0/' net.txt >warned.txt
task() { SLURM_PROCID=$1 SLURM_NTASKS=4 sow init "$2" --seed 5 --slice auto -o "$3"; }

sow init net.txt --seed 5 -q -o one
for i in 3 0 2 1; do
  echo "task $i" >&2
  try task $i net.txt many
done
cmp one many
for i in 0 3; do
  echo "task $i of a model with a warning" >&2
  try task $i warned.txt warned
done
for i in 1 2; do
  SLURM_PROCID=$i SLURM_NTASKS=4 sow init warned.txt --seed 5 --slice auto -q -o warned
done
for i in 1 0; do
  echo "task $i where the file exists" >&2
  try task $i net.txt many
done
ls
