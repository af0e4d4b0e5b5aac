# The four lists.
sow list initializers
echo
sow list methods
echo
sow list nonlinearities
echo
sow list layers
