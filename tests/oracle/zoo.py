"""The models of the comparison, and torch's default initialisation in the order in which they are printed."""
import copy
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "c3d"))

# Modules whose own parameters print(model) implies.
KNOWN = (nn.Linear, nn.Bilinear, nn.modules.conv._ConvNd, nn.Embedding, nn.EmbeddingBag,
         nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm, nn.PReLU, nn.RNNBase, nn.RNNCellBase,
         nn.MultiheadAttention) + ((nn.RMSNorm,) if hasattr(nn, "RMSNorm") else ())


def c3d():
    from c3d import C3D
    return C3D()


def _torchvision(name, **keywords):
    def make():
        import torchvision
        models = torchvision.models.video if name == "r3d_18" else torchvision.models
        return getattr(models, name)(weights=None, **keywords)
    return make


def transformer():
    return nn.Transformer(d_model=96, nhead=4, num_encoder_layers=3, num_decoder_layers=2, dim_feedforward=200)


def recurrent():
    return nn.ModuleDict({
        "lstm": nn.LSTM(31, 40, num_layers=2, bidirectional=True),
        "projected": nn.LSTM(16, 24, num_layers=3, proj_size=10),
        "gru": nn.GRU(20, 33, num_layers=2, bias=False),
        "rnn": nn.RNN(7, 5, bidirectional=True, batch_first=True),
        "cells": nn.ModuleList([nn.LSTMCell(9, 17), nn.GRUCell(9, 17, bias=False), nn.RNNCell(3, 2),
                                nn.LSTMCell(9, 17), nn.LSTMCell(9, 17)]),
        "words": nn.Embedding(50, 31, padding_idx=1),
        "head": nn.Linear(80, 50),
    })


def assorted():
    return nn.Sequential(
        nn.Sequential(nn.Conv1d(8, 12, 5, groups=4), nn.GroupNorm(3, 12), nn.ReLU(inplace=True)),
        nn.Conv2d(12, 18, (3, 2), stride=2, padding="valid", groups=6, bias=False),
        nn.BatchNorm2d(18), nn.Conv3d(3, 5, (1, 2, 3)), nn.InstanceNorm3d(5, affine=True),
        nn.InstanceNorm2d(4, affine=True, track_running_stats=True), nn.BatchNorm1d(6, affine=False),
        nn.ConvTranspose1d(4, 6, 3, groups=2), nn.ConvTranspose2d(6, 9, 4, stride=2, output_padding=1, groups=3),
        nn.ConvTranspose3d(2, 3, (2, 3, 1), bias=False), nn.Bilinear(5, 6, 7), nn.Bilinear(3, 2, 1, bias=False),
        nn.Embedding(7, 3, padding_idx=-1), nn.Embedding(3, 4), nn.EmbeddingBag(11, 5, mode="sum", padding_idx=4),
        nn.Linear(1, 1), nn.Linear(3, 2), nn.Linear(40, 13), nn.PReLU(3), nn.LayerNorm((3, 4)),
        nn.LayerNorm(5, elementwise_affine=False), nn.MultiheadAttention(12, 3), nn.Flatten(), nn.Dropout(0.5),
        nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 20), 3, enable_nested_tensor=False),
        nn.ModuleDict({"decoder": nn.TransformerDecoder(nn.TransformerDecoderLayer(16, 4, 24), 2, nn.LayerNorm(16)),
                       "layer": nn.TransformerEncoderLayer(4, 1, 6)}))


MODELS = {
    "c3d": c3d,
    "resnet18": _torchvision("resnet18"),
    "vgg11_bn": _torchvision("vgg11_bn", init_weights=False),
    "vit_b_16": _torchvision("vit_b_16"),
    "r3d_18": _torchvision("r3d_18"),
    "swin_t": _torchvision("swin_t"),
    "googlenet": _torchvision("googlenet", init_weights=False),
    "transformer": transformer,
    "recurrent": recurrent,
    "assorted": assorted,
}


def bare_names(model):
    """state_dict entries that no print shows: parameters and buffers held directly by classes of their own."""
    names = set()
    for path, module in model.named_modules():
        if not isinstance(module, KNOWN):
            own = [n for n, p in module._parameters.items() if p is not None]
            own += [n for n, b in module._buffers.items()
                    if b is not None and n not in module._non_persistent_buffers_set]
            names.update(path + "." + n if path else n for n in own)
    return names


def initialize(module):
    """
    Repeats what the constructors of torch.nn draw, in the order of registration, which is the order of print.
    What a model's own constructor does afterwards (torchvision's loops over modules()) is left out.
    """
    if isinstance(module, (nn.TransformerEncoder, nn.TransformerDecoder)):
        first = module.layers[0]
        initialize(first)
        for layer in list(module.layers)[1:]:
            layer.load_state_dict(first.state_dict())
        if module.norm is not None:
            initialize(module.norm)
        return
    for child in module.children():
        initialize(child)
    if isinstance(module, nn.Transformer):
        for p in module.parameters():
            if p.dim() > 1:
                nn.init.xavier_uniform_(p)
    elif isinstance(module, nn.MultiheadAttention):
        module._reset_parameters()
    elif isinstance(module, nn.PReLU):
        nn.init.constant_(module.weight, 0.25)
    elif isinstance(module, KNOWN):
        module.reset_parameters()


def check_initialize():
    """initialize() has to be what construction does: the same tensors and the same generator afterwards."""
    for make in (transformer, recurrent, assorted):
        torch.manual_seed(11)
        built = make()
        built_state = torch.get_rng_state()
        again = copy.deepcopy(built)
        for tensor in again.state_dict().values():
            tensor.zero_()
        torch.manual_seed(11)
        with torch.no_grad():
            initialize(again)
        assert torch.equal(built_state, torch.get_rng_state()), make.__name__
        expected = built.state_dict()
        for name, tensor in again.state_dict().items():
            assert torch.equal(tensor, expected[name]), (make.__name__, name)
