import torch.nn as nn


def init_model(model):
    nn.init.normal_(model.features[0].weight, std=0.05)
    nn.init.constant_(model.features[-1].weight, 2)
    model.get_submodule('features.0').bias.data.uniform_(-1., 1.)
    for head in (model.fc, model.head):
        nn.init.eye_(head.weight.data)
        head.bias.data.fill_(0.5 if head is model.fc else -0.5)
    weights = [p for n, p in model.named_parameters() if n.endswith('weight') and p.ndim == 2]
    assert len(weights) == 2, 'two matrices'
    for depth, w in zip(range(1, 3), weights):
        w.data.normal_(0, 1 / depth)
