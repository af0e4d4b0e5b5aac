# What torch refuses, sow refuses: arguments, shapes, types.
. "$TESTS/lib.sh"
try sow fill 'uniform_(1, 0)' 3
try sow fill 'normal_(std=-1)' 3
try sow fill 'normal_(std=nan)' 3
try sow fill 'normal_(std=float("nan"))' 3
try sow fill 'xavier_normal_(gain=-1)' 3,3
try sow fill 'uniform_(0, 1e400)' 3
try sow fill 'constant_(1e39)' 3
try sow fill 'constant_(70000)' 3 --dtype f16
try sow fill 'xavier_normal_()' 3
try sow fill 'kaiming_uniform_()' 3
try sow fill 'eye_()' 3
try sow fill 'dirac_()' 3,3
try sow fill 'dirac_(groups=2)' 3,3,3
try sow fill 'sparse_(0.1)' 3,3,3
try sow fill 'orthogonal_()' 3
try sow fill 'orthogonal_()' 3,3 --dtype f16
try sow fill 'normal_()' 4294967296,4294967296
try sow fill 'normal_()' 9223372036854775807,2
