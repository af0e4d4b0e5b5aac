# --rules FILE.py: the function itself, by itself, by name, by a call, from a recipe, and beside rules.
. "$TESTS/lib.sh"
net
cat >one.py <<'END'
import torch.nn as nn

def weights_init(m):
    classname = m.__class__.__name__
    if classname.find('Conv') != -1:
        nn.init.kaiming_normal_(m.weight.data, mode='fan_out', nonlinearity='relu')
    elif classname.find('Linear') != -1:
        nn.init.xavier_uniform_(m.weight.data, gain=nn.init.calculate_gain('relu'))
        m.bias.data.zero_()
END
cat >two.py <<'END'
from one import weights_init as w

def small(m, std=0.02):
    """A normal of little width."""
    if hasattr(m, 'weight') and m.weight.dim() > 1:
        m.weight.data.normal_(0, std)

def whole(model, std):
    for name, p in model.named_parameters():
        if name.endswith('weight'):
            p.data.normal_(0, std)
END
sow init net.txt --rules net.rules --no-recipe -q -o rules.safetensors
sow init net.txt --rules one.py --no-recipe -q -o one.safetensors && cmp rules.safetensors one.safetensors
sow init net.txt --rules one.py:weights_init --no-recipe -q -o - | cmp - one.safetensors && echo the same by name
sow plan net.txt --rules 'two.py:whole(model, 0.5)' | cut -c 1-90
sow plan net.txt --rules 'two.py:model.apply(lambda m: small(m, std=2))' --rules one.py:weights_init | cut -c 1-130

# The recipe holds the function, and what of the file was run.
sow init net.txt --rules 'two.py:whole(model, 0.5)' --rules net.rules -q -o recipe.safetensors
sow check recipe.safetensors net.txt
header recipe.safetensors | sed -n 's/.*"sow.rules":"\(.*\)","sow.seed".*/\1/p' | sed 's/\\n/\n/g; s/\\"/"/g' >again.rules
cat again.rules
sow init net.txt --rules again.rules -q -o again.safetensors && sow diff again.safetensors recipe.safetensors

# What is said of one that does not fit.
try sow plan net.txt --rules two.py
try sow plan net.txt --rules two.py:smal
try sow plan net.txt --rules two.py:whole
try sow plan net.txt --rules none.py:f
sed 's/Linear/Liner/; s/Conv/Cov/' one.py >unused.py
try sow plan net.txt --rules unused.py
sow plan net.txt --rules unused.py --allow-unused | head -n 2
cp one.py one.txt
try sow plan net.txt --rules one.txt
