"""Parameters of which a process has a range of elements, in one dimension: FSDP1's, and DeepSpeed's in ZeRO-3."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import torch

from sow._block import Block, Sizes
from sow._call import fail
from sow._errors import UnsupportedError
from sow._shard import LocalBlock


class FlatShard(NamedTuple):
    """What a process has of a tensor.

    Attributes:
        name: the tensor's, which a flat parameter of FSDP1 that holds several does not say.
        shape: of the whole tensor.
        local: its elements that are here, in one dimension.
        begin: where they begin among all of its elements, row by row.
    """

    name: str
    shape: Sizes
    local: torch.Tensor
    begin: int

    def blocks(self) -> list[LocalBlock]:
        """The rectangles that make up the range."""
        end = self.begin + self.local.numel()
        return [LocalBlock(block, (at - self.begin,)) for block, at in _rectangles(self.shape, self.begin, end)]


def _rectangles(shape: Sizes, begin: int, end: int) -> Iterator[tuple[Block, int]]:
    """Those from element `begin` to `end`, and where each begins: whole rows, and parts of the first and the last."""
    if begin >= end:
        return
    if len(shape) < 2:
        yield Block((begin,) * len(shape), (end - begin,) * len(shape)), begin
        return
    row = math.prod(shape[1:])
    first, last = -(-begin // row), end // row  # whole ones lie between
    if first > last:  # within one row
        yield from _of_row(shape, last, begin, end)
        return
    yield from _of_row(shape, first - 1, begin, first * row)
    if first < last:
        inner = shape[1:]
        yield Block((first, *(0,) * len(inner)), (last - first, *inner)), first * row
    yield from _of_row(shape, last, last * row, end)


def _of_row(shape: Sizes, number: int, begin: int, end: int) -> Iterator[tuple[Block, int]]:
    start = number * math.prod(shape[1:])
    for block, at in _rectangles(shape[1:], begin - start, end - start):
        yield Block((number, *block.begin), (1, *block.size)), start + at


def is_of(module: torch.nn.Module, name: str) -> bool:
    """By the name of its class or of one behind it: torch need not have loaded that one."""
    return any(kind.__name__ == name for kind in type(module).__mro__)


# ---- FSDP1 ----


def reshard_fsdp1(module: Any) -> None:
    handle = _handle(module)
    if handle is None or not handle.uses_sharded_strategy or handle.is_sharded(handle.flat_param):
        return
    if handle._training_state.name == "IDLE":  # within summon_full_params() what is gathered counts
        handle.reshard(True)


def _handle(module: Any) -> Any:
    """What FSDP1 keeps its flat parameter by, if this is a module that it has wrapped."""
    return getattr(module, "_handle", None) if is_of(module, "FullyShardedDataParallel") else None


class Flattened:
    """The flat shards among the tensors of modules."""

    def __init__(self, modules: Iterable[torch.nn.Module]) -> None:
        # By the parameter that FSDP1 shows under the tensor's own name (use_orig_params=True): its flat one, and which.
        self._shown: dict[int, tuple[Any, int]] = {}
        for handle in filter(None, map(_handle, modules)):
            flat = handle.flat_param
            if handle.is_sharded(flat):
                self._shown.update({id(shown): (flat, at) for at, shown in enumerate(flat._params or ())})

    def find(self, name: str, tensor: Any) -> list[FlatShard] | None:
        """None for a tensor that is whole, or sharded otherwise.

        Raises:
            UnsupportedError: for a range whose place sow does not know.
        """
        if id(tensor) in self._shown:
            return [_of_fsdp1(name, *self._shown[id(tensor)], tensor)]
        if hasattr(tensor, "_shard_param_infos"):
            path = name.rpartition(".")[0]
            names = [".".join(filter(None, (path, module, own))) for own, _, module in tensor._param_infos]
            return [_of_fsdp1(one, tensor, at) for at, one in enumerate(names)]
        return _of_zero3(name, tensor) if hasattr(tensor, "ds_tensor") else None


def _of_fsdp1(name: str, flat: Any, at: int, shown: torch.Tensor | None = None) -> FlatShard:
    here = flat._shard_param_infos[at]
    if not all(getattr(flat, "_contiguities", ())) or any(getattr(flat, "_param_extensions", ())):
        raise fail(
            UnsupportedError,
            f"{name} is flat in another order than row by row: fill before FullyShardedDataParallel wraps the model",
        )
    if shown is None:
        shown = flat.detach().narrow(0, here.offset_in_shard or 0, here.numel_in_shard or 0)
    return FlatShard(name, tuple(flat._shapes[at]), shown, here.intra_param_start_idx or 0)


# ---- DeepSpeed ----


def _of_zero3(name: str, parameter: Any) -> list[FlatShard]:
    """Both where it is gathered: DeepSpeed throws away the whole one and keeps the part."""
    part, shape = parameter.ds_tensor, tuple(parameter.ds_shape)
    count = math.prod(shape)
    if hasattr(parameter, "_z3_optimizer"):
        raise fail(
            UnsupportedError,
            f"{name}: DeepSpeed's optimizer has a copy of it already: fill before deepspeed.initialize",
        )
    group = parameter.ds_process_group
    ranks, rank = torch.distributed.get_world_size(group), torch.distributed.get_rank(group)
    size = -(-count // ranks)
    if part.numel() != size or getattr(parameter, "ds_secondary_tensor", None) is not None:
        raise fail(
            UnsupportedError,
            f"{name}: DeepSpeed has {part.numel()} elements of {list(shape)} here, where ZeRO-3 on {ranks} ranks has "
            f"{size}: sow does not know parts on NVMe, of MiCS, or of hpZ",
        )
    begin = min(size * rank, count)
    shard = FlatShard(name, shape, part[: count - begin], begin)
    if parameter.ds_status.name != "AVAILABLE":
        return [shard]
    return [shard, FlatShard(name, shape, parameter.detach().view(-1), 0)]
