"""Whether tensors share elements, which decides what an operation reads that writes one of them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch

from sow._record.memory import storage_of

# Steps of the search in one question; past them two tensors count as sharing.
_MOST = 2000


def overlap(written: torch.Tensor, read: torch.Tensor) -> bool:
    """Whether they may share elements without being the same; False is certain.

    torch refuses some such operations, and of others reads what it has just written.
    """
    if storage_of(written)._cdata != storage_of(read)._cdata or 0 in (written.numel(), read.numel()):
        return False
    return _place(written) != _place(read) and not _are_apart(written, read)


def _place(tensor: torch.Tensor) -> tuple[int, tuple[int, ...], tuple[int, ...], torch.dtype]:
    """Strides of a dimension of one element count too: torch compares them all."""
    return int(tensor.storage_offset()), tuple(tensor.shape), tensor.stride(), tensor.dtype


def _are_apart(first: torch.Tensor, second: torch.Tensor) -> bool:
    """Whether certainly no byte of a storage belongs to both."""
    if first.element_size() != second.element_size():
        return _end(first) <= _begin(second) or _end(second) <= _begin(first)
    # An element of both: offset + sum(i * stride) are equal, so the difference of offsets is a sum of multiples.
    steps = [(stride, size - 1, 0) for size, stride in zip(first.shape, first.stride())]
    steps += [(stride, 0, size - 1) for size, stride in zip(second.shape, second.stride())]
    ranges: dict[int, tuple[int, int]] = {}
    for stride, up, down in steps:
        low, high = ranges.get(stride, (0, 0))
        if stride and up + down:
            ranges[stride] = (low - down, high + up)
    distance = int(second.storage_offset()) - int(first.storage_offset())
    ordered = sorted(((stride, low, high) for stride, (low, high) in ranges.items()), reverse=True)
    return not _is_sum(distance, ordered, [_MOST])


def _begin(tensor: torch.Tensor) -> int:
    return int(tensor.storage_offset()) * tensor.element_size()


def _end(tensor: torch.Tensor) -> int:
    last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride()))
    return _begin(tensor) + (last + 1) * tensor.element_size()


def _is_sum(wanted: int, terms: Sequence[tuple[int, int, int]], budget: list[int]) -> bool:
    """Whether a number may be a sum of multiples: of each stride at least `low` times and at most `high` times."""
    if not terms:
        return wanted == 0
    if wanted % math.gcd(*(stride for stride, _, _ in terms)):
        return False
    (stride, low, high), rest = terms[0], terms[1:]
    least, most = (sum(one[0] * one[end] for one in rest) for end in (1, 2))
    for count in range(max(low, -((most - wanted) // stride)), min(high, (wanted - least) // stride) + 1):
        budget[0] -= 1
        if budget[0] < 0 or _is_sum(wanted - count * stride, rest, budget):
            return True
    return False
