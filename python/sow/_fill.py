"""A plan's tensors into the tensors of a model: whole ones, and of a sharded one this process's part."""

from __future__ import annotations

import math
import operator
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import torch

from sow._block import Block, Placed, contiguous, cut, run
from sow._call import fail
from sow._errors import DeviceError, DtypeError, InvalidArgumentError, LayoutError, ShapeError, UnknownNameError
from sow._plan import Plan
from sow._record.memory import DTYPES
from sow._record.names import walk
from sow._shard import LocalBlock, is_sharded, local_blocks

# What wrappers put into names; "module" may be the model's own word, and is left out last.
_WRAPPERS = frozenset({"_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module"})

# Bytes of what is made beside the model, where the model's type or device is another.
_SCRATCH = 16 << 20


class _Target(NamedTuple):
    """A tensor of the model, by its name there and its index in the plan; `local` is what this process has of it."""

    name: str
    entry: int
    local: torch.Tensor
    blocks: list[LocalBlock]


def fill(plan: Plan, model: Any, threads: int, skip: Collection[str] = ()) -> None:
    """Names in `skip`, as the model has them, are left alone."""
    with torch.no_grad():
        targets = _targets(plan, model, skip)
        straight = [target for target in targets if _is_straight(plan, target)]
        for placed in _rounds(straight):
            run(plan._cell, placed, threads)
        for target in targets:
            if _is_straight(plan, target):
                torch.autograd.graph.increment_version(target.local)
            else:
                _by_scratch(plan, target, threads)


# ---- what is to be filled ----


def _targets(plan: Plan, model: Any, skip: Collection[str]) -> list[_Target]:
    """Every tensor once. All is checked here, before anything is written."""
    targets: dict[tuple[Any, ...], _Target] = {}
    tensors: dict[str, torch.Tensor] = {}
    found: set[str] = set()
    for _, name, tensor in walk(model).tensors:
        own = _name_in(plan, name)
        found.add(own)
        if name in skip:
            continue
        if tensors.setdefault(own, tensor) is not tensor and plan.tied_to(own) is None and name != own:
            raise fail(InvalidArgumentError, f"{name} is one of two tensors of the model that the plan calls {own}")
        target = _target(plan, name, own, tensor)
        if target.local.numel() == 0:
            continue
        # Tied tensors are one; to_empty() makes two of them, and both are filled.
        key = (target.local.device, target.local.data_ptr(), target.local.shape, target.local.stride())
        other = targets.setdefault(key, target)
        if _root(plan, other.entry) != _root(plan, target.entry):
            raise fail(InvalidArgumentError, f"{other.name} and {name} are one tensor here, and two in the plan")
    missing = [name for name in plan.names() if name not in found]
    if missing:
        raise fail(InvalidArgumentError, f"this is another model than the plan's: it has no {missing[0]}")
    return list(targets.values())


def _root(plan: Plan, index: int) -> str:
    name = plan.names()[index]
    return plan.tied_to(name) or name


def _name_in(plan: Plan, name: str) -> str:
    """The plan's name of a tensor whose modules may be wrapped."""
    parts = name.split(".")
    for wrappers in (frozenset[str](), _WRAPPERS, _WRAPPERS | {"module"}):
        own = ".".join(part for part in parts if part not in wrappers)
        if own in plan:
            return own
    raise fail(
        UnknownNameError,
        f"the plan makes no {name}, which the model has; a buffer that is not persistent is made by a recording's "
        "plan with temporaries=True",
    )


