import numpy as np
import torch
import torch.nn as nn


def layer_init(layer, std=np.sqrt(2), bias_const=0.0):
    torch.nn.init.orthogonal_(layer.weight, std)
    torch.nn.init.constant_(layer.bias, bias_const)
    return layer


def init_agent(agent_model):
    for name, layer in agent_model.named_modules():
        if isinstance(layer, nn.Linear):
            layer_init(layer, std=0.01 if name.startswith('actor') else np.sqrt(2))
