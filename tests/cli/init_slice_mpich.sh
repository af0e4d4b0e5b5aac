# MPICH's mpiexec starts four processes, which write the file of one.
. "$TESTS/lib.sh"
unlaunched
run=$(command -v mpiexec.hydra) || skip 'no mpiexec of MPICH'
net
sow init net.txt --rules net.rules --seed 5 -q -o one
"$run" -n 4 sow init net.txt --rules net.rules --seed 5 --slice auto -o many 2>../said
echo "exit $?"
same_file one many ../said
