# calculate_gain: with and without its parameter, negative and computed ones too.
. "$TESTS/lib.sh"
sow gain relu
sow gain tanh
sow gain leaky_relu
sow gain leaky_relu 0.2
sow gain leaky_relu -0.2
sow gain leaky_relu 'sqrt(5)'
try sow gain relu 0.2
try sow gain leaky_relu 1e300
sow gain leaky_relu inf
try sow gain leaky_relu "1) #"
try sow gain leaky_relu val=3
try sow gain leaky_relu "(1 + 1) * 2"
