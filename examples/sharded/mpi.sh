#!/bin/sh
# Processes of MPI, on one machine or on many that share a disk, write one .safetensors together.
#
# sh mpi.sh MODEL FILE [MPIRUN…]     as MPIRUN: mpirun --hostfile hosts -n 64
model=$1 file=$2
shift 2
[ $# -gt 0 ] || set -- mpirun -n 4
"$@" sow init "$model" --seed 42 --slice auto -o "$file"
