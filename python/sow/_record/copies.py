"""Operations that copy: what was copied stays what steps made it."""

from __future__ import annotations

from typing import Any

import torch

from sow._record.dispatch import argument_at, handles, name_of, overload
from sow._record.factories import EMPTY, EMPTY_LIKE, allocate_as, fill, scalar
from sow._record.memory import COMPLEX, DTYPES, FLOATS, broadcast, has_memory, has_parts, parts_of
from sow._record.overlap import overlap
from sow._record.recorder import Recorder
from sow._record.source import line as source_line
from sow._record.tape import View, whole
from sow._record.track import Track

_COPY = overload("copy_")
# Elements up to which torch writes what holds for every seed, so that it ends as one literal.
_SMALL = 1 << 24


def may_cast(source: torch.dtype, target: torch.dtype) -> bool:
    return source == target or any(source in kind and target in kind for kind in (FLOATS, COMPLEX))


def copy(recorder: Recorder, target: torch.Tensor, source: torch.Tensor) -> Any:
    """target.copy_(source), where steps made the source."""
    if has_parts(target) and has_parts(source):
        done = copy(recorder, parts_of(target), parts_of(source))
        return done if done is NotImplemented else target
    view = recorder.reads(source)
    if view is None or not may_cast(source.dtype, target.dtype) or not recorder.may_write(target):
        return NotImplemented
    track = recorder.find(source)
    assert track is not None
    if broadcast(target, source) != target.shape or overlap(target, source):
        return NotImplemented
    if recorder.reads(target) == view:
        return target
    recorder.step(target, "copy_", [view.expand(tuple(target.shape))], sources=[track])
    return target


