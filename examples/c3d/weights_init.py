import torch.nn as nn
from torch.nn import init


def weights_init(m):
    classname = m.__class__.__name__
    if classname.find('Conv3d') != -1:
        init.xavier_normal_(m.weight.data)
        init.constant_(m.bias.data, 0.0)
    elif isinstance(m, nn.Linear):
        init.xavier_normal_(m.weight.data)
        init.constant_(m.bias.data, 0.0)
