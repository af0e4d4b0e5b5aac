import torch.nn as nn
from torch.nn.modules.conv import _ConvNd
from torch.nn.modules.batchnorm import _BatchNorm


def generic_init(m: nn.Module, a: float = 1e-2):
    if isinstance(m, (nn.Conv3d, nn.ConvTranspose3d, _ConvNd)):
        m.weight = nn.init.kaiming_normal_(m.weight, a=a)
        if m.bias is not None:
            m.bias = nn.init.constant_(m.bias, 0)
    elif isinstance(m, (_BatchNorm, nn.modules.instancenorm._InstanceNorm)) and m.affine:
        nn.init.ones_(m.weight)
        nn.init.zeros_(m.bias)
