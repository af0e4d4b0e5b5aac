"""sow writes the weights that PyTorch would give you, bit for bit.

    import sow

    plan = sow.printed(str(model)).plan(seed=0)     # torch.manual_seed(0), and the model's constructor
    plan["fc1.weight"]                              # NumPy's array, made now
    plan.write("model.safetensors")

    sow.init.xavier_uniform_(tensor)                # torch.nn.init, by torch's generator: faster, the same bits

Importing sow imports neither NumPy nor torch; arrays need the one, torch's tensors the other (2.4 or later). What fails
raises a subclass of sow.Error, warnings are sow.Warning. Calls that take long release the GIL.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sow._call import text_of as _text_of
from sow._errors import (
    DeviceError,
    DtypeError,
    DuplicateNameError,
    Error,
    ExistsError,
    IncompleteError,
    InputOutputError,
    InterruptedWriteError,
    InvalidArgumentError,
    LayoutError,
    LimitError,
    NoFileError,
    NoMemoryError,
    ShapeError,
    SizeOverflowError,
    StateError,
    TextError,
    UncoveredError,
    UnknownNameError,
    UnsupportedError,
    UnusedRuleError,
    Warning,
)
from sow._generator import Generator
from sow._model import Model, checkpoint, printed, shapes
from sow._native import lib as _lib
from sow._plan import Plan
from sow._recording import Recording, fast, load, materialize, record
from sow._tensor import Bfloat16Array

if TYPE_CHECKING:
    from sow import init

__version__ = _text_of(_lib.sow_version())

__all__ = [
    "Bfloat16Array",
    "DeviceError",
    "DtypeError",
    "DuplicateNameError",
    "Error",
    "ExistsError",
    "Generator",
    "IncompleteError",
    "InputOutputError",
    "InterruptedWriteError",
    "InvalidArgumentError",
    "LayoutError",
    "LimitError",
    "Model",
    "NoFileError",
    "NoMemoryError",
    "Plan",
    "Recording",
    "ShapeError",
    "SizeOverflowError",
    "StateError",
    "TextError",
    "UncoveredError",
    "UnknownNameError",
    "UnsupportedError",
    "UnusedRuleError",
    "Warning",
    "checkpoint",
    "fast",
    "init",
    "load",
    "materialize",
    "printed",
    "record",
    "shapes",
]


def __getattr__(name: str) -> Any:
    # Imports torch, where it is installed.
    if name == "init":
        return importlib.import_module("sow.init")
    raise AttributeError(f"module 'sow' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), "init"])
