#!/usr/bin/python3
"""
isinstance, hasattr and the numbers of layers: this torch says what is true of an instance of each of its classes, as
asserts in a function, which sow then runs over the printed model.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77

LAYERS = """Linear(3,4) Linear(5,2,bias=False) Bilinear(2,3,4) Conv1d(4,6,3,groups=2) Conv2d(2,3,(3,1)) Conv3d(2,2,2,bias=False)
ConvTranspose1d(4,6,3,groups=2) ConvTranspose2d(2,3,4) ConvTranspose3d(2,3,(1,2,3)) Embedding(7,3) Embedding(7,3,padding_idx=-2)
EmbeddingBag(7,3) BatchNorm1d(3) BatchNorm2d(4,affine=False) BatchNorm3d(5,track_running_stats=False) SyncBatchNorm(3)
InstanceNorm1d(3) InstanceNorm2d(4,affine=True) InstanceNorm3d(2) GroupNorm(2,4) GroupNorm(1,3,affine=False) LayerNorm((3,4))
LayerNorm(5,elementwise_affine=False) PReLU() PReLU(3) RNN(3,4) LSTM(3,4,2,bidirectional=True) LSTM(3,4,proj_size=2)
GRU(5,2,bias=False) RNNCell(3,4) LSTMCell(2,3) GRUCell(2,3,bias=False) MultiheadAttention(4,2)
MultiheadAttention(4,2,bias=False) TransformerEncoderLayer(4,2,6) ReLU() ReLU6() Hardtanh() Dropout() Dropout2d()
AlphaDropout() MaxPool2d(2) AvgPool3d(2) AdaptiveAvgPool2d(1) LPPool2d(2,2) ZeroPad2d(1) ReflectionPad1d(1) Upsample(scale_factor=2)
UpsamplingNearest2d(scale_factor=2) Identity() Flatten() Softmax(dim=1) Sigmoid() GELU() CrossEntropyLoss() BCELoss() MSELoss()
NLLLoss() BCEWithLogitsLoss() Sequential() ModuleList() ModuleDict() PixelShuffle(2) ChannelShuffle(2) Fold(4,2) LocalResponseNorm(2) CosineSimilarity()"""

# Names that hasattr is asked for, of layers that hold parameters: what these are has not changed since torch 1.13.
NAMES = """weight bias in_features out_features in1_features in_channels out_channels kernel_size stride padding dilation
groups transposed padding_mode num_embeddings embedding_dim padding_idx max_norm num_features affine eps momentum
track_running_stats running_mean num_groups num_channels normalized_shape elementwise_affine num_parameters input_size
hidden_size num_layers bidirectional proj_size batch_first dropout weight_ih weight_ih_l0 bias_hh_l0 bias_hh
in_proj_weight in_proj_bias q_proj_weight bias_k embed_dim num_heads out_proj training nothing features""".split()

# Their values, where the class has them.
VALUES = """in_features out_features in1_features in2_features in_channels out_channels kernel_size groups transposed
num_embeddings embedding_dim padding_idx num_features affine track_running_stats num_groups num_channels normalized_shape
elementwise_affine num_parameters input_size hidden_size num_layers bidirectional proj_size embed_dim kdim vdim""".split()

PLAIN = []  # the names that are asked of layers without parameters


def subclasses(of):
    for one in of.__subclasses__():
        if one.__module__.startswith("torch.nn.modules."):
            yield one
            yield from subclasses(one)


def bits(values):
    return "".join("1" if value else "0" for value in values)


def plain_names(model):
    """What no layer without parameters has of its own."""
    plain = [layer for layer in model.children() if not layer._parameters]
    return [n for n in NAMES if n == "weight" or n in ("training",) or not any(hasattr(layer, n) for layer in plain)]


def lines_for(name, layer, bases, with_parameters):
    yield f"    m = model.{name}"
    yield f"    assert bits([isinstance(m, b) for b in BASES]) == '{bits(isinstance(layer, b) for b in bases)}', m._get_name()"
    yield f"    assert bits([type(m) == b for b in BASES]) == '{bits(type(layer) == b for b in bases)}'"
    names = "NAMES" if with_parameters else "PLAIN"
    known = bits(hasattr(layer, n) for n in (NAMES if with_parameters else PLAIN))
    yield f"    assert bits([hasattr(m, n) for n in {names}]) == '{known}', m._get_name()"
    if not with_parameters:
        return
    for value in VALUES:
        if hasattr(layer, value):
            yield f"    assert m.{value} == {getattr(layer, value)!r}, m._get_name()"


def function_text(model, bases, nn):
    paths = [f"nn.{b.__name__}" if hasattr(nn, b.__name__) else f"torch.nn.modules.{b.__module__.split('.')[-1]}.{b.__name__}"
             for b in bases]
    yield "import torch\nimport torch.nn as nn"
    yield f"BASES = ({', '.join(paths)})"
    yield f"NAMES = {NAMES!r}"
    yield f"PLAIN = {PLAIN!r}"
    yield "def bits(all): return ''.join(['1' if one else '0' for one in all])"
    yield "def check(model):"
    for name, layer in model.named_children():
        held = any(True for _ in layer._parameters) or isinstance(layer, (nn.Sequential, nn.ModuleList))
        yield from lines_for(name, layer, bases, held)
    yield "    model.c0.weight.data.zero_()"


def run(sow, model, bases, nn):
    with tempfile.TemporaryDirectory(prefix="sow-classes-") as folder:
        text, rules = pathlib.Path(folder) / "model.txt", pathlib.Path(folder) / "check.py"
        text.write_text(str(model) + "\n")
        source = "\n".join(function_text(model, bases, nn)) + "\n"
        rules.write_text(source)
        scope = {}
        exec(source, scope)  # the asserts are true
        scope["check"](model)
        done = subprocess.run([sow, "plan", str(text), "--rules", f"{rules}:check", "-q"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            print(done.stderr)
        return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sow", required=True, help="the program")
    arguments = parser.parse_args()
    try:
        import torch
        from torch import nn
    except ImportError as error:
        print(f"skipped: {error} for {sys.executable}")
        return SKIPPED
    bases = sorted({nn.Module, *subclasses(nn.Module)}, key=lambda one: one.__name__)
    bases = [one for one in bases if not one.__name__.startswith("_Lazy")]
    model = nn.Module()
    for i, text in enumerate(LAYERS.split()):
        model.add_module(f"c{i}", eval(text, vars(nn)))
    PLAIN.extend(plain_names(model))
    failed = run(arguments.sow, model, bases, nn)
    print(f"torch {torch.__version__}: {len(list(model.children()))} layers, {len(bases)} classes, {len(NAMES)} names")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
