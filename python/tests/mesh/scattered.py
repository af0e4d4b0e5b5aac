"""A layout of its own for every tensor, drawn at random."""

from __future__ import annotations

import random

import torch
from torch import nn
from torch.distributed.tensor import Placement, Replicate, Shard
from torch.distributed.tensor.placement_types import _StridedShard

from mesh.layouts import Group, replace, whole


def meshes(world: int) -> list[tuple[int, ...]]:
    """Sizes of one to three dimensions whose product is the number of processes; 1 is one too."""
    sizes = [size for size in range(1, world + 1) if world % size == 0]
    found: list[tuple[int, ...]] = [(world,)]
    found += [(a, world // a) for a in sizes]
    found += [(a, b, world // a // b) for a in sizes for b in sizes if world % (a * b) == 0]
    return found


def _order(rng: random.Random, shape: tuple[int, ...], mesh: tuple[int, ...]) -> list[Placement]:
    """Cuts by plain shards in an order of the mesh's dimensions; out of turn it is said by strided shards."""
    dims = [rng.choice([None, *range(len(shape))]) for _ in mesh]
    order = list(range(len(mesh)))
    rng.shuffle(order)
    placements: list[Placement] = []
    for at, dim in enumerate(dims):
        before = [other for other in order[: order.index(at)] if dims[other] == dim and other > at]
        factor = 1
        for other in before:
            factor *= mesh[other]
        if dim is None:
            placements.append(Replicate())
        else:
            placements.append(_StridedShard(dim, split_factor=factor) if factor > 1 else Shard(dim))
    return placements


def _strided(rng: random.Random, shape: tuple[int, ...], mesh: tuple[int, ...]) -> list[Placement]:
    """One strided shard of any factor, each of the other dimensions of the mesh cutting another of the tensor."""
    dims: list[int | None] = [*range(len(shape)), *[None] * len(mesh)]
    rng.shuffle(dims)
    chosen = [None if dim is None else Shard(dim) for dim in dims[: len(mesh)]]
    placements: list[Placement] = [Replicate() if shard is None else shard for shard in chosen]
    at = rng.randrange(len(mesh))
    shard = chosen[at]
    if shard is not None:
        placements[at] = _StridedShard(shard.dim, split_factor=rng.randint(2, 5))
    return placements


def scatter(model: nn.Module, group: Group, seed: int) -> tuple[nn.Module, str]:
    """The same on every process; and what was drawn."""
    rng = random.Random(seed)
    sizes = rng.choice(meshes(group.world))
    mesh = group.mesh(*sizes)
    drawn: list[str] = []

    def change(name: str, tensor: torch.Tensor) -> torch.Tensor | None:
        kind = rng.random()
        if tensor.ndim == 0 or kind < 0.1:
            return None
        draw = _order if kind < 0.7 else _strided
        placements = draw(rng, tuple(tensor.shape), sizes)
        drawn.append(f"{name}: {placements}")
        spread: torch.Tensor = whole(tensor, mesh).redistribute(placements=placements)
        return spread

    replace(model, change)
    return model, f"{sizes} {drawn}"
