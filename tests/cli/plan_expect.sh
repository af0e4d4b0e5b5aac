# --expect stops a model from which something is missing, or that has too much.
. "$TESTS/lib.sh"
net
tensors() { sow plan net.txt "$@" --format shapes | wc -l; }
tensors --expect 71
tensors --expect 0,071
try sow plan net.txt --expect 80 --format shapes
try sow init net.txt --expect 70 -o net.safetensors
cat >names.txt <<'END'
# as named_parameters() has them
conv.weight
conv.bias
norm.weight
norm.bias
fc.weight
fc.bias
END
tensors --expect names.txt
echo 'norm.num_batches_tracked' >>names.txt
try sow plan net.txt --expect names.txt
cat >shapes.txt <<'END'
conv.weight torch.Size([3, 2, 3, 3])
conv.bias torch.Size([3])
norm.weight torch.Size([3])
norm.bias torch.Size([3])
fc.weight torch.Size([3, 2])
extra.weight torch.Size([7])
END
try sow plan net.txt --expect shapes.txt
echo "odict_keys(['conv.weight', 'conv.bias', 'norm.weight', 'norm.bias', 'fc.weight', 'fc.bias'])" >keys.txt
tensors --expect keys.txt
sow init net.txt -o net.safetensors -q
tensors --expect net.safetensors
try sow check net.safetensors net.txt --expect net.safetensors
# A tied tensor is in a checkpoint under its first name only; many differences are counted, and the first ones shown.
echo 'ModuleList((0-29): 30 x Linear(in_features=1, out_features=1, bias=False))' >many.txt
try sow plan many.txt --expect net.safetensors
try sow plan net.txt --expect nowhere.txt
try sow plan net.txt --expect - --rules -
: >none.txt
try sow plan net.txt --expect none.txt
ls
