"""Operations that draw and that steps can say: nothing is drawn."""

from __future__ import annotations

import math
from typing import Any

import torch

from sow._record.dispatch import argument_at, handles, name_of
from sow._record.elementwise import binary
from sow._record.factories import EMPTY, EMPTY_LIKE
from sow._record.lines import number
from sow._record.memory import FLOATS, broadcast, has_memory, parts_of
from sow._record.recorder import Recorder


def may_draw(recorder: Recorder, tensor: torch.Tensor, call: str) -> bool:
    """Whether a step can draw into it what torch would."""
    if tensor.dtype not in FLOATS or not recorder.may_write(tensor):
        return False
    return not recorder.exact or (call, tensor.dtype) in recorder.agreed


def uniform(recorder: Recorder, target: torch.Tensor, low: Any, high: Any, generator: Any) -> Any:
    parts = parts_of(target)
    if not may_draw(recorder, parts, "uniform_") or not (math.isfinite(low) and math.isfinite(high) and low <= high):
        return NotImplemented
    largest = torch.finfo(parts.dtype).max
    if not (-largest <= low and high <= largest and high - low <= largest):
        return NotImplemented  # torch refuses it
    recorder.draw(parts, "uniform_", [f"a={number(low)}", f"b={number(high)}"], generator)
    return target


def normal(recorder: Recorder, target: torch.Tensor, mean: Any, std: Any, generator: Any) -> Any:
    parts = parts_of(target)
    if not may_draw(recorder, parts, "normal_") or not std >= 0:
        return NotImplemented
    if parts is not target:
        std /= math.sqrt(2)  # half of the variance each; torch gives the mean to both
    recorder.draw(parts, "normal_", [f"mean={number(mean)}", f"std={number(std)}"], generator)
    return target


@handles("uniform_")
def _uniform(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    low, high = argument_at(args, kwargs, 1, "from", 0.0), argument_at(args, kwargs, 2, "to", 1.0)
    return uniform(recorder, args[0], float(low), float(high), kwargs.get("generator"))


@handles("normal_")
def _normal(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    mean, std = argument_at(args, kwargs, 1, "mean", 0.0), argument_at(args, kwargs, 2, "std", 1.0)
    return normal(recorder, args[0], float(mean), float(std), kwargs.get("generator"))


@handles(
    "rand", "rand.generator", "randn", "randn.generator", "rand_like", "randn_like",
    "rand_like.generator", "randn_like.generator",
)  # fmt: skip
def _rand(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    kwargs = dict(kwargs)
    generator = kwargs.pop("generator", None)
    made = recorder.allocate(EMPTY_LIKE if name.endswith("_like") else EMPTY, args[:1], kwargs)
    fill = normal if name.startswith("randn") else uniform
    return fill(recorder, made, 0.0, 1.0, generator)


@handles("normal.Tensor_float", "normal.float_Tensor", "normal.Tensor_Tensor")
def _normal_of(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """torch draws N(0, 1) or N(0, std), then multiplies and adds."""
    mean, std = argument_at(args, kwargs, 0, "mean", 0.0), argument_at(args, kwargs, 1, "std", 1.0)
    tensors = [given for given in (mean, std) if isinstance(given, torch.Tensor)]
    dtypes = {tensor.dtype for tensor in tensors}
    if len(dtypes) != 1 or not dtypes <= set(FLOATS) or not all(map(has_memory, tensors)):
        return NotImplemented
    shape = broadcast(*tensors)
    if shape is None or any(map(recorder.needs_torch, tensors)):
        return NotImplemented
    if isinstance(std, torch.Tensor):
        if recorder.is_drawn(std):
            return NotImplemented
        recorder.settle([recorder.find(std)])
        if bool((std < 0).any()):
            return NotImplemented  # torch refuses it
    made = recorder.allocate(EMPTY, (list(shape),), {"dtype": tensors[0].dtype})
    spread = 1.0 if isinstance(std, torch.Tensor) else float(std)
    if normal(recorder, made, 0.0, spread, kwargs.get("generator")) is NotImplemented:
        return NotImplemented
    for call, operand in (("mul_", std), ("add_", mean)):
        if operand is not std or isinstance(std, torch.Tensor):
            binary(recorder, call, made, operand, 1, made)
    return made


@handles("normal.float_float")
def _normal_sized(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    kwargs = dict(kwargs)
    generator = kwargs.pop("generator", None)
    made = recorder.allocate(EMPTY, args[2:3], kwargs)
    return normal(recorder, made, float(args[0]), float(args[1]), generator)
