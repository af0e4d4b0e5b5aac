import math
import torch.nn as nn

GAIN = nn.init.calculate_gain('leaky_relu', 0.2)
KINDS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)


def init_conv(m, gain=GAIN, *, bias=0.):
    nn.init.xavier_uniform_(m.weight, gain=gain)
    if m.bias is not None:
        m.bias.data.fill_(bias)


def init_norm(m):
    if m.weight is None or m.bias is None:
        return
    nn.init.ones_(m.weight)
    nn.init.zeros_(m.bias)


init_linear = lambda m, scale=1.0: m.weight.data.normal_(0, scale * math.sqrt(1 / m.in_features))


def weights_init(m):
    if isinstance(m, KINDS):
        init_conv(m)
    elif isinstance(m, nn.ConvTranspose2d):
        init_conv(m, 1.0, bias=0.5)
    elif not isinstance(m, nn.Linear):
        if 'Norm' in type(m).__name__:
            init_norm(m)
    else:
        init_linear(m, scale=2 ** -0.5)
