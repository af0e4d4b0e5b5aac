"""The functions that rules/*.rules say in sow's words: rules/NAME.rules and NAME(model) mean the same."""
import math

from torch import nn

# What torch computes with the machine's own libm or LAPACK and sow with its own code: id(parameter) to (kind,
# mean, scale), as tolerance.is_close takes them. Everything else has to be equal to the bit.
approximate = {}
erfinv_is_torchs = True  # whether this torch's trunc_normal_ goes by erfinv (before 2.12)


def _exact(function):
    def call(tensor, *arguments, **keywords):
        approximate.pop(id(tensor), None)
        return function(tensor, *arguments, **keywords)
    return call


constant_ = _exact(nn.init.constant_)
ones_ = _exact(nn.init.ones_)
zeros_ = _exact(nn.init.zeros_)
uniform_ = _exact(nn.init.uniform_)
normal_ = _exact(nn.init.normal_)
xavier_uniform_ = _exact(nn.init.xavier_uniform_)
xavier_normal_ = _exact(nn.init.xavier_normal_)
kaiming_uniform_ = _exact(nn.init.kaiming_uniform_)
kaiming_normal_ = _exact(nn.init.kaiming_normal_)
sparse_ = _exact(nn.init.sparse_)
dirac_ = _exact(nn.init.dirac_)


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0):
    nn.init.trunc_normal_(tensor, mean, std, a, b)
    if erfinv_is_torchs:
        approximate[id(tensor)] = ("erfinv", mean, std)


def orthogonal_(tensor, gain=1.0):
    nn.init.orthogonal_(tensor, gain)
    approximate[id(tensor)] = ("qr", 0.0, gain)


def _is(module, *words):
    name = type(module).__name__
    return any(word in name for word in words)


def _own(module):
    return module.named_parameters(recurse=False)


def xavier(model):
    def init(m):
        for name, p in _own(m):
            if _is(m, "Conv", "Linear"):
                if name == "weight":
                    xavier_normal_(p)
                elif name == "bias":
                    constant_(p, 0.0)
            elif isinstance(m, nn.Bilinear):
                if name == "weight":
                    xavier_uniform_(p, gain=1.0)
                else:
                    uniform_(p, -0.1, 0.1)
            elif _is(m, "Embedding"):
                xavier_uniform_(p, gain=nn.init.calculate_gain("leaky_relu", 0.2))
            elif _is(m, "RNN", "LSTM", "GRU"):
                if name.startswith("weight_ih"):
                    xavier_uniform_(p, gain=nn.init.calculate_gain("tanh"))
                elif name.startswith("weight_hh"):
                    xavier_normal_(p, gain=5 / 3)
                elif name.startswith("bias"):
                    normal_(p, 0.0, 1e-3)
    model.apply(init)


def kaiming(model):
    def init(m):
        for name, p in _own(m):
            if _is(m, "Conv"):
                if name == "weight":
                    kaiming_normal_(p, mode="fan_out", nonlinearity="relu")
                elif name == "bias":
                    zeros_(p)
            elif _is(m, "Linear") or isinstance(m, nn.Bilinear):
                if name == "weight":
                    kaiming_uniform_(p, a=0.1, mode="fan_out", nonlinearity="leaky_relu")
                elif name == "bias":
                    normal_(p, std=1e-6)
            elif _is(m, "BatchNorm", "InstanceNorm") or isinstance(m, nn.GroupNorm):
                constant_(p, 1 if name == "weight" else 0)
            elif _is(m, "Embedding"):
                kaiming_normal_(p, nonlinearity="linear")
            elif _is(m, "RNN", "LSTM", "GRU"):
                if name.startswith("weight"):
                    kaiming_uniform_(p, mode="fan_out", nonlinearity="sigmoid")
                elif name.startswith("bias_ih"):
                    ones_(p)
    model.apply(init)


def gpt(model):
    def init(m):
        for name, p in _own(m):
            if _is(m, "Linear", "Conv") or type(m) in (nn.Bilinear, nn.MultiheadAttention):
                if name.endswith("weight"):
                    normal_(p, mean=0.0, std=0.02)
                elif name.endswith("bias"):
                    zeros_(p)
            elif _is(m, "Embedding"):
                normal_(p, mean=0.0, std=0.02)
            elif type(m) in (nn.LayerNorm, nn.GroupNorm):
                if name == "weight":
                    ones_(p)
                elif name == "bias":
                    zeros_(p)
            elif type(m) is nn.LSTM and name.startswith("weight"):
                normal_(p, std=0.05)
    model.apply(init)
    for name, p in model.named_parameters():
        if name.endswith("proj.weight"):
            normal_(p, mean=0.0, std=0.02 / math.sqrt(2 * 12))
        elif name.endswith(".weight") and "fc" in name[:-len(".weight")]:
            normal_(p, 0.0, 0.02 / math.sqrt(2 * 12))
        elif name.endswith("linear2.weight"):
            normal_(p, mean=0.0, std=0.02 * (2 * 12) ** -0.5)


def trunc(model):
    def init(m):
        for name, p in _own(m):
            if _is(m, "Linear") or isinstance(m, nn.Bilinear):
                if name == "weight":
                    trunc_normal_(p, std=.02)
                elif name == "bias":
                    zeros_(p)
            elif _is(m, "Conv"):
                if name == "weight":
                    trunc_normal_(p, std=0.1, a=-0.2, b=0.2)
                elif name == "bias":
                    normal_(p, std=1e-6)
            elif _is(m, "Embedding"):
                trunc_normal_(p, 0.5, 1.0, 0.0, 1.5)
            elif _is(m, "LSTM", "GRU", "RNN") and name.startswith("weight"):
                trunc_normal_(p)
    model.apply(init)


def recurrent(model):
    def init(m):
        for name, p in _own(m):
            if _is(m, "RNN", "LSTM", "GRU"):
                if name.startswith("weight_ih"):
                    xavier_uniform_(p)
                elif name.startswith("weight_hh"):
                    orthogonal_(p, gain=1.0)
                elif name.startswith("bias"):
                    constant_(p, 0.25)
            elif _is(m, "Embedding", "Linear"):
                if name == "weight":
                    sparse_(p, sparsity=0.3, std=0.5)
            elif _is(m, "Conv"):
                if name == "weight":
                    dirac_(p)
            elif isinstance(m, nn.Bilinear) and name == "bias":
                uniform_(p, a=-3e-2, b=.5)
    model.apply(init)


def c3d(model):
    """examples/c3d/weights_init.rules"""
    def init(m):
        if _is(m, "Conv3d", "Linear"):
            xavier_normal_(m.weight)
            constant_(m.bias, 0.0)
    model.apply(init)
