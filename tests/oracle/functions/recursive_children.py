import torch.nn as nn


def init_modules(m):
    for child in m.children():
        if isinstance(child, nn.Linear):
            nn.init.kaiming_uniform_(child.weight, mode='fan_in', nonlinearity='relu')
            if child.bias is not None:
                nn.init.zeros_(child.bias)
        elif isinstance(child, (nn.Sequential, nn.ModuleList)):
            for i, sub in enumerate(child):
                if type(sub) is nn.Linear:
                    nn.init.normal_(sub.weight, std=0.1 * (i + 1))
                else:
                    init_modules(sub)
        else:
            init_modules(child)
