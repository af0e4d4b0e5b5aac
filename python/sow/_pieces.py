"""What cannot be written where it belongs is made in pieces beside that, and copied, as .to() moves and converts."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from sow._block import Block, Placed, contiguous, cut, run
from sow._plan import Plan

if TYPE_CHECKING:
    from sow._fill import Target

# Bytes of a piece. There are two: one is copied while the other is made.
_PIECE = 8 << 20
_ALIGNED = 64


class _Part(NamedTuple):
    """A part of a tensor: of the plan's entry, and the memory that the process has of it."""

    entry: int
    block: Block
    memory: torch.Tensor
    dtype: torch.dtype  # in which it is made

    @property
    def nbytes(self) -> int:
        size = math.prod(self.block.size) * self.dtype.itemsize
        return -(-size // _ALIGNED) * _ALIGNED


def copy_pieces(plan: Plan, device: torch.device, targets: Iterable[Target], threads: int) -> None:
    """Fills tensors of one device by one plan."""
    stages = [_Stage(device), _Stage(device)]
    for number, batch in enumerate(_batches(_parts(plan, targets))):
        stage = stages[number % 2]
        pieces = stage.take(batch)
        placed = [
            Placed(part.entry, part.block, piece.data_ptr(), contiguous(part.block.size))
            for part, piece in zip(batch, pieces)
        ]
        run(plan._cell, placed, threads)
        for part, piece in zip(batch, pieces):
            part.memory.copy_(piece, non_blocking=stage.pinned)
        stage.sent()
    for stage in stages:
        stage.wait()


# ---- parts ----


def _parts(plan: Plan, targets: Iterable[Target]) -> Iterator[_Part]:
    for target in sorted(targets, key=lambda target: plan._entry(target.entry).position):
        dtype: torch.dtype = getattr(torch, plan.dtype(plan.names()[target.entry]))
        limit = _PIECE // dtype.itemsize
        for local in target.blocks:
            memory = local.within(target.local)
            # What has to be made together would be made for each part anew.
            whole = plan._entry(target.entry).grain > limit // 16
            for part in cut(local.block.size, math.prod(local.block.size) if whole else limit):
                block = Block(tuple(map(operator.add, local.block.begin, part.begin)), part.size)
                at = tuple(slice(begin, begin + size) for begin, size in zip(part.begin, part.size))
                yield _Part(target.entry, block, memory[at], dtype)


def _batches(parts: Iterable[_Part]) -> Iterator[list[_Part]]:
    """As many as a piece has room for; one at the least."""
    batch: list[_Part] = []
    room = _PIECE
    for part in parts:
        if batch and part.nbytes > room:
            yield batch
            batch, room = [], _PIECE
        batch.append(part)
        room -= part.nbytes
    if batch:
        yield batch


# ---- a piece ----


class _Stage:
    """Memory of a piece: pinned where the device's driver reads such memory by itself.

    Attributes:
        pinned: copies out of it go on while the processor does something else.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._memory = _pinned(_PIECE) if device.type != "cpu" else None
        self.pinned = self._memory is not None
        if self._memory is None:
            self._memory = torch.empty(_PIECE, dtype=torch.uint8, device="cpu")
        self._event: Any = None

    def take(self, batch: list[_Part]) -> list[torch.Tensor]:
        """Room for each part, when what was there before has arrived."""
        self.wait()
        size = sum(part.nbytes for part in batch)
        memory = self._memory
        if memory is None or size > memory.numel():
            memory = torch.empty(size, dtype=torch.uint8, device="cpu")
        pieces, at = [], 0
        for part in batch:
            size = math.prod(part.block.size) * part.dtype.itemsize
            pieces.append(memory[at : at + size].view(part.dtype).view(part.block.size))
            at += part.nbytes
        return pieces

    def sent(self) -> None:
        """All copies out of it have been asked for."""
        if self.pinned:
            module: Any = torch.get_device_module(self._device)
            self._event = module.Event()
            self._event.record(module.current_stream(self._device))

    def wait(self) -> None:
        if self._event is not None:
            self._event.synchronize()
            self._event = None


def _pinned(size: int) -> torch.Tensor | None:
    try:
        return torch.empty(size, dtype=torch.uint8, device="cpu", pin_memory=True)
    except RuntimeError:  # this build of torch knows none
        return None
