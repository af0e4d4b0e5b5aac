"""sow.fast: constructors within a block are carried out when it ends, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from sow._record import hooks
from sow._record.dispatch import Track
from sow._record.generators import state_bytes
from sow._record.memory import ask_for_huge_pages
from sow._record.record import recorder_from

# Bytes of one tensor from which on pages are asked for.
_LARGE = 4 << 20


@contextmanager
def fast(threads: int) -> Iterator[None]:
    if hooks.current() is not None:
        yield  # a recorder sees this already
        return
    recorder, follower = recorder_from(state_bytes(torch.default_generator), exact=True, threads=threads)
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
        (memory.data_ptr(), memory.nbytes()) for memory in memories if memory is not None and memory.nbytes() >= _LARGE
    )


