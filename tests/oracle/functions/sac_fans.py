import math
import torch
from torch import nn


@torch.no_grad()
def init_weights(m):
    if isinstance(m, nn.Linear):
        fan_in, _ = nn.init._calculate_fan_in_and_fan_out(m.weight)
        bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
        nn.init.uniform_(m.weight, -bound, bound)
        m.bias.fill_(0.1)
    elif isinstance(m, nn.Conv2d):
        n = m.in_channels
        for k in m.kernel_size:
            n *= k
        stdv = 1. / math.sqrt(n)
        with torch.no_grad():
            m.weight.uniform_(-stdv, stdv)
            if m.bias is not None:
                m.bias.uniform_(-stdv, stdv)
