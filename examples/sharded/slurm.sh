#!/bin/sh
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=2
#SBATCH --cpus-per-task=8
#
# A batch job of Slurm, whose tasks write one .safetensors together on a disk that the nodes share.
#
# sbatch slurm.sh MODEL FILE
srun sow init "$1" --seed 42 --slice auto -o "$2"

# A task that was killed is made up for by the same line again, which writes what is missing:
[ -e "$2" ] || srun sow init "$1" --seed 42 --slice auto -o "$2"
