import torch.nn as nn


def init_own(m):
    for name in m._parameters:
        if m._parameters[name] is None:
            continue
        if 'weight' in name:
            if len(m._parameters[name].shape) >= 2:
                nn.init.kaiming_uniform_(m._parameters[name], a=5 ** 0.5)
            else:
                m._parameters[name].data.fill_(1.)
        elif name.startswith(('bias', 'offset')):
            nn.init.zeros_(m._parameters[name])
