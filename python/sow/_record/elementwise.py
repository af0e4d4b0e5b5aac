"""Arithmetic on what steps made. It becomes steps in place, on the tensor itself or on a copy."""

from __future__ import annotations

import math
from typing import Any

import torch

from sow._block import contiguous
from sow._record.dispatch import argument_at, handles, name_of, overload
from sow._record.factories import allocate_as, allocate_result, fits, scalar
from sow._record.lines import number
from sow._record.memory import DTYPES, FLOATS, broadcast, has_memory
from sow._record.overlap import overlap
from sow._record.recorder import Recorder
from sow._record.tape import Storage, View, whole
from sow._record.track import Track
from sow._record.trial import norm_agrees

# What another library computes in torch, so that the last bit may differ (docs/fidelity.md); MKL sqrt_ too.
_LIBRARY = frozenset(("sqrt_", "rsqrt_", "exp_", "expm1_", "log_", "log1p_", "erfinv_"))
_MULTIPLIED = (0, 1, 2, 3, -1, -2)  # powers that torch multiplies out


class Work:
    """Steps that compute a result, in its place or aside where it is read meanwhile."""

    def __init__(self, recorder: Recorder, shape: tuple[int, ...], dtype: torch.dtype) -> None:
        self.recorder = recorder
        self.shape = shape
        self.dtype = dtype
        self.sources: list[Track] = []

    def operand(self, tensor: torch.Tensor) -> View:
        """A tensor's elements in the type and shape of the computation."""
        track = self.recorder.find(tensor)
        if track is None or track.real:
            view = self.recorder.constant(tensor, self.dtype)
        else:
            view = self.recorder.view(tensor, track)  # type: ignore[assignment]
            if view.storage.dtype != DTYPES[self.dtype]:
                view = self.copied(view)
        if track is not None:
            self.sources.append(track)
        return view.expand(self.shape)

    def copied(self, view: View) -> View:
        """A copy in the computation's type, on the tape alone."""
        made = whole(Storage(DTYPES[self.dtype], view.elements), view.shape)
        self.recorder.tape.step(made, "copy_", (view,), "")
        return made


def _may_read(recorder: Recorder, tensor: Any) -> bool:
    return recorder.reads(tensor) is not None


# ---- one tensor ----


def in_place(recorder: Recorder, target: torch.Tensor, call: str, arguments: list[str]) -> Any:
    """A step on what steps made already."""
    if target.dtype not in FLOATS or not _may_read(recorder, target) or not recorder.may_write(target):
        return NotImplemented
    recorder.step(target, call, arguments, replaced=False)
    return target


def changed_copy(
    recorder: Recorder,
    tensor: torch.Tensor,
    out: torch.Tensor | None,
    steps: list[tuple[str, list[str]]],
    numbers: int = 0,
) -> Any:
    """A copy of what steps made, changed by steps, as an operation on it and so many numbers returns it."""
    view = recorder.reads(tensor)
    if view is None or tensor.dtype not in FLOATS or tensor.numel() == 0:
        return NotImplemented
    if out is not None and (out.dtype != tensor.dtype or out.shape != tensor.shape or not recorder.may_write(out)):
        return NotImplemented
    if out is None:
        operands = [tensor, *[None] * numbers]
        out = allocate_result(recorder, tuple(tensor.shape), tensor.dtype, operands)
    elif recorder.reads(out) != view and recorder.track(out) is recorder.find(tensor):
        return NotImplemented
    source = recorder.find(tensor)
    assert source is not None
    if recorder.reads(out) != view:
        recorder.step(out, "copy_", [view], sources=[source])
    for call, arguments in steps:
        recorder.step(out, call, arguments, replaced=False)
    return out


def _one_step(
    recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], call: str, arguments: list[str]
) -> Any:
    """An operation that one step is, in place or on a copy, as its name says."""
    if name_of(function).endswith("_"):
        return in_place(recorder, args[0], call, arguments)
    return changed_copy(recorder, args[0], kwargs.get("out"), [(call, arguments)])


def _is_said(recorder: Recorder, call: str, exponent: Any = None) -> bool:
    """Whether a step may stand for the operation."""
    if not recorder.exact:
        return True
    return call not in _LIBRARY and (call != "pow_" or exponent in _MULTIPLIED)


def _names(*names: str) -> list[str]:
    return [name for base in names for name in (base, base + "_", base + ".out")]


