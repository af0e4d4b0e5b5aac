# The three lists.
sow list initializers
echo
sow list nonlinearities
echo
sow list layers
