import torch.nn as nn
from torch.nn.init import xavier_uniform_


def reset(model):
    r"""Initiate parameters in the transformer model."""
    for p in model.parameters():
        if p.dim() > 1:
            xavier_uniform_(p)
