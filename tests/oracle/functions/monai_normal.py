from __future__ import annotations

from typing import Any

import torch
import torch.nn as nn

__all__ = ["normal_init"]


def normal_init(m, std: float = 0.02, normal_func=torch.nn.init.normal_) -> None:
    """Initialize the weight and bias tensors of `m` and its submodules."""
    cname = m.__class__.__name__

    if getattr(m, "weight", None) is not None and (cname.find("Conv") != -1 or cname.find("Linear") != -1):
        normal_func(m.weight.data, 0.0, std)
        if getattr(m, "bias", None) is not None:
            nn.init.constant_(m.bias.data, 0.0)

    elif cname.find("BatchNorm") != -1:
        normal_func(m.weight.data, 1.0, std)
        nn.init.constant_(m.bias.data, 0)