@handles(
    *_names("neg", "abs", "sqrt", "rsqrt", "reciprocal", "square"),
    *_names("exp", "expm1", "log", "log1p", "erfinv", "special_erfinv", "special_expm1", "special_log1p"),
)
def _unary(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    call = name.replace("special_", "").rstrip("_") + "_"
    arguments: list[str] = []
    if call == "square_":
        call, arguments = "pow_", ["2"]
    if not _is_said(recorder, call, 2):
        return NotImplemented
    return _one_step(recorder, function, args, kwargs, call, arguments)


@handles("pow.Tensor_Scalar", "pow_.Scalar", "pow.Tensor_Scalar_out")
def _pow(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    exponent = args[1]
    if isinstance(exponent, complex) or not _is_said(recorder, "pow_", exponent):
        return NotImplemented
    return _one_step(recorder, function, args, kwargs, "pow_", [number(exponent)])


@handles(*_names("clamp", "clamp_min", "clamp_max"))
def _clamp(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    low = high = None
    if name.startswith("clamp_min"):
        low = args[1]
    elif name.startswith("clamp_max"):
        high = args[1]
    else:
        low, high = argument_at(args, kwargs, 1, "min"), argument_at(args, kwargs, 2, "max")
    bounds = {key: value for key, value in (("min", low), ("max", high)) if value is not None}
    if args[0].dtype not in FLOATS or not bounds or not all(fits(bound, args[0].dtype) for bound in bounds.values()):
        return NotImplemented  # torch refuses bounds that its type does not have
    arguments = [f"{key}={number(bound)}" for key, bound in bounds.items()]
    return _one_step(recorder, function, args, kwargs, "clamp_", arguments)


@handles("fmod.Scalar", "fmod_.Scalar", "fmod.Scalar_out")
def _fmod(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if args[0].dtype not in FLOATS or not fits(args[1], args[0].dtype):
        return NotImplemented
    if recorder.exact and not abs(args[1]) >= 1:  # torch's is NaN where the quotient is too large for its type
        return NotImplemented
    return _one_step(recorder, function, args, kwargs, "fmod_", [number(args[1])])


@handles("rsub.Scalar")
def _rsub(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    alpha = argument_at(args, kwargs, 2, "alpha", 1)
    return NotImplemented if _is_bool(alpha) or alpha != 1 else _number_less(recorder, args[1], args[0], None)


def _number_less(recorder: Recorder, x: Any, y: torch.Tensor, out: torch.Tensor | None) -> Any:
    """x - y is (-y) + x, to the bit."""
    if isinstance(x, (complex, bool)):
        return NotImplemented
    return changed_copy(recorder, y, out, [("neg_", []), ("add_", [number(x)])], numbers=1)


# ---- two tensors ----


def binary(recorder: Recorder, call: str, x: torch.Tensor, y: Any, alpha: Any, out: torch.Tensor | None) -> Any:
    """x call y, into `out` or a new tensor."""
    if recorder.exact and alpha != 1:
        return NotImplemented  # how torch rounds the last elements depends on threads
    if isinstance(alpha, bool) or (call == "sub_" and (_is_bool(x) or _is_bool(y))):
        return NotImplemented  # torch refuses it
    if not isinstance(x, torch.Tensor):
        return _number_first(recorder, call, x, y, alpha, out)
    if not isinstance(y, torch.Tensor):
        return _with_number(recorder, call, x, y, alpha, out)
    if not (_may_read(recorder, x) or _may_read(recorder, y)):
        return NotImplemented
    written = x if out is None else out
    if x.dim() > 0 and y.dim() == 0 and x.dtype in FLOATS and not y.is_complex() and not overlap(written, y):
        value = scalar(recorder, y)
        if value is not None:
            return _with_number(recorder, call, x, value, alpha, out)
    return _with_tensor(recorder, call, x, y, alpha, out)


def _is_bool(given: Any) -> bool:
    return isinstance(given, bool) or (isinstance(given, torch.Tensor) and given.dtype is torch.bool)


def _arguments(call: str, y: str | View, alpha: Any) -> list[str | View]:
    return [y] if call in ("mul_", "div_") or alpha == 1 else [y, f"alpha={number(alpha)}"]


def _number_first(recorder: Recorder, call: str, x: Any, y: torch.Tensor, alpha: Any, out: torch.Tensor | None) -> Any:
    """torch.add(x, y) and its kin."""
    if isinstance(x, complex) or alpha != 1 or y.dtype not in FLOATS:
        return NotImplemented
    if y.dtype.itemsize == 2 and torch.tensor(float(x), device="cpu").to(y.dtype).item() != x:
        return NotImplemented  # torch rounds a number that comes first
    if call == "sub_":
        return _number_less(recorder, x, y, out)
    return _with_number(recorder, call, y, x, alpha, out) if call in ("add_", "mul_") else NotImplemented


def _with_number(recorder: Recorder, call: str, x: torch.Tensor, y: Any, alpha: Any, out: torch.Tensor | None) -> Any:
    if isinstance(y, complex) or isinstance(alpha, complex):
        return NotImplemented
    arguments: list[Any] = _arguments(call, number(y), alpha)
    if out is x:
        return in_place(recorder, x, call, arguments)
    return changed_copy(recorder, x, out, [(call, arguments)], numbers=1)


def _with_tensor(
    recorder: Recorder, call: str, x: torch.Tensor, y: torch.Tensor, alpha: Any, out: torch.Tensor | None
) -> Any:
    dtype, shape = torch.result_type(x, y), broadcast(x, y)
    if shape is None or dtype not in FLOATS or isinstance(alpha, complex) or not (has_memory(x) and has_memory(y)):
        return NotImplemented
    if recorder.needs_torch(x) or recorder.needs_torch(y):
        return NotImplemented
    if out is None:
        out = allocate_result(recorder, shape, dtype, (x, y))
    if tuple(out.shape) != shape or out.dtype not in FLOATS or not recorder.may_write(out):
        return NotImplemented
    if overlap(out, x) or overlap(out, y) or _takes_a_number(dtype, x, y):
        return NotImplemented
    work = Work(recorder, shape, dtype)
    second = work.operand(y)
    at_once = out.dtype == dtype and recorder.track(out) is not recorder.find(y)
    if at_once and out is x and _may_read(recorder, x):
        recorder.step(out, call, _arguments(call, second, alpha), sources=work.sources, replaced=False)
        return out
    first = work.operand(x)
    if at_once and recorder.track(out) is not recorder.find(x):
        recorder.step(out, "copy_", [first], sources=work.sources)
        recorder.step(out, call, _arguments(call, second, alpha), sources=work.sources, replaced=False)
        return out
    result = work.copied(first)
    recorder.tape.step(result, call, tuple(_arguments(call, second, alpha)))
    recorder.step(out, "copy_", [result], sources=work.sources)
    return out


@handles(
    "mul.Tensor", "mul.Scalar", "mul_.Tensor", "mul_.Scalar", "mul.out",
    "div.Tensor", "div.Scalar", "div_.Tensor", "div_.Scalar", "div.out",
    "add.Tensor", "add.Scalar", "add_.Tensor", "add_.Scalar", "add.out",
    "sub.Tensor", "sub.Scalar", "sub_.Tensor", "sub_.Scalar", "sub.out",
)  # fmt: skip
def _binary(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    name = name_of(function)
    alpha = argument_at(args, kwargs, 2, "alpha", 1)
    out = args[0] if name.endswith("_") else kwargs.get("out")
    return binary(recorder, name.rstrip("_") + "_", args[0], args[1], alpha, out)


@handles("rsub.Tensor")
def _rsub_tensor(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    alpha = argument_at(args, kwargs, 2, "alpha", 1)
    return binary(recorder, "sub_", args[1], args[0], alpha, None)


def _takes_a_number(dtype: torch.dtype, x: torch.Tensor, y: torch.Tensor) -> bool:
    """Whether torch calculates with a number in 32 bits that a step would round to 16 first."""
    return dtype.itemsize == 2 and any(one.dim() == 0 and one.dtype != dtype for one in (x, y))


# ---- norms ----

_VECTOR_NORM = overload("linalg_vector_norm")


def norm(recorder: Recorder, tensor: torch.Tensor, dims: list[int] | None, keepdim: bool) -> Any:
    """The Euclidean norm over some dimensions, where torch adds in the order of norm_except_dim, and so of norm_."""
    view = recorder.reads(tensor)
    if view is None or tensor.dtype not in FLOATS or tensor.numel() == 0 or recorder.exact:
        return NotImplemented
    ndim = tensor.dim()
    reduced = set(range(ndim)) if not dims else {dim % max(ndim, 1) for dim in dims}
    left = [dim for dim in range(ndim) if dim not in reduced]
    merged = _left_merged(view, left)
    if merged is None or not norm_agrees(tensor.dtype):
        return NotImplemented
    view, axis = merged
    out = allocate_as(recorder, _VECTOR_NORM, (tensor, 2, dims, True))
    kept = tuple(view.shape[dim] if dim == axis else 1 for dim in range(len(view.shape)))
    track, source = recorder.track(out), recorder.find(tensor)
    assert track.storage is not None
    assert source is not None
    target = View(track.storage, 0, kept, contiguous(kept))
    recorder.tape.step(target, "norm_", (view, f"dim={axis}"), "")
    recorder.wrote(out, [source], False)
    return out if keepdim else out.reshape([tensor.shape[dim] for dim in left])


def _left_merged(view: View, left: list[int]) -> tuple[View, int] | None:
    """A view of the same elements in which the dimensions that are left are one, and which; -1 for none.

    Only of what lies densely, with the first or the last dimensions left: elsewhere torch's sums have other orders.
    """
    if not view.is_contiguous():
        return None
    if not left:
        return view, -1
    shape, count = view.shape, len(left)
    if left == list(range(count)):
        rows, axis = (math.prod(shape[:count]), *shape[count:]), 0
    elif left == list(range(len(shape) - count, len(shape))):
        rows, axis = (*shape[:-count], math.prod(shape[-count:])), len(shape) - count
    else:
        return None
    return View(view.storage, view.offset, rows, contiguous(rows)), axis


@handles("linalg_vector_norm", "norm.ScalarOpt_dim", "norm.Scalar")
def _norm(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    order = args[1] if len(args) > 1 else kwargs.get("ord", kwargs.get("p", 2))
    if order is None:
        order = 2
    dims, keepdim = argument_at(args, kwargs, 2, "dim"), argument_at(args, kwargs, 3, "keepdim", False)
    if order != 2 or kwargs.get("dtype") is not None:
        return NotImplemented
    return norm(recorder, args[0], [dims] if isinstance(dims, int) else dims, keepdim)
