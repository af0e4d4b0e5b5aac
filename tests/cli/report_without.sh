# A sow that was built without the page says how to get one that has it.
. "$TESTS/lib.sh"
! has_page || skip 'sow was built with the page'
try sow report none.safetensors -o a.html
