# Every initialiser at its defaults or close to them.
for call in 'uniform_()' 'normal_(0, 0.5)' 'trunc_normal_(std=0.02)' 'constant_(1/3)' 'ones_()' 'zeros_()' \
  'eye_()' 'xavier_uniform_()' 'xavier_normal_(gain=2)' 'kaiming_uniform_(a=sqrt(5))' \
  "kaiming_normal_(mode='fan_out', nonlinearity='relu')" 'sparse_(0.5)'; do
  echo "$call"
  sow fill "$call" 4,3 --seed 1
done
sow fill 'dirac_(groups=2)' 4,2,3
