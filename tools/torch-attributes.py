#!/usr/bin/env python3
"""Writes src/text/torch_attributes.c: what hasattr finds on each module of torch.nn, of the torch that runs this.

    tools/torch-attributes.py > src/text/torch_attributes.c

Names that some modules of a class have and others have not (weight_hh_l1) are parameters, which a tree shows.
"""

import sys
import textwrap
import warnings

import torch
from torch import nn

# Of object, or of the version of Python.
UNSURE = {"__annotations__", "__getstate__", "__static_attributes__", "__firstlineno__", "__weakref__"}


def samples():
    """Modules of the classes whose names depend on arguments, or whose arguments must fit one another."""
    yield nn.Linear(3, 4)
    yield nn.Linear(3, 4, bias=False)
    yield nn.modules.linear.NonDynamicallyQuantizableLinear(3, 4)
    yield nn.Bilinear(2, 3, 4)
    yield nn.Bilinear(2, 3, 4, bias=False)
    for dims in (1, 2, 3):
        yield getattr(nn, f"Conv{dims}d")(2, 4, 3)
        yield getattr(nn, f"Conv{dims}d")(2, 4, 3, bias=False, padding="same", groups=2)
        yield getattr(nn, f"ConvTranspose{dims}d")(2, 4, 3)
        yield getattr(nn, f"ConvTranspose{dims}d")(2, 4, 3, bias=False)
        for kind in ("BatchNorm", "InstanceNorm"):
            for affine in (True, False):
                for stats in (True, False):
                    yield getattr(nn, f"{kind}{dims}d")(4, affine=affine, track_running_stats=stats)
    for affine in (True, False):
        yield nn.SyncBatchNorm(4, affine=affine)
        yield nn.GroupNorm(2, 4, affine=affine)
        yield nn.LayerNorm(4, elementwise_affine=affine)
        yield nn.RMSNorm(4, elementwise_affine=affine)
    yield nn.LayerNorm(4, bias=False)
    for padding in (None, 1):
        yield nn.Embedding(4, 3, padding_idx=padding)
        yield nn.EmbeddingBag(4, 3, padding_idx=padding)
    yield nn.PReLU()
    for bias in (True, False):
        for kind in (nn.RNN, nn.LSTM, nn.GRU, nn.RNNCell, nn.LSTMCell, nn.GRUCell):
            yield kind(3, 4, bias=bias)
    yield nn.LSTM(3, 4, 2, bidirectional=True, proj_size=2)
    yield nn.MultiheadAttention(8, 2)
    yield nn.MultiheadAttention(8, 2, kdim=4, add_bias_kv=True)
    yield nn.MultiheadAttention(8, 2, bias=False)
    encoder, decoder = nn.TransformerEncoderLayer(8, 2, 16), nn.TransformerDecoderLayer(8, 2, 16)
    yield encoder
    yield nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", bias=False)
    yield decoder
    yield nn.TransformerEncoder(encoder, 2)
    yield nn.TransformerEncoder(encoder, 2, norm=nn.LayerNorm(8))
    yield nn.TransformerDecoder(decoder, 2)
    yield nn.Transformer(8, 2, 1, 1, 16)
    yield nn.AdaptiveLogSoftmaxWithLoss(8, 10, [4])


def build(kind):
    for arguments in ((), (1,), (1, 1), (2, 2, 2), ((1, 1), (1, 1)), (1, (1, 1))):
        try:
            return kind(*arguments)
        except (TypeError, ValueError, AssertionError):
            pass
    raise SystemExit(f"no arguments for {kind.__name__}")


def everything():
    """A module of each class that a tree may have; DataParallel's names depend on the devices."""
    made = list(samples())
    yield from made
    known = {type(module).__name__ for module in made} | {"Module", "DataParallel", "RNNBase", "RNNCellBase"}
    for name, kind in sorted(vars(nn).items()):
        is_class = isinstance(kind, type) and issubclass(kind, nn.Module)
        if is_class and name not in known and not name.startswith("Lazy"):
            yield build(kind)


def is_method(module, name):
    value = getattr(module, name, None)
    return callable(value) and not isinstance(value, (nn.Module, type))


def attributes():
    """{class: pairs of whether it is a method, and a name}; those of Module under "Module" only."""
    base = nn.Module()
    own = set(dir(base))
    table = {"Module": sorted((is_method(base, name), name) for name in own - UNSURE)}
    for module in everything():
        name = type(module).__name__
        names = {(is_method(module, one), one) for one in dir(module) if one not in own and not one.startswith("__")}
        table[name] = sorted(names.intersection(table.get(name, names)))
    return table


def write(table, out):
    out.write("/* clang-format off */\n")
    out.write(f"/* Written by tools/torch-attributes.py, of torch {torch.__version__.split('+')[0]}. */\n")
    out.write('#include "text/torch_attributes.h"\n\n')
    lists = {}
    for name in sorted(table):
        names = tuple(table[name])
        if names in lists:
            continue
        lists[names] = f"of_{name}"
        parts = ("".join(f'"{one}", ' for method, one in names if method == wanted) + "NULL," for wanted in (False, True))
        lines = [line for part in parts for line in textwrap.wrap(part, 106, break_on_hyphens=False)]
        out.write(f"static const char *const of_{name}[] = {{\n    " + "\n    ".join(lines) + "\n};\n")
    rows = " ".join(f'{{"{name}",@{lists[tuple(table[name])]}}},' for name in sorted(table))
    lines = textwrap.wrap(rows, 106, break_long_words=False, break_on_hyphens=False)
    out.write("\nconst sow__torch_class sow__torch_classes[] = {\n    ")
    out.write("\n    ".join(lines).replace("@", " ") + "\n};\n\n")
    out.write("const size_t sow__torch_class_count = sizeof sow__torch_classes / sizeof sow__torch_classes[0];\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    write(attributes(), sys.stdout)
