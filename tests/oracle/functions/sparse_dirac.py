from torch.nn import init as weight_init
from torch.nn import *


def net_init(module):
    kind = type(module).__name__
    if kind in ('Conv1d', 'Conv2d'):
        weight_init.dirac_(module.weight, groups=module.groups)
        if module.bias is not None: weight_init.constant_(module.bias, 0.5)
    elif isinstance(module, Linear):
        weight_init.sparse_(module.weight, sparsity=.3, std=0.05)
    elif kind.lower().startswith('batchnorm') and module.num_features > 3 \
            and module.affine:
        weight_init.uniform_(module.weight)
        module.running_var.fill_(2)
