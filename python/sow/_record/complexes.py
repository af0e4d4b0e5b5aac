"""Operations on complex numbers, as steps on their parts; draws, constants and copies are with the others."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils._pytree import tree_map_only

from sow._record.copies import any_drawn, assemble, copy
from sow._record.dispatch import HANDLERS, OF_COMPLEX, handles, name_of
from sow._record.elementwise import Work
from sow._record.factories import EMPTY, allocate_result, is_said
from sow._record.lines import number
from sow._record.memory import broadcast, has_memory, has_parts, parts_of
from sow._record.recorder import Recorder

_COMPLEX_OF = {torch.float32: torch.complex64, torch.float64: torch.complex128}


def _each_part(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """An operation that does the same to real and imaginary parts, each alone."""
    given = tree_map_only(torch.Tensor, parts_of, args)
    done = HANDLERS[function](recorder, function, given, kwargs)
    if done is NotImplemented:
        return NotImplemented
    return args[0] if done is given[0] else torch.view_as_complex(done)


@handles("neg", "neg_", table=OF_COMPLEX)
def _neg(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if recorder.exact or not has_parts(args[0]):
        return NotImplemented  # torch takes a zero from 0 in whole vectors, and changes its sign elsewhere
    return _each_part(recorder, function, args, kwargs)


@handles("add.Tensor", "add_.Tensor", "sub.Tensor", "sub_.Tensor", table=OF_COMPLEX)
def _sum(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    both = all(isinstance(given, torch.Tensor) and has_parts(given) for given in args[:2])
    alike = both and args[0].dtype == args[1].dtype and kwargs.get("alpha", 1) == 1
    return _each_part(recorder, function, args, kwargs) if alike else NotImplemented


@handles("mul.Tensor", "mul.Scalar", "mul_.Tensor", "mul_.Scalar", table=OF_COMPLEX)
def _scale(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """(a + bi)(y + 0i), multiplied out as torch does it: a and b times 0 are zeros of a sign."""
    x, y = args
    if not isinstance(x, torch.Tensor):
        x, y = y, x
    if recorder.exact or not has_parts(x) or not is_said(y) or recorder.reads(parts_of(x)) is None or x.numel() == 0:
        return NotImplemented
    made = x if name_of(function) == "mul_" else allocate_result(recorder, tuple(x.shape), x.dtype, (x, None))
    if not recorder.may_write(parts_of(made)):
        return NotImplemented
    if made is not x:
        copy(recorder, made, x)
    real, imaginary = (parts_of(made).select(-1, which) for which in range(2))
    track = recorder.track(made)
    work = Work(recorder, tuple(made.shape), real.dtype)
    zero_of_real, zero_of_imaginary = (work.copied(work.operand(part)) for part in (real, imaginary))
    for zero in (zero_of_real, zero_of_imaginary):
        recorder.tape.step(zero, "mul_", ("0",))
    recorder.step(parts_of(made), "mul_", [number(y)], replaced=False)
    recorder.step(real, "sub_", [zero_of_imaginary], sources=[track], replaced=False)
    recorder.step(imaginary, "add_", [zero_of_real], sources=[track], replaced=False)
    return made


@handles("complex")
def _complex(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Of a tensor of real parts and one of imaginary parts."""
    shape = broadcast(*args)
    dtype = _COMPLEX_OF.get(args[0].dtype)
    if shape is None or dtype is None or args[1].dtype != args[0].dtype or not all(map(has_memory, args)):
        return NotImplemented
    if not all(part.is_contiguous() for part in args) or any(map(recorder.needs_torch, args)):
        return NotImplemented
    if not any_drawn(recorder, list(args)):
        return NotImplemented
    made = recorder.allocate(EMPTY, (list(shape),), {"dtype": dtype})
    parts = parts_of(made)
    done = assemble(recorder, parts, [(parts.select(-1, which), part) for which, part in enumerate(args)])
    return NotImplemented if done is NotImplemented else made
