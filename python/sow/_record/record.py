"""sow.record: a constructor is called, and what it did to its tensors is written down."""

from __future__ import annotations

import pickle
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable

import torch

from sow._block import contiguous
from sow._call import fail, warn
from sow._errors import UnsupportedError
from sow._generator import Generator, seed_number
from sow._record import complexes, copies, draws, elementwise, factories
from sow._record.factories import fits, is_said
from sow._record.follow import EDITION, Follower, Replay
from sow._record.generators import DEFAULT
from sow._record.hooks import current, watching
from sow._record.lines import Writer, number, quote
from sow._record.memory import DTYPES, bytes_of, parts_of, storage_of
from sow._record.names import Model, Named, describe, not_made
from sow._record.recorder import Recorder, view_of
from sow._record.tape import Item, Literal, Step, Storage, Tape, View, whole

_HANDLERS = (complexes, copies, draws, elementwise, factories)  # which register their functions as they are imported


_LOOKS_SHOWN = 3


def follow(state: bytes, threads: int) -> tuple[Tape, Follower]:
    """A tape whose default generator begins in a state."""
    tape = Tape()
    dtype = DTYPES.get(torch.get_default_dtype(), "float32")
    return tape, Follower(tape, Replay(state, EDITION, dtype), threads)


class _Keeping:
    """Who keeps the default generator's state: threads that record at the same time share it."""

    lock = threading.Lock()
    threads = 0
    state: torch.Tensor
    own = threading.local()


@contextmanager
def generator_kept() -> Iterator[None]:
    """The default generator is as it was, come what may.

    Of several threads the first finds it and the last puts it back: a state that changes while another one records
    would be taken for something that its constructor did. Within one thread each call keeps what it found.
    """
    if getattr(_Keeping.own, "inside", False):
        state = DEFAULT.get_state()
        try:
            yield
        finally:
            DEFAULT.set_state(state)
        return
    with _Keeping.lock:
        if _Keeping.threads == 0:  # not before the lock: another thread may be recording until then
            _Keeping.state = DEFAULT.get_state()
        _Keeping.threads += 1
    _Keeping.own.inside = True
    try:
        yield
    finally:
        _Keeping.own.inside = False
        with _Keeping.lock:
            _Keeping.threads -= 1
            if _Keeping.threads == 0:
                DEFAULT.set_state(_Keeping.state)


def record_text(function: Callable[[], Any], seed: int) -> str:
    """The recording of a constructor's run after torch.manual_seed(seed)."""
    seed = seed_number(seed)
    dtype = DTYPES.get(torch.get_default_dtype(), "float32")
    with torch.utils._python_dispatch._disable_current_modes(), generator_kept():
        DEFAULT.manual_seed(seed)
        recorder = Recorder(*follow(Generator(seed).get_state(), 0), exact=False, outer=current())
        others = _OtherGenerators()
        try:
            with watching(recorder):
                returned = function()
        finally:
            recorder.settle(recorder.late(foreign_only=True))
        recorder.generators.check()
        model = describe(returned)
        others.warn_of_use()
    for named in model.left_out:
        kind = not_made(named.tensor)
        warn(f"{named.name} is left out: sow makes no {kind}, and no checkpoint holds this buffer")
    if model.extra:
        warn(f"{_some(model.extra)} is left out: what get_extra_state() gives is in no recording")
    names = _views(recorder, model)
    looks = list(dict.fromkeys([*recorder.looks, *recorder.generators.looks]))
    head = [
        "sow recording 1",
        f"torch {EDITION}",
        f"dtype {dtype}",
        f"seed {seed}",
        *([f"bound {quote(', '.join(looks[:_LOOKS_SHOWN]))}"] if looks else []),
        *(f"module {quote(path)} {quote(kind)}" for path, kind in model.modules.items()),
    ]
    for view in names:
        if view.elements == 0:  # nothing to write, and so nothing wrote it
            recorder.tape.step(view, "zero_")
    writer = Writer()
    items = recorder.tape.needed(view.storage for view in names)
    _warn_of_unwritten(model, names, items)
    parts = ["\n".join(head), "\n", writer.text(items)]
    for view in names:
        parts += [line + "\n" for line in writer.declare(view.storage)]
    parts += [f"{named.kind} {quote(named.name)} {writer.view(view)}\n" for named, view in zip(model.tensors, names)]
    return "".join([*parts, "end\n"])


