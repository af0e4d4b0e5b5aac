import torch.nn as nn
import torch.nn.functional as F


def init_densenet(model):
    for name, param in model.named_parameters():
        if 'conv' in name and 'weight' in name:
            n = param.size(0) * param.size(2) * param.size(3)
            param.data.normal_(0, (2. / n) ** .5)
        elif 'norm' in name and 'weight' in name:
            param.data.fill_(1)
        elif 'norm' in name and 'bias' in name:
            param.data.fill_(0)
        elif 'classifier' in name and 'bias' in name:
            param.data.fill_(0)
