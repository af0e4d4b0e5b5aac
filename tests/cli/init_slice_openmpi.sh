# Open MPI's mpirun starts four processes, which write the file of one.
. "$TESTS/lib.sh"
unlaunched
run=$(command -v mpirun.openmpi || command -v mpirun) || skip 'no mpirun'
"$run" --version 2>&1 | grep -q -i 'open-mpi' || skip 'mpirun is not that of Open MPI'
net
sow init net.txt --rules net.rules --seed 5 -q -o one
# A test may run as root, and on fewer than four processors.
OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
  "$run" --oversubscribe -n 4 sow init net.txt --rules net.rules --seed 5 --slice auto -o many 2>../said
echo "exit $?"
same_file one many ../said