@handles("copy_")
def _copy(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    target, source = args[0], args[1]
    if not (has_memory(target) and has_memory(source)):
        return NotImplemented
    if has_parts(target) and has_parts(source):
        done = _copy(recorder, function, (parts_of(target), parts_of(source)), kwargs)
        return done if done is NotImplemented else target
    if recorder.reads(source) is not None:
        to, of = recorder.find(target), recorder.find(source)
        assert of is not None
        if (to is None or to.real) and not of.drawn and not recorder.is_whole(target):
            return NotImplemented
        return copy(recorder, target, source)
    of = recorder.find(source)
    if of is not None and not of.real and not recorder.is_fresh(of):
        return _copy_bytes(recorder, target, source, of)
    return _copy_real(recorder, function, args, kwargs)


def _copy_bytes(recorder: Recorder, target: torch.Tensor, source: torch.Tensor, of: Track) -> Any:
    """UntypedStorage.copy_: all bytes of a storage into another, which takes its type."""
    assert of.storage is not None
    to = recorder.find(target)
    both = (target, source)
    if any(t.dtype is not torch.uint8 or t.dim() != 1 or not recorder.is_whole(t) for t in both):
        return NotImplemented
    if target.numel() != source.numel() or (to is not None and (not to.real or to.exposed)):
        return NotImplemented
    size = next(dtype.itemsize for dtype, name in DTYPES.items() if name == of.storage.dtype)
    if of.storage.count * size != source.numel():
        return NotImplemented
    made = recorder.begin_as(target, of.storage)
    recorder.tape.step(whole(made), "copy_", (whole(of.storage),))
    recorder.wrote(target, [of], False)
    return target


def _copy_real(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What torch computed goes into what steps made: as a literal, unless torch may as well write it."""
    target, source = args[0], args[1]
    to, of = recorder.find(target), recorder.find(source)
    bound = of.bound if of is not None else None
    if recorder.is_whole(target) and not recorder.is_exposed(target):
        done = function(*args, **kwargs)
        if to is not None or bound is not None:
            track = recorder.track(target)
            track.real, track.synced = True, True
            track.bound, track.drawn = bound, bound is not None
            track.line = source_line()
        return done
    if to is None or to.real or (not to.drawn and bound is None and target.numel() <= _SMALL):
        return NotImplemented
    if not recorder.may_write(target) or source.numel() == 0 or broadcast(target, source) != target.shape:
        return NotImplemented
    view = recorder.constant(source, target.dtype).expand(tuple(target.shape))
    recorder.step(target, "copy_", [view], sources=[] if of is None else [of])
    return target


@handles("fill_.Tensor")
def _fill_by(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A number of the same bits for every seed; else a copy, which torch makes of this."""
    target, value = args
    if has_memory(value) and overlap(target, value):
        return NotImplemented
    number = scalar(recorder, value)
    if number is None:
        return _copy(recorder, _COPY, args, {})
    return fill(recorder, function, (target, number), kwargs)


@handles("clone", "_to_copy")
def _clone(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    source = args[0]
    device = kwargs.get("device")
    if device is not None and torch.device(device).type != "cpu":
        # Without a look at the elements, where there is none.
        return function(*args, **kwargs) if torch.device(device).type == "meta" else NotImplemented
    if recorder.reads(parts_of(source)) is None or not may_cast(source.dtype, kwargs.get("dtype") or source.dtype):
        return NotImplemented
    options = {key: kwargs[key] for key in ("dtype", "memory_format") if kwargs.get(key) is not None}
    made = recorder.allocate(EMPTY_LIKE, (source,), options)
    return made if source.numel() == 0 else copy(recorder, made, source)


# ---- tensors put together ----


def any_drawn(recorder: Recorder, tensors: list[torch.Tensor]) -> bool:
    tracks = [recorder.find(tensor) for tensor in tensors]
    return any(track is not None and not track.real and track.drawn for track in tracks)


def assemble(recorder: Recorder, made: torch.Tensor, parts: list[tuple[torch.Tensor, torch.Tensor]]) -> Any:
    """Copies tensors into views of a new one."""
    for part, source in parts:
        if source.numel() == 0:
            continue
        if recorder.reads(source) is not None:
            if copy(recorder, part, source) is NotImplemented:
                return NotImplemented
            continue
        of = recorder.find(source)
        view: View = recorder.constant(source, made.dtype).expand(tuple(part.shape))
        recorder.step(part, "copy_", [view], sources=[] if of is None else [of])
    return made


@handles("cat", "stack")
def _cat(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    tensors, dim = args[0], argument_at(args, kwargs, 1, "dim", 0)
    dtypes = {tensor.dtype for tensor in tensors}
    if len(dtypes) != 1 or not dtypes <= set(FLOATS) or not all(map(has_memory, tensors)):
        return NotImplemented
    if not any_drawn(recorder, tensors) or any(map(recorder.needs_torch, tensors)):
        return NotImplemented
    made = allocate_as(recorder, function, (tensors, dim))
    dim %= max(made.dim(), 1)
    if name_of(function) == "stack":
        return assemble(recorder, made, [(made.select(dim, i), tensor) for i, tensor in enumerate(tensors)])
    parts, at = [], 0
    for tensor in tensors:
        if tensor.dim() != made.dim():  # torch leaves out empty tensors of one dimension
            continue
        parts.append((made.narrow(dim, at, tensor.shape[dim]), tensor))
        at += tensor.shape[dim]
    return assemble(recorder, made, parts)


@handles("repeat")
def _repeat(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    source, repeats = args[0], list(args[1])
    if recorder.reads(source) is None or not any_drawn(recorder, [source]) or 0 in repeats:
        return NotImplemented
    sizes = [1] * (len(repeats) - source.dim()) + list(source.shape)
    made = recorder.allocate(EMPTY, ([r * s for r, s in zip(repeats, sizes)],), {"dtype": source.dtype})
    pairs = [size for pair in zip(repeats, sizes) for size in pair]
    ones = [size for pair in zip([1] * len(sizes), sizes) for size in pair]
    return made if copy(recorder, made.view(pairs), source.reshape(ones)) is not NotImplemented else NotImplemented
