"""sow.fast: constructors within a block are carried out when it ends, all at once."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from sow._call import warn
from sow._record import hooks
from sow._record.generators import DEFAULT, state_bytes
from sow._record.initializers import VERSION
from sow._record.memory import FLOATS, address_of, ask_for_huge_pages
from sow._record.record import follow
from sow._record.recorder import Recorder
from sow._record.track import Track
from sow._torch import agrees

# Bytes of one tensor from which on pages are asked for.
_LARGE = 4 << 20

# Draws that may be a step; trunc_normal_ was by another library's erfinv before 2.12.
_TRIED = ("uniform_", "normal_", "sparse_", *(["trunc_normal_"] if VERSION >= (2, 12) else []))


@functools.cache
def _agrees(name: str, dtype: torch.dtype) -> bool:
    if dtype not in FLOATS or name not in _TRIED:
        return False
    with hooks.unseen():
        return agrees(name, dtype)


class _Agreed:
    """The draws that this build of torch makes as sow does; each is tried once in a process, when it is asked for."""

    def __contains__(self, draw: object) -> bool:
        return isinstance(draw, tuple) and _agrees(*draw)


@contextmanager
def fast(threads: int) -> Iterator[None]:
    if hooks.current() is not None:
        yield  # a recorder sees this already
        return
    recorder = Recorder(*follow(state_bytes(DEFAULT), threads), exact=True, agreed=_Agreed())
    try:
        with hooks.watching(recorder):
            yield
    finally:
        recorder.generators.check()
        recorder.generators.leave_true()  # first: Ctrl-C may stop what follows
        late = recorder.late()
        _ask(late)
        recorder.settle(late)
    if hooks.is_kept():
        warn(
            "what was built keeps torch.default_generator, which within the block is a stand-in: assign "
            "torch.default_generator anew, or it draws other numbers"
        )


def _ask(tracks: list[Track]) -> None:
    memories = [track.memory() for track in tracks]
    ask_for_huge_pages(
        (address_of(memory), memory.nbytes()) for memory in memories if memory is not None and memory.nbytes() >= _LARGE
    )
