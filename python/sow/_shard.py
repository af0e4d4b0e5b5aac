"""Which rectangles of a DTensor this process holds. All of it is arithmetic: nothing is sent."""

from __future__ import annotations

import itertools
import math
import sys
from typing import Any, NamedTuple

import torch

from sow._block import Block, Sizes
from sow._call import fail
from sow._errors import UnsupportedError

# Pieces of one dimension, from and to, in the order in which a process has them.
_Ranges = list[tuple[int, int]]


class LocalBlock(NamedTuple):
    """A block of the whole tensor, and where it begins in the process's own."""

    block: Block
    at: Sizes


def is_sharded(tensor: torch.Tensor) -> bool:
    # Who has a DTensor has loaded its module; torch before 2.5 has it elsewhere.
    modules = (sys.modules.get("torch.distributed." + name) for name in ("tensor", "_tensor"))
    return any(module is not None and isinstance(tensor, module.DTensor) for module in modules)


def local_blocks(name: str, tensor: Any) -> tuple[torch.Tensor, list[LocalBlock]]:
    """The memory that this process has of a tensor, and what belongs there.

    Raises:
        UnsupportedError: for placements that hold no elements of the tensor, and those that are not known.
    """
    if not is_sharded(tensor):
        shape = tuple(tensor.shape)
        return tensor, [LocalBlock(Block((0,) * len(shape), shape), (0,) * len(shape))]
    ranges: list[_Ranges] = [[(0, size)] for size in tensor.shape]
    coordinate = tensor.device_mesh.get_coordinate()
    local: torch.Tensor = tensor.to_local()
    if coordinate is None:  # this process has no part in the mesh
        return local, []
    mesh = tuple(tensor.device_mesh.shape)
    placements, order = _in_order(tensor, mesh)
    for dimension in order:
        _place(name, ranges, placements[dimension], mesh[dimension], coordinate[dimension])
    shape = tuple(sum(end - begin for begin, end in dimension) for dimension in ranges)
    # FSDP2 has an empty shard as one of no rows, whatever tensor parallel has left of them.
    if shape != tuple(local.shape) and (math.prod(shape) > 0 or local.numel() > 0):
        raise fail(
            UnsupportedError,
            f"{name}: {tensor.placements} of {list(tensor.shape)} puts {list(shape)} here, and there is "
            f"{list(local.shape)}",
        )
    return local, _blocks(ranges)


def _in_order(tensor: Any, mesh: Sizes) -> tuple[list[Any], list[int]]:
    """Placements, and the mesh's dimensions in the order in which they cut.

    fully_shard cuts what tensor parallel has cut, though its dimension of the mesh comes first: _StridedShard says so
    by the number of parts that were there before. Plain cuts in that order are what FSDP2 has in memory, and what
    full_tensor() puts together; strided ones from left to right differ from it in uneven sizes.
    """
    from torch.distributed.tensor import Shard

    placements = list(tensor.placements)
    strided = [at for at, placement in enumerate(placements) if type(placement).__name__ == "_StridedShard"]
    orders: dict[int, list[int]] = {}
    for at in reversed(range(len(placements))):
        if type(placements[at]).__name__ not in ("Shard", "_StridedShard"):
            continue
        order = orders.setdefault(placements[at].dim, [])
        before = [math.prod(mesh[other] for other in order[:count]) for count in range(len(order) + 1)]
        factor = placements[at].split_factor if at in strided else 1
        if factor not in before:
            return placements, list(range(len(placements)))  # no order says it: left to right, strided
        order.insert(before.index(factor), at)
    if not strided:
        given = getattr(tensor._spec, "shard_order", None) or ()
        orders.update({entry.tensor_dim: list(entry.mesh_dims) for entry in given})
    for at in strided:
        placements[at] = Shard(placements[at].dim)
    rest = [at for at, placement in enumerate(placements) if not isinstance(placement, Shard)]
    return placements, [*itertools.chain(*orders.values()), *rest]


def _place(name: str, ranges: list[_Ranges], placement: Any, parts: int, at: int) -> None:
    """Cuts what the mesh's earlier dimensions have left by one more."""
    kind = type(placement).__name__
    if kind == "Replicate":
        return
    if kind == "Shard":
        ranges[placement.dim] = _chunk(ranges[placement.dim], parts, at)
    elif kind == "_StridedShard":
        # Each of split_factor chunks is cut.
        whole = ranges[placement.dim]
        chunks = [_chunk(whole, placement.split_factor, chunk) for chunk in range(placement.split_factor)]
        ranges[placement.dim] = _joined([piece for chunk in chunks for piece in _chunk(chunk, parts, at)])
    elif placement.is_partial():
        raise fail(UnsupportedError, f"{name} is placed {placement}: a summand of a tensor has no elements to fill")
    else:
        raise fail(UnsupportedError, f"{name} is placed {placement}, which sow does not know")


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
