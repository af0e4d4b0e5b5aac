# The .npy of one tensor: header and values; an existing file stays; standard output works.
. "$TESTS/lib.sh"
try sow fill 'uniform_()' 2,3 -o a.npy
head -c 128 a.npy | tr '\0-\037\200-\377' '.' && echo
od -A d -t f4 -j 128 a.npy
try sow fill 'zeros_()' 2,3 -o a.npy
try sow fill 'uniform_()' 2,3 -o a.npy --force
sow fill 'uniform_()' 2,3 -o - >b.npy && cmp a.npy b.npy
sow fill 'uniform_()' 2,3 -o - | cmp - a.npy
try sow fill 'uniform_()' 2,3 --dtype bf16 -o c.npy
ls -A
