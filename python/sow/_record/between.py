"""What was drawn between two states of one of torch's generators."""

from __future__ import annotations

import copy
from typing import NamedTuple

import numpy

from sow._call import call
from sow._generator import Generator
from sow._initializer import INITIALIZERS
from sow._native import ffi, lib
from sow._tensor import describe

# A state is the seed, how far its block is used, the block of 624 words, and normals that wait: of float64, and of
# float32, which no operation of torch's leaves.
_LEFT = slice(8, 12)
_NEXT = slice(16, 24)
_WAITING = slice(24 + 8 * 624, 5056)
_WAITS = 24 + 8 * 624 + 24
_BLOCK = 624
# Blocks that are looked through, which takes a second, and how many at a time: few at first, mostly few words went.
_FARTHEST, _LARGEST = 1 << 22, 256
# Words that go into two normals, and how many may have gone since: a sample of Gamma takes two for each that it tries.
PAIR = 4
_SINCE = 1 << 10


class Drawn(NamedTuple):
    """Draws, as far as what is drawn later goes by them.

    Attributes:
        words: that passed.
        took: whether a normal that waited was taken.
        since: words since the last pair of normals, one of which waits; None where none waits that did not before.
    """

    words: int
    took: bool = False
    since: int | None = None


def at_state(state: bytes) -> Generator:
    generator = Generator()
    generator.set_state(state)
    return generator


def drawn_between(before: bytes, after: bytes) -> Drawn | None:
    """None where more than draws happened, or too many did."""
    if before[:8] != after[:8]:
        return None
    words = _words_between(before, after)
    if words is None or before[_WAITING] == after[_WAITING]:
        return None if words is None else Drawn(words)
    took = bool(before[_WAITS])
    if not after[_WAITS]:
        return Drawn(words, took)
    since = _words_since_pair(before, words, after)
    return None if since is None else Drawn(words, took, since)


def _rest(state: bytes) -> int:
    """Words of the block that are not drawn yet; a seed's first block is none."""
    left = int.from_bytes(state[_LEFT], "little")
    return 0 if left == 1 else _BLOCK - int.from_bytes(state[_NEXT], "little")


def _words_between(before: bytes, after: bytes) -> int | None:
    rests = _rest(before), _rest(after)
    ours, theirs = at_state(before), at_state(after)
    ours.skip(rests[0])
    theirs.skip(rests[1])
    wanted = theirs.random(_BLOCK)
    first, count = 0, 1
    while first < _FARTHEST:
        blocks = ours.random(count * _BLOCK).reshape(count, _BLOCK)
        for found in numpy.flatnonzero(blocks[:, 0] == wanted[0]):
            if numpy.array_equal(blocks[found], wanted):
                words = _BLOCK * (first + int(found)) + rests[0] - rests[1]
                return words if words >= 0 else None
        first, count = first + count, min(2 * count, _LARGEST)
    return None


def _take_normal(generator: Generator) -> None:
    memory = ffi.new("double *")
    tensor, _owner = describe(int(ffi.cast("uintptr_t", memory)), "float64", (1,), (1,))
    call(lib.sow_fill, tensor, INITIALIZERS["normal_"](0.0, 1.0), generator._pointer)


def _words_since_pair(before: bytes, words: int, after: bytes) -> int | None:
    """Where the normal was drawn that waits at the end; one that waited at the beginning is taken."""
    generator = at_state(before)
    if before[_WAITS]:
        _take_normal(generator)
    farthest = min(words - PAIR, _SINCE)
    generator.skip(max(words - PAIR - farthest, 0))
    for since in range(farthest + 1):
        tried = copy.copy(generator)
        tried.skip(farthest - since)
        _take_normal(tried)
        if tried.get_state()[_WAITING] == after[_WAITING]:
            return since
    return None
