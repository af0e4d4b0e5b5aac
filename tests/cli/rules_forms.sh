# Rules that look at the tensor: parts, its numbers, conditions, ties, buffers, sections of a module, the padding's row.
. "$TESTS/lib.sh"
cat >net.txt <<'END'
Net(
  (a): Embedding(6, 4, padding_idx=1)
  (h): ModuleList(
    (0-1): 2 x Block(
      (proj): Linear(in_features=4, out_features=8, bias=True)
      (norm): BatchNorm1d(8, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
    )
  )
  (lstm): LSTM(4, 3)
  (b): Linear(in_features=4, out_features=6, bias=False)
)
END
cat >net.rules <<'END'
apply h:                                    # before the LSTM is built
  Block:
    proj.weight = normal_(std=1/sqrt(in_features))
apply:
  Embedding:
    weight = normal_(std=0.5)
    weight[padding_idx] = zeros_()
  LSTM:
    bias_hh_l0[n/4:n/2] = ones_()
  BatchNorm1d:
    running_var = constant_(0.5)
named_parameters:
  h.*.proj.bias = constant_(1/({1} + 2)) if dim == 1 and 'proj' in name
  lstm.weight_hh_l0 = kaiming_uniform_(a=math.sqrt(5)) if dim > 1
  b.weight = tie(a.weight)
named_buffers:
  *.running_mean = constant_(n)
END
sow plan net.txt --rules net.rules
sow init net.txt --rules net.rules -q -o net.safetensors
sow check net.safetensors net.txt
header net.safetensors | sed -n 's/.*"sow.rules":"\(.*\)","sow.s.*/\1/p' | sed 's/\\n/\n/g'
# As safetensors' save_model may write it: the tied tensor under its other name.
sed 's/"a\.weight":{/"b.weight":{/' net.safetensors >other.safetensors
sow check other.safetensors net.txt --rules net.rules
# A tie keeps what it ties, under whatever name it is stored.
printf 'named_parameters:\n  b.weight = tie(a.weight)\n  lstm.bias_ih_l0 = ones_()\n' >keep.rules
sow init net.txt --rules keep.rules --keep other.safetensors -q --no-recipe -o kept.safetensors
sow diff kept.safetensors net.safetensors | head -n 2

echo '# a padding row that is drawn over'
printf 'apply:\n  Embedding:\n    weight = normal_(std=0.5)\n' >padding.rules
sow plan net.txt --rules padding.rules >plan

echo '# what is wrong'
bad() { printf "$1" >bad.rules && try sow init net.txt --rules bad.rules -o out; }
bad 'apply:\n  LSTM:\n    bias_hh_l0[n/5:] = ones_()\n'
bad 'apply:\n  LSTM:\n    bias_hh_l0[0:4, :] = ones_()\n'
bad 'apply:\n  LSTM:\n    bias* = normal_(std=fan_in)\n'
bad 'apply:\n  Linear:\n    bias[padding_idx] = zeros_()\n'
bad 'apply:\n  Linear:\n    weight = ones_() if rank > 1\n'
bad 'named_parameters:\n  h.*.weight = normal_(std=1/{1})\n'
bad 'named_parameters:\n  b.weight = a.weight\n'
bad 'named_parameters:\n  b.weight = tie(a.wieght)\n'
bad 'named_parameters:\n  b.weight = tie(lstm.weight_hh_l0)\n'
bad 'apply g:\n  Linear:\n    weight = ones_()\n'
bad 'named_buffers:\n  *.running_men = ones_()\n'
