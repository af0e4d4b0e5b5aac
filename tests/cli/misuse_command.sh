# Misuse is status 2, with a short usage on stderr and nothing on stdout.
. "$TESTS/lib.sh"
try sow
try sow inti model.txt
try sow frobnicate
try sow help plam
try sow help plan fill
