# torch's warnings are warnings here; --quiet drops them.
. "$TESTS/lib.sh"
try sow fill 'kaiming_normal_()' 0,3
try sow fill 'kaiming_normal_()' 0,3 --quiet
try sow fill 'trunc_normal_(mean=5)' 2 --torch 2.6
