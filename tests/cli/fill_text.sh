# Values print in their shortest form, with signs and specials; sizes nest; an empty tensor is [].
sow fill 'constant_(0.1)' 2 --dtype f16
sow fill 'constant_(-0.0)' 2
sow fill 'constant_(float("inf"))' 1
sow fill 'constant_(1e-7)' 2
sow fill 'constant_(16777216)' 1
sow fill 'constant_(1e300*1e10)' 1 --dtype f64
sow fill 'constant_(3.4e38)' 1
sow fill 'zeros_()' 2,1,2,3
sow fill 'normal_()' '()'
sow fill 'normal_()' 0
sow fill 'normal_()' 2,0,3
