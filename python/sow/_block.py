"""Blocks: rectangles of a tensor, as indices of NumPy and JAX say them, and many of them in one call of the library."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sow._call import call, fail
from sow._errors import InvalidArgumentError
from sow._native import ffi, lib

Sizes = tuple[int, ...]

# Bytes between two looks for Ctrl-C. Each call begins anew in the stream, which takes a millisecond for each thread; as
# many bytes take 20 to 200.
PIECE = 128 << 20


class Block(NamedTuple):
    """From begin[d] on, size[d] elements of each dimension."""

    begin: Sizes
    size: Sizes


class Placed(NamedTuple):
    """A block of an entry of a plan, and where it goes: an address, and strides in elements."""

    entry: int
    block: Block
    address: int
    strides: Sizes


def contiguous(size: Iterable[int]) -> Sizes:
    """The strides of a contiguous tensor, in elements."""
    strides: list[int] = []
    reached = 1
    for length in reversed(tuple(size)):
        strides.append(reached)
        reached *= max(length, 1)
    return tuple(reversed(strides))


# ---- indices ----


class Selection(NamedTuple):
    """What an index selects.

    Attributes:
        block: the elements.
        shape: of the result: without the dimensions that an integer selects of, with 1 for each None.
        kept: for each dimension of the tensor, the one of the result that it became; None where an integer stood.
    """

    block: Block
    shape: Sizes
    kept: tuple[int | None, ...]


def select(index: Any, shape: Sizes, name: str) -> Selection:
    """Reads integers, slices of step 1, ... and None, alone or in a tuple, as NumPy does.

    Raises:
        IndexError: for an integer outside its dimension, or more parts than there are dimensions.
        InvalidArgumentError: for what selects no block: other steps, arrays.
    """
    parts = _with_all_dimensions(index if isinstance(index, tuple) else (index,), shape, name)
    begin: list[int] = []
    size: list[int] = []
    result: list[int] = []
    kept: list[int | None] = []
    for part in parts:
        if part is None:
            result.append(1)
            continue
        length = shape[len(begin)]
        if isinstance(part, slice):
            first, after = _range_of(part, length, name)
            kept.append(len(result))
            result.append(after - first)
        else:
            first = _position(part, length, len(begin), name)
            after = first + 1
            kept.append(None)
        begin.append(first)
        size.append(after - first)
    return Selection(Block(tuple(begin), tuple(size)), tuple(result), tuple(kept))


def _with_all_dimensions(parts: tuple[Any, ...], shape: Sizes, name: str) -> list[Any]:
    """With a slice for each dimension that "..." stands for, or that is not named at the end."""
    dots = [at for at, part in enumerate(parts) if part is Ellipsis]
    named = sum(part is not None and part is not Ellipsis for part in parts)
    if len(dots) > 1:
        raise IndexError(f"{name}: an index has one '...' at most")
    if named > len(shape):
        raise IndexError(f"{name} has {len(shape)} dimensions, and the index {named}")
    at = dots[0] if dots else len(parts)
    return [*parts[:at], *[slice(None)] * (len(shape) - named), *parts[at + 1 :]]


def _range_of(part: slice, length: int, name: str) -> tuple[int, int]:
    first, after, step = part.indices(length)
    if step != 1:
        raise fail(InvalidArgumentError, f"{name}: a block has no steps, such as {step}: make it whole, and index that")
    return first, max(first, after)


def _position(part: Any, length: int, dimension: int, name: str) -> int:
    try:
        # A bool is an integer to Python, and a mask to NumPy.
        position = None if isinstance(part, bool) or type(part).__name__ == "bool_" else operator.index(part)
    except TypeError:
        position = None
    if position is None:
        kind = type(part).__name__
        raise fail(InvalidArgumentError, f"{name}: an index has integers, slices, '...' and None, not {kind}")
    if not -length <= position < length:
        raise IndexError(f"{name}: its dimension {dimension} has {length} elements, and no element {position}")
    return position % length


# ---- cutting ----


def cut(size: Sizes, limit: int) -> Iterator[Block]:
    """Blocks of at most `limit` elements that make up one of a size, in their order."""
    if math.prod(size) <= limit:
        yield Block((0,) * len(size), size)
        return
    inner = math.prod(size[1:])
    if inner > limit:
        for at in range(size[0]):
            for block in cut(size[1:], limit):
                yield Block((at, *block.begin), (1, *block.size))
        return
    rows = max(limit // max(inner, 1), 1)
    for at in range(0, size[0], rows):
        yield Block((at,) + (0,) * (len(size) - 1), (min(rows, size[0] - at), *size[1:]))


def within(placed: Placed, part: Block, itemsize: int) -> Placed:
    """A part of a block, at its place."""
    begin = tuple(map(operator.add, placed.block.begin, part.begin))
    offset = sum(map(operator.mul, part.begin, placed.strides))
    return Placed(placed.entry, Block(begin, part.size), placed.address + offset * itemsize, placed.strides)


# ---- making ----


def run(cell: Any, blocks: Iterable[Placed], threads: int) -> None:
    """Makes blocks of a plan, in calls of about a PIECE, between which Ctrl-C is obeyed."""
    batch: list[Placed] = []
    room = PIECE
    for placed in _pieces(cell, blocks):
        batch.append(placed)
        room -= math.prod(placed.block.size) * _entry(cell, placed.entry).itemsize
        if room <= 0:
            _run_batch(cell, batch, threads)
            batch, room = [], PIECE
    _run_batch(cell, batch, threads)


class _Entry(NamedTuple):
    itemsize: int
    grain: int  # elements that have to be made together
    place: tuple[int, int]  # in the streams


def _entry(cell: Any, index: int) -> _Entry:
    entry = ffi.new("sow_plan_entry *")
    lib.sow_plan_get(cell[0], index, entry)
    return _Entry(lib.sow_dtype_size(entry.dtype), entry.grain, (entry.stream, entry.position))


def _pieces(cell: Any, blocks: Iterable[Placed]) -> Iterator[Placed]:
    """In the order of the stream; what can be made in parts is cut."""
    for placed in sorted(blocks, key=lambda placed: (_entry(cell, placed.entry).place, placed.block.begin)):
        entry = _entry(cell, placed.entry)
        limit = PIECE // entry.itemsize
        # Where a grain is cut it is made for each part again.
        if entry.grain > limit // 16:
            yield placed
            continue
        for part in cut(placed.block.size, limit):
            yield within(placed, part, entry.itemsize)


def _run_batch(cell: Any, batch: Sequence[Placed], threads: int) -> None:
    numbers = ffi.new("int64_t[]", [n for one in batch for n in (*one.block.begin, *one.block.size, *one.strides)])
    blocks = ffi.new("sow_block[]", len(batch))
    at = numbers
    for block, one in zip(blocks, batch):
        ndim = len(one.strides)
        block.index, block.out = one.entry, ffi.cast("void *", one.address)
        block.begin, block.size, block.strides = at, at + ndim, at + 2 * ndim
        at += 3 * ndim
    call(lib.sow_plan_run_blocks, cell[0], blocks, len(batch), threads)
