"""The line of code that asked for a step: the innermost one that says more than that torch was called."""

from __future__ import annotations

import copy
import functools
import os
import sys
import types

_SOW = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep

# Files of torch whose lines say what a model does; what else of torch is on the way is left out.
_TELLING = ("torch/nn/modules/", "torch/nn/utils/")

# Wrappers, whose caller says more.
_WRAPPERS = (
    "torch/nn/modules/module.py",
    "torch/nn/utils/parametrize.py",
    "typing_extensions.py",
    "transformers/initialization.py",
)
_STANDARD = frozenset(
    os.path.abspath(module.__file__) for module in (copy, functools, sys.modules["contextlib"]) if module.__file__
)


@functools.cache
def shown(path: str) -> str:
    """A file's name as recordings have it, from its package on; "" for one whose lines say nothing."""
    if path.startswith(("<frozen ", _SOW)) or path in _STANDARD:
        return ""
    name = _short(path)
    if name in _WRAPPERS or (name.startswith("torch/") and not name.startswith(_TELLING)):
        return ""
    return name


def _short(path: str) -> str:
    """Relative to the folder that Python imports it from, or to the working directory."""
    if not os.path.isabs(path):
        return path
    roots = [os.path.abspath(root or os.curdir) for root in sys.path]
    inside = [root for root in [*roots, os.getcwd()] if path.startswith(root + os.sep)]
    name = path[len(max(inside, key=len)) + 1 :] if inside else path
    return name.replace(os.sep, "/")


# Who asks for addresses only to tell tensors from one another: packages, and functions of one that also goes there.
_COMPARING = ("torch/", "transformers/", "huggingface_hub/", "accelerate/")
_COMPARING_FUNCTIONS = frozenset(("storage_ptr", "_end_ptr", "_filter_shared_not_shared", "_is_complete"))


@functools.cache
def _only_compares(path: str, function: str) -> bool:
    name = _short(path)
    compares = name == "safetensors/torch.py" and function in _COMPARING_FUNCTIONS
    return compares or path.startswith(_SOW) or name.startswith(_COMPARING)


def only_compares(frame: types.FrameType) -> bool:
    """Whether code asks for an address without going there; sow's own knows what it finds."""
    return _only_compares(frame.f_code.co_filename, frame.f_code.co_name)


def line() -> str:
    """ "torchvision/models/resnet.py:208"; "" where there is none."""
    frame = sys._getframe(1)
    while frame is not None:
        name = shown(frame.f_code.co_filename)
        if name:
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back  # type: ignore[assignment]
    return ""
