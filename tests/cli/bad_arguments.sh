# Arguments of rules that torch refuses, named by tensor and rule.
. "$TESTS/lib.sh"
net
bad() { printf "apply:\n  Linear:\n    weight = $1\n" >rules && try sow init net.txt --rules rules -o out; }
bad 'normal_(std=-1)'
bad 'normal_(std=nan)'
bad 'uniform_(1, 0)'
bad 'uniform_(0, nan)'
bad 'uniform_(-3e38, 3e38)'
bad 'xavier_uniform_(gain=-1)'
bad 'kaiming_normal_(a=True)'
bad 'constant_(1e39)'
bad 'trunc_normal_(std=0)'
bad 'trunc_normal_(a=2, b=-2)'
bad 'dirac_()'
ls -A
