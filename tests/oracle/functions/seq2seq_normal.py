import torch.nn as nn


def init_weights(m: nn.Module) -> None:
    for name, param in m.named_parameters(recurse=False):
        if 'weight' in name:
            nn.init.normal_(param.data, mean=0, std=0.01)
        else:
            nn.init.constant_(param.data, 0)
