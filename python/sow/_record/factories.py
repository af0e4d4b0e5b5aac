"""Operations that make tensors: nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch.utils._pytree import tree_map_only

from sow._record.dispatch import handles, name_of, overload
from sow._record.layout import result_strides
from sow._record.lines import number
from sow._record.memory import FLOATS, has_memory, parts_of
from sow._record.recorder import Recorder

EMPTY = overload("empty.memory_format")
EMPTY_LIKE = overload("empty_like")
NEW_EMPTY = overload("new_empty")
_EMPTY_STRIDED = overload("empty_strided")


def allocate_result(
    recorder: Recorder, shape: tuple[int, ...], dtype: torch.dtype, operands: Sequence[torch.Tensor | None]
) -> torch.Tensor:
    """Memory for what an elementwise operation returns, unwritten; None stands for a number among its operands."""
    strides = result_strides(shape, [_in_type(operand, dtype) for operand in operands])
    return recorder.allocate(_EMPTY_STRIDED, (shape, strides), {"dtype": dtype})


def _in_type(operand: torch.Tensor | None, dtype: torch.dtype) -> torch.Tensor | None:
    """An operand of another type is copied first, and the copy's strides count."""
    if operand is None or operand.dtype == dtype:
        return operand
    return torch.empty_like(operand, dtype=dtype, device="meta")


def allocate_as(recorder: Recorder, function: Any, args: tuple[Any, ...]) -> torch.Tensor:
    """Memory for what another operation returns, unwritten: it says what comes of tensors without elements."""
    result = function(*tree_map_only(torch.Tensor, _without_elements, args))
    return recorder.allocate(_EMPTY_STRIDED, (result.shape, result.stride()), {"dtype": result.dtype})


def _without_elements(tensor: torch.Tensor) -> torch.Tensor:
    return torch.empty_strided(tensor.shape, tensor.stride(), dtype=tensor.dtype, device="meta")


@handles("empty.memory_format", "empty_strided", "empty_like", "empty_permuted", "new_empty", "new_empty_strided")
def _empty(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return recorder.allocate(function, args, kwargs)


def _filled(recorder: Recorder, made: torch.Tensor, value: Any) -> Any:
    if not recorder.may_write(parts_of(made)) or recorder.find(made) is None:
        return NotImplemented
    _write(recorder, made, value)
    return made


def _write(recorder: Recorder, target: torch.Tensor, value: Any) -> None:
    """fill_ with a number, zero_ with None."""
    parts = parts_of(target)
    if value is None or parts is not target:
        recorder.step(parts, "zero_")
    if value is not None:
        real = target if parts is target else parts.select(-1, 0)
        recorder.step(real, "fill_", [number(value)])


_EMPTY_OF = {"zeros": EMPTY, "ones": EMPTY, "zeros_like": EMPTY_LIKE, "ones_like": EMPTY_LIKE}
_EMPTY_OF |= {"new_zeros": NEW_EMPTY, "new_ones": NEW_EMPTY}


@handles("zeros", "ones", "zeros_like", "ones_like", "new_zeros", "new_ones")
def _zeros_or_ones(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    made = recorder.allocate(_EMPTY_OF[name], args, kwargs)
    return _filled(recorder, made, 1 if "ones" in name else None)


@handles("full", "full_like", "new_full")
def _full(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    value = args[1] if name != "new_full" else args[2]
    if not is_said(value):
        return NotImplemented
    if name == "full":
        if kwargs.get("dtype") is None:  # torch finds it
            kwargs = {**kwargs, "dtype": function([], value, **kwargs).dtype}
        made = recorder.allocate(EMPTY, args[:1], kwargs)
    elif name == "full_like":
        made = recorder.allocate(EMPTY_LIKE, args[:1], kwargs)
    else:
        made = recorder.allocate(NEW_EMPTY, args[:2], kwargs)
    return _filled(recorder, made, value) if fits(value, parts_of(made).dtype) else NotImplemented


def is_said(value: Any) -> bool:
    """Whether a step can say a number: a double is what it has room for."""
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= 1 << 53)


def fits(value: float, dtype: torch.dtype) -> bool:
    """Whether torch would take it as an element of the type without complaint or change."""
    if dtype in FLOATS:
        return value != value or value in (float("inf"), float("-inf")) or abs(value) <= torch.finfo(dtype).max
    if dtype is torch.bool:
        return value in (0, 1)
    if dtype.is_complex or dtype.is_floating_point:  # complex32, float8: no step makes them
        return False
    limits = torch.iinfo(dtype)
    return limits.min <= value <= limits.max and value == int(value)


@handles("fill_.Scalar", "zero_")
def fill(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    target, parts = args[0], parts_of(args[0])
    value = args[1] if len(args) > 1 else 0
    if not is_said(value) or not recorder.may_write(parts) or not fits(value, parts.dtype):
        return NotImplemented
    track = recorder.find(target)
    if (track is None or track.real) and not recorder.is_whole(parts):
        return NotImplemented
    _write(recorder, target, None if name_of(function) == "zero_" else value)
    return target


def scalar(recorder: Recorder, tensor: torch.Tensor) -> Any:
    """The number in a tensor without dimensions; None where it is not the same for every seed."""
    if tensor.dim() != 0 or not has_memory(tensor):
        return None
    track = recorder.find(tensor)
    if track is not None and (track.drawn or track.bound is not None):
        return None
    recorder.settle([track])
    return tensor.item()


@handles("eye.m_out", "eye.out")
def _eye(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    out = kwargs["out"]
    columns = args[1] if len(args) > 1 else args[0]
    if tuple(out.shape) != (args[0], columns) or out.dtype not in FLOATS or not recorder.may_write(out):
        return NotImplemented
    recorder.step(out, "eye_")
    return out
