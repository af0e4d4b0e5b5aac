import torch.nn as nn


def weight_reset(m):
    if hasattr(m, "reset_parameters"):
        m.reset_parameters()


# As it stands in scripts for cross-validation.
def reset_weights(model):
    for layer in model.children():
        if hasattr(layer, "children"):
            for inner in layer.modules():
                reset = getattr(inner, "reset_parameters", None)
                if callable(reset):
                    reset()


def reset_attention(m):
    if isinstance(m, (nn.MultiheadAttention, nn.Transformer)):
        m._reset_parameters()
    elif isinstance(m, nn.modules.batchnorm._NormBase):
        nn.init.normal_(m.weight)
        m.reset_running_stats()
