"""sow.fast: constructors within a block are carried out when it ends, all at once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

from sow._record import hooks
from sow._record.generators import DEFAULT, state_bytes
from sow._record.initializers import VERSION
from sow._record.memory import FLOATS, address_of, ask_for_huge_pages
from sow._record.record import follow
from sow._record.recorder import Agreed, Recorder
from sow._record.track import Track
from sow._torch import agrees

# Bytes of one tensor from which on pages are asked for.
_LARGE = 4 << 20


@functools.cache
def _agreed() -> Agreed:
    """The draws that this build of torch makes as sow does; tried once in a process."""
    names = ["uniform_", "normal_", "sparse_"]
    if VERSION >= (2, 12):  # before, by another library's erfinv
        names.append("trunc_normal_")
    return frozenset((name, dtype) for name in names for dtype in FLOATS if agrees(name, dtype))


@contextmanager
def fast(threads: int) -> Iterator[None]:
    if hooks.current() is not None:
        yield  # a recorder sees this already
        return
    recorder = Recorder(*follow(state_bytes(DEFAULT), threads), exact=True, agreed=_agreed())
    try:
        with hooks.watching(recorder):
            yield
    finally:
        recorder.generators.check()
        late = recorder.late()
        _ask(late)
        recorder.settle(late)
        recorder.generators.leave_true()


def _ask(tracks: list[Track]) -> None:
    memories = [track.memory() for track in tracks]
    ask_for_huge_pages(
        (address_of(memory), memory.nbytes()) for memory in memories if memory is not None and memory.nbytes() >= _LARGE
    )
