"""Models of torchvision, timm and transformers as print() and state_dict() show them, and what their modules hold."""

from __future__ import annotations

import gc
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent / "python/tests"))
from models.libraries import timm_models, torchvision_models, transformers_models

import torch
from library_twins import Twins, extra_of, own_tensors
from torch.utils._python_dispatch import TorchDispatchMode

WRITES = {"uniform_", "normal_", "fill_", "zero_", "copy_", "mul_", "add_", "sub_", "div_", "random_", "bernoulli_"}

COLLECTIONS = {
    "torchvision": torchvision_models,
    "timm": timm_models,
    "transformers": transformers_models,
}
SKIPPED = 1000  # elements, from which on numbers are not made: no one looks at them, and memory stays untouched


class Part(NamedTuple):
    """One module of a model."""

    kind: str
    library: str  # where its class is: torch, torchvision, timm, transformers, other
    extra: str  # what is between its parentheses, but for children
    own: tuple[str, ...]  # parameters and buffers that persist, but for those of its children
    children: tuple[str, ...]
    alias: str  # the class of torch.nn, or of twins.py, that it is under another name


class Model(NamedTuple):
    name: str
    kind: str
    library: str
    text: str
    tensors: list[tuple[str, tuple[int, ...]]]
    parts: list[Part]
    again: bool  # its constructor writes again what torch.nn's layers have initialised


class Writes(TorchDispatchMode):
    """Which storages are written outside of reset_parameters() of torch.nn's layers."""

    def __init__(self) -> None:
        super().__init__()
        self.within = 0
        self.written: dict[int, Any] = {}
        self.patched: list[tuple[type, str, Any]] = []

    def __enter__(self) -> Writes:
        for value in vars(torch.nn).values():
            for name in ("reset_parameters", "_reset_parameters", "reset_running_stats"):
                if isinstance(value, type) and issubclass(value, torch.nn.Module) and name in vars(value):
                    self.patch(value, name)
        return super().__enter__()

    def patch(self, owner: type, name: str) -> None:
        original = vars(owner)[name]

        def within(*arguments: Any, **named: Any) -> Any:
            self.within += 1
            try:
                return original(*arguments, **named)
            finally:
                self.within -= 1

        if any(owner is one and name == other for one, other, _ in self.patched):
            return
        self.patched.append((owner, name, original))
        setattr(owner, name, within)

    def __exit__(self, *arguments: Any) -> None:
        for owner, name, original in self.patched:
            setattr(owner, name, original)
        super().__exit__(*arguments)

    def __torch_dispatch__(self, function: Any, types: Any, arguments: Any = (), named: Any = None) -> Any:
        if function._schema.name.partition("::")[2] not in WRITES:
            return function(*arguments, **(named or {}))
        target = arguments[0]
        if not self.within:
            storage = target.untyped_storage()
            self.written[storage._cdata] = storage  # held, so that its address stays its own
        return target if target.numel() > SKIPPED else function(*arguments, **(named or {}))


def of_library(kind: type) -> str:
    first = kind.__module__.partition(".")[0]
    return first if first in ("torch", "torchvision", "timm", "transformers") else "other"


def describe_part(module: torch.nn.Module, twins: Twins) -> Part:
    kind, own, extra = type(module), own_tensors(module), extra_of(module)
    children = tuple(name for name, child in module._modules.items() if child is not None)
    alias = twins.find(module, own, extra) if own and of_library(kind) != "torch" else ""
    return Part(kind.__name__, of_library(kind), extra, tuple(own), children, alias)


def describe(name: str, model: torch.nn.Module, written: dict[int, Any], twins: Twins) -> Model:
    tensors = [(key, tuple(tensor.shape)) for key, tensor in model.state_dict().items()]
    modules = list(model.modules())
    again = any(
        tensor.untyped_storage()._cdata in written
        for module in modules
        if of_library(type(module)) == "torch"
        for tensor in own_tensors(module).values()
    )
    parts = [describe_part(module, twins) for module in modules]
    return Model(name, type(model).__name__, of_library(type(model)), str(model), tensors, parts, again)


def all_models(collection: str) -> Iterator[Model]:
    warnings.simplefilter("ignore")
    twins = Twins()
    for name, constructor in COLLECTIONS[collection]():
        try:
            with twins, Writes() as writes:
                model = constructor()
            yield describe(name, model, writes.written, twins)
        except Exception as error:
            print(f"{collection} {name}: {type(error).__name__}: {error}".partition("\n")[0], file=sys.stderr)
        gc.collect()