def _target(plan: Plan, name: str, own: str, tensor: torch.Tensor) -> _Target:
    shape = plan.shape(own)
    if tuple(tensor.shape) != shape:
        raise fail(ShapeError, f"{name} has the shape {list(tensor.shape)} in the model and {list(shape)} in the plan")
    local, blocks = local_blocks(name, tensor)
    if local.device.type == "meta":
        raise fail(
            DeviceError,
            f"{name} is still on the meta device: call model.to_empty(device=...) first, or sow.materialize",
        )
    if local.layout is not torch.strided or local.dtype not in DTYPES:
        raise fail(DtypeError, f"{name} is a tensor of {local.dtype}, {local.layout}: sow makes dense tensors")
    wanted: torch.dtype = getattr(torch, plan.dtype(own))
    if wanted.is_floating_point != local.dtype.is_floating_point:
        raise fail(DtypeError, f"{name} is of {str(local.dtype)[6:]} in the model and of {plan.dtype(own)} in the plan")
    if not is_sharded(tensor) and type(tensor.data) is not torch.Tensor:
        raise fail(LayoutError, f"{name} is a {type(tensor).__name__}, whose memory sow does not know")
    return _Target(name, plan._find(own), local, blocks)


# ---- straight into the model's memory ----


def _is_straight(plan: Plan, target: _Target) -> bool:
    local = target.local
    return local.device.type == "cpu" and DTYPES[local.dtype] == plan.dtype(plan.names()[target.entry])


def _rounds(targets: Iterable[_Target]) -> Iterable[list[Placed]]:
    """Blocks that may be written at once: where tensors share memory, one after the other."""
    waiting = sorted(targets, key=lambda target: target.local.data_ptr())
    while waiting:
        placed: list[Placed] = []
        later: list[_Target] = []
        end = 0
        for target in waiting:
            begin = target.local.data_ptr()
            if begin < end:
                later.append(target)
                continue
            end = begin + _extent(target.local)
            placed += [_placed(target, block) for block in target.blocks]
        yield placed
        waiting = later


def _extent(tensor: torch.Tensor) -> int:
    """Bytes from its first element to behind its last."""
    last = sum((size - 1) * stride for size, stride in zip(tensor.shape, tensor.stride()))
    return (last + 1) * tensor.element_size()


def _placed(target: _Target, block: LocalBlock) -> Placed:
    local = target.local
    offset = sum(map(operator.mul, block.at, local.stride()))
    address = local.data_ptr() + offset * local.element_size()
    return Placed(target.entry, block.block, address, local.stride())


# ---- by a copy ----


def _by_scratch(plan: Plan, target: _Target, threads: int) -> None:
    """Makes pieces in the plan's type and memory, and copies them as .to() converts."""
    name = plan.names()[target.entry]
    dtype: torch.dtype = getattr(torch, plan.dtype(name))
    limit = _SCRATCH // dtype.itemsize
    if plan._entry(target.entry).grain > limit:
        limit = math.prod(target.local.shape)  # a piece would take all of it each time
    for local in target.blocks:
        for part in cut(local.block.size, limit):
            scratch = torch.empty(part.size, dtype=dtype)
            block = Block(tuple(map(operator.add, local.block.begin, part.begin)), part.size)
            run(plan._cell, [Placed(target.entry, block, scratch.data_ptr(), contiguous(part.size))], threads)
            begins = map(operator.add, local.at, part.begin)
            where = tuple(slice(begin, begin + size) for begin, size in zip(begins, part.size))
            target.local[where].copy_(scratch)


# ---- from meta ----


def materialize(model: torch.nn.Module, plan: Plan, device: Any, threads: int) -> None:
    """Gives what is on meta memory, keeps ties, and fills; buffers that are elsewhere keep what they hold."""
    skip = {name for kind, name, tensor in walk(model).tensors if kind != "parameter" and tensor.device.type != "meta"}
    tied: dict[int, list[tuple[dict[str, Any], str]]] = {}
    for module in model.modules():
        for members in (module._parameters, module._buffers):
            for name, tensor in members.items():
                if tensor is not None and tensor.device.type == "meta":
                    tied.setdefault(id(tensor), []).append((members, name))
    # FSDP2 has an _apply of its own, which takes note of the new memory.
    apply: Any = model._apply
    apply(lambda tensor: torch.empty_like(tensor, device=device) if tensor.device.type == "meta" else tensor)
    for (members, name), *others in tied.values():
        for other, other_name in others:
            other[other_name] = members[name]
    fill(plan, model, threads, skip)