def _some(names: list[str]) -> str:
    """Such as "a, b, c and 5 more"."""
    more = len(names) - _LOOKS_SHOWN
    return ", ".join(names[:_LOOKS_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _warn_of_unwritten(model: Model, names: list[View], items: list[Item]) -> None:
    written = {item.target.storage for item in items if isinstance(item, (Step, Literal))}
    unwritten = [named.name for named, view in zip(model.tensors, names) if view.storage not in written]
    if unwritten:
        warn(
            f"the constructor writes nothing into {_some(unwritten)}: a plan needs a rule for what was left to "
            "memory's chance"
        )


class _OtherGenerators:
    """Python's and NumPy's, which no seed of torch tells of."""

    def __init__(self) -> None:
        self._before = self._states()

    def _states(self) -> list[tuple[str, Any]]:
        states: list[tuple[str, Any]] = [("Python's random", random.getstate())]
        numpy = sys.modules.get("numpy")
        if numpy is not None:
            states.append(("numpy.random", pickle.dumps(numpy.random.get_state(legacy=False))))
        return states

    def warn_of_use(self) -> None:
        now = dict(self._states())
        for name, state in self._before:
            if now[name] != state:
                warn(
                    f"the constructor drew numbers from {name}: what they went into is kept as it was in this run, "
                    "whatever the seed"
                )


# ---- what the names see ----


def _views(recorder: Recorder, model: Model) -> list[View]:
    """The view of each tensor of the model; what torch computed becomes literals at the end of the tape."""
    seen = [named._replace(tensor=parts_of(named.tensor.detach())) for named in model.tensors]
    views = _views_of_numbers(recorder, seen)
    if not any(named.tensor.is_complex() for named in model.tensors):
        return views
    complexes = _Complexes(recorder.tape)
    return [complexes.view(view) if named.tensor.is_complex() else view for named, view in zip(model.tensors, views)]


class _Complexes:
    """Storages of complex numbers, which are made of those that hold their parts."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._made: dict[Storage, Storage] = {}
        # Of what was written, the line that wrote it last.
        self._lines = {item.target.storage: item.line for item in tape.items if isinstance(item, (Step, Literal))}

    def view(self, parts: View) -> View:
        made = self._made.get(parts.storage) or self._make(parts.storage)
        strides = tuple(stride // 2 for stride in parts.strides[:-1])
        return View(made, parts.offset // 2, parts.shape[:-1], strides)

    def _make(self, parts: Storage) -> Storage:
        made = self._made[parts] = Storage("complex64", parts.count // 2)
        if parts in self._lines:
            self._tape.step(whole(made), "view_as_complex_", (whole(parts, (made.count, 2)),), self._lines[parts])
        return made


def _views_of_numbers(recorder: Recorder, seen: list[Named]) -> list[View]:
    real: dict[int, list[Named]] = {}
    for named in seen:
        track = recorder.find(named.tensor)
        if track is None or track.real:
            real.setdefault(storage_of(named.tensor)._cdata, []).append(named)
    taken: set[Storage] = set()
    literals = {key: _literal(recorder, group, taken) for key, group in real.items()}
    views = []
    for named in seen:
        tensor = named.tensor
        storage = literals.get(storage_of(tensor)._cdata)
        if storage is not None:
            views.append(storage if isinstance(storage, View) else view_of(tensor, storage))
            continue
        track = recorder.find(tensor)
        view = recorder.view(tensor, track) if track is not None else None
        if view is None:
            raise fail(UnsupportedError, f"{named.name} sees the memory of another tensor as {tensor.dtype}")
        views.append(view)
    return views


def _literal(recorder: Recorder, group: list[Named], taken: set[Storage]) -> View | Storage:
    """What real memory holds, for the tensors that see it: their one view, or all of the memory.

    `taken` are the literals that are a tensor of the model already.
    """
    first = group[0].tensor.detach()
    for named in group:
        if named.tensor.dtype != first.dtype:
            raise fail(UnsupportedError, f"{named.name} sees the memory of another tensor as {named.tensor.dtype}")
    track = recorder.find(first)
    bound, line = (None, "") if track is None else (track.bound, track.line)
    place = (first.storage_offset(), first.shape, first.stride())
    if any((t.tensor.storage_offset(), t.tensor.shape, t.tensor.stride()) != place for t in group):
        seen = torch.empty(0, dtype=first.dtype, device="cpu").set_(storage_of(first))
        return _constant(recorder, seen, bound, line, taken).storage
    return _constant(recorder, first, bound, line, taken)


def _constant(recorder: Recorder, tensor: torch.Tensor, bound: str | None, line: str, taken: set[Storage]) -> View:
    shape = tuple(tensor.shape)
    storage = Storage(DTYPES[tensor.dtype], tensor.numel())
    view = View(storage, 0, shape, contiguous(shape))
    if tensor.numel() == 0:
        return view  # nothing to write
    data = bytes_of(tensor)
    size = tensor.element_size()
    value = tensor.reshape(-1)[0].item()
    if bound is None and data == data[:size] * storage.count and is_said(value) and fits(value, tensor.dtype):
        recorder.tape.step(whole(storage), "fill_", (number(value),), line)
    elif bound is None:
        # Equal bytes are written once; but equal tensors are not one tensor.
        known = recorder.tape.constant(storage.dtype, data, size, None, line)
        if known not in taken:
            taken.add(known)
            return whole(known, shape)
        recorder.tape.step(whole(storage), "copy_", (whole(known),), line)
    else:
        recorder.tape.literal(view, data, bound, line)
    return view
