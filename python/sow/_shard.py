"""Which rectangles of a DTensor this process holds. All of it is arithmetic: nothing is sent."""

from __future__ import annotations

import itertools
import math
import operator
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

import torch

from sow._block import Block, Sizes, contiguous
from sow._call import fail, torch_version
from sow._errors import UnsupportedError

# Pieces of one dimension, from and to, in the order in which a process has them.
_Ranges = list[tuple[int, int]]


class LocalBlock(NamedTuple):
    """A block of the whole tensor, and where it begins in the process's own, which may have one dimension instead."""

    block: Block
    at: Sizes

    def offset(self, local: torch.Tensor) -> int:
        """Elements of the process's own memory before it."""
        return sum(map(operator.mul, self.at, local.stride()))

    def strides(self, local: torch.Tensor) -> Sizes:
        return tuple(local.stride()) if len(self.at) == len(self.block.size) else contiguous(self.block.size)

    def within(self, local: torch.Tensor) -> torch.Tensor:
        """The process's own memory of it."""
        if len(self.at) != len(self.block.size):
            return local[self.at[0] : self.at[0] + math.prod(self.block.size)].view(self.block.size)
        return local[tuple(slice(begin, begin + size) for begin, size in zip(self.at, self.block.size))]


def is_sharded(tensor: torch.Tensor) -> bool:
    # Who has a DTensor has loaded its module; torch before 2.5 has it elsewhere, and a package of this name without.
    modules = (sys.modules.get("torch.distributed." + name) for name in ("tensor", "_tensor"))
    return any(isinstance(tensor, getattr(module, "DTensor", ())) for module in modules)


def local_blocks(name: str, tensor: Any) -> tuple[torch.Tensor, list[LocalBlock]]:
    """The memory that this process has of a tensor, and what belongs there.

    Raises:
        UnsupportedError: for placements that hold no elements of the tensor, and those that are not known.
    """
    if not is_sharded(tensor):
        shape = tuple(tensor.shape)
        return tensor, [LocalBlock(Block((0,) * len(shape), shape), (0,) * len(shape))]
    coordinate = tensor.device_mesh.get_coordinate()
    local: torch.Tensor = tensor.to_local()
    cuts = _cuts(name, tensor.placements)
    if coordinate is None:  # this process has no part in the mesh
        return local, []
    mesh = tuple(tensor.device_mesh.shape)
    _check_order_is_said(name, cuts)
    ranges: list[_Ranges] = [[(0, size)] for size in tensor.shape]
    for at, cut in _in_order(cuts, mesh, tensor._spec):
        ranges[cut.dim] = _cut(ranges[cut.dim], cut.factor, mesh[at], coordinate[at])
    shape = tuple(sum(end - begin for begin, end in dimension) for dimension in ranges)
    # FSDP2 has an empty shard as one of no rows, whatever tensor parallel has left of them.
    if shape != tuple(local.shape) and (math.prod(shape) > 0 or local.numel() > 0):
        raise fail(
            UnsupportedError,
            f"{name}: {tensor.placements} of {list(tensor.shape)} puts {list(shape)} here, and there is "
            f"{list(local.shape)}",
        )
    return local, _blocks(ranges)


class _Cut(NamedTuple):
    """What a dimension of the mesh does: it cuts a dimension of the tensor, each of `factor` equal parts for itself."""

    dim: int
    factor: int


def _cuts(name: str, placements: Iterable[Any]) -> list[_Cut | None]:
    """For each dimension of the mesh; None where it has replicas."""
    cuts: list[_Cut | None] = []
    for placement in placements:
        kind = type(placement).__name__
        if kind in ("Shard", "_StridedShard"):
            cuts.append(_Cut(placement.dim, getattr(placement, "split_factor", 1)))
        elif kind == "Replicate":
            cuts.append(None)
        elif placement.is_partial():
            raise fail(
                UnsupportedError,
                f"{name} is Partial, {placement}: a summand has no elements of its own; redistribute it first",
            )
        else:
            raise fail(UnsupportedError, f"{name} is placed {placement}, which sow does not know")
    return cuts


def _check_order_is_said(name: str, cuts: list[_Cut | None]) -> None:
    """torch 2.4 has FSDP2 over tensor parallel in the order of later ones, and no _StridedShard that says so."""
    dims = [cut.dim for cut in cuts if cut is not None]
    if len(set(dims)) < len(dims) and (torch_version() or (0, 0)) < (2, 5):
        raise fail(
            UnsupportedError,
            f"{name}: dimension {max(dims, key=dims.count)} is cut by several dimensions of the mesh, and torch before "
            "2.5 does not say in which order",
        )


def _in_order(cuts: list[_Cut | None], mesh: Sizes, spec: Any) -> list[tuple[int, _Cut]]:
    """The mesh's dimensions that cut, in their order.

    fully_shard cuts what tensor parallel has cut, though its dimension of the mesh comes first: _StridedShard says so
    by the number of parts that were there before. Plain cuts in that order are what FSDP2 has in memory, and what
    full_tensor() puts together; strided ones from left to right differ from it in uneven sizes. Where no order says
    the factors, strided cuts from left to right it is.
    """
    from_left = [(at, cut) for at, cut in enumerate(cuts) if cut is not None]
    strided = any(cut.factor > 1 for _, cut in from_left)
    if strided and getattr(spec, "use_strided_shard_as_shard_order", True) is False:
        return from_left
    orders: dict[int, list[int]] = {}
    for at, cut in reversed(from_left):
        order = orders.setdefault(cut.dim, [])
        before = [math.prod(mesh[other] for other in order[:count]) for count in range(len(order) + 1)]
        if cut.factor not in before:
            return from_left
        order.insert(before.index(cut.factor), at)
    if not strided:  # torch may have been told of another order, and not by factors
        given = getattr(spec, "shard_order", None) or ()
        orders.update({entry.tensor_dim: list(entry.mesh_dims) for entry in given})
    return [(at, _Cut(dim, 1)) for dim, order in orders.items() for at in order]


def _cut(ranges: _Ranges, factor: int, parts: int, at: int) -> _Ranges:
    equal = [_chunk(ranges, factor, number) for number in range(factor)]
    return _joined([piece for one in equal for piece in _chunk(one, parts, at)])


def _chunk(ranges: _Ranges, parts: int, at: int) -> _Ranges:
    """As torch.chunk cuts: equal parts but for the last ones, which may be empty."""
    length = sum(end - begin for begin, end in ranges)
    size = -(-length // parts)
    first, after = min(size * at, length), min(size * (at + 1), length)
    taken: _Ranges = []
    seen = 0
    for begin, end in ranges:
        piece = (begin + max(first - seen, 0), begin + min(after - seen, end - begin))
        if piece[0] < piece[1]:
            taken.append(piece)
        seen += end - begin
    return taken


def _joined(ranges: _Ranges) -> _Ranges:
    joined: _Ranges = []
    for begin, end in ranges:
        if joined and joined[-1][1] == begin:
            begin = joined.pop()[0]
        joined.append((begin, end))
    return joined


def _blocks(ranges: list[_Ranges]) -> list[LocalBlock]:
    placed = []
    for dimension in ranges:
        ends = itertools.accumulate(end - begin for begin, end in dimension)
        placed.append([(begin, end - begin, after - (end - begin)) for (begin, end), after in zip(dimension, ends)])
    return [
        LocalBlock(
            Block(tuple(begin for begin, _, _ in one), tuple(size for _, size, _ in one)), tuple(at for _, _, at in one)
        )
        for one in itertools.product(*placed)
    ]
