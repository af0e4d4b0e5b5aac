# --slice auto: each launcher's variables, none, two that agree, two that disagree, and what is no rank and size.
. "$TESTS/lib.sh"
unlaunched
net
sow init net.txt -q -o one
launched() { try env "$@" sow init net.txt --slice auto -o many; }
for i in 0 1; do launched OMPI_COMM_WORLD_RANK=$i OMPI_COMM_WORLD_SIZE=2; done
cmp one many && rm many
for i in 1 0; do launched PMI_RANK=$i PMI_SIZE=2; done
cmp one many && rm many
for i in 0 1; do launched SLURM_PROCID=$i SLURM_NTASKS=2; done
cmp one many && rm many
for i in 0 1; do launched RANK=$i WORLD_SIZE=2 LOCAL_RANK=$i; done
cmp one many && rm many
launched RANK=0 WORLD_SIZE=1
cmp one many && rm many

echo 'srun starts what speaks PMI; salloc leaves a number of tasks' >&2
launched SLURM_PROCID=0 SLURM_NTASKS=2 PMI_RANK=0 PMI_SIZE=2
launched SLURM_NTASKS=7 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2 RANK=
cmp one many && rm many

echo 'none' >&2
launched
launched SLURM_NTASKS=7
launched RANK=1 WORLD_SIZE=
echo 'two' >&2
launched SLURM_PROCID=0 SLURM_NTASKS=2 RANK=5 WORLD_SIZE=16
launched OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=4 SLURM_PROCID=0 SLURM_NTASKS=2
echo 'no numbers' >&2
for pair in '2 2' '-1 2' '0 0' 'x 2' '0 2x' '0 1000001' '0x0 2' ' 0 2' '18446744073709551616 2'; do
  launched RANK="${pair% *}" WORLD_SIZE="${pair##* }"
done
try sow init net.txt --slice auto --finish -o many
try sow init net.txt --slice automatic -o many
ls
