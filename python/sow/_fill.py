"""A plan's tensors into the tensors of a model: whole ones, and of a sharded one this process's part."""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from sow._block import Placed, run
from sow._call import fail
from sow._errors import DeviceError, DtypeError, InvalidArgumentError, ShapeError, UncoveredError, UnsupportedError
from sow._pieces import copy_pieces
from sow._plan import Plan
from sow._record import current_recorder
from sow._record.memory import DTYPES
from sow._record.names import walk
from sow._shard import LocalBlock, local_blocks
from sow._tensor import dtype_code

# What wrappers put into names. "module" may be the model's own word too.
_WRAPPERS = frozenset({"_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module", "module"})


class Target(NamedTuple):
    """A tensor of the model, by its name there and its entry of a plan; `local` is what this process has of it."""

    name: str
    plan: Plan
    entry: int
    local: torch.Tensor
    blocks: list[LocalBlock]


def fill(plan: Plan, model: Any, threads: int, skip: Collection[str] = ()) -> None:
    """Names in `skip`, as the model has them, are left alone."""
    with torch.no_grad():
        straight: list[Target] = []
        others: list[Target] = []
        for target in _targets(plan, model, skip):
            (straight if _is_straight(target) else others).append(target)
        with _told([target.local for target in [*straight, *others]]):
            _write(straight, others, threads)


@contextmanager
def _told(tensors: list[torch.Tensor]) -> Iterator[None]:
    """Who records this thread, or fills later what it makes, learns what is written past torch's operations."""
    recorder = current_recorder()
    if recorder is None:
        yield
        return
    with torch.utils._python_dispatch._disable_current_modes():
        recorder.settle([recorder.find(tensor) for tensor in tensors])
        yield
        for tensor in tensors:
            recorder.filled(tensor)


def _write(straight: list[Target], others: list[Target], threads: int) -> None:
    for own, group in _grouped(straight, lambda target: target.plan):
        for placed in _rounds(group):
            run(own._cell, placed, threads)
    for target in straight:
        torch.autograd.graph.increment_version(target.local)
    for (own, device), group in _grouped(others, lambda target: (target.plan, target.local.device)):
        copy_pieces(own, device, group, threads)


def _grouped(targets: Iterable[Target], key: Any) -> Iterator[tuple[Any, list[Target]]]:
    groups: dict[Any, list[Target]] = {}
    for target in targets:
        groups.setdefault(key(target), []).append(target)
    return iter(groups.items())


# ---- what is to be filled ----


def _targets(plan: Plan, model: Any, skip: Collection[str]) -> list[Target]:
    """Every tensor of the model once. All is checked here, before anything is written."""
    tensors = [named for named in walk(model).tensors if named.name not in skip]
    if any(named.kind == "temporary" for named in tensors):
        plan = plan._again(temporaries=True)
    names, casts = _Names(plan), _Casts(plan)
    targets: dict[tuple[Any, ...], Target] = {}
    for _, name, tensor in tensors:
        own = names.find(name)
        target = _target(casts, name, own, tensor)
        if target.local.numel() == 0:
            continue
        # Tied tensors are one; to_empty() makes two of them, and both are filled. Not every device tells addresses.
        place = target.local.data_ptr() or id(tensor)
        key = (target.local.device, place, target.local.shape, target.local.stride())
        other = targets.setdefault(key, target)
        if names.first(other.entry) != names.first(target.entry):
            raise fail(InvalidArgumentError, f"{other.name} and {name} are one tensor here, and two in the plan")
    return list(targets.values())


class _Names:
    """A plan's names, and where they are in it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._bare: dict[str, list[str]] = {}
        for own in plan.names():
            self._bare.setdefault(_bare(own), []).append(own)
        self._given: dict[str, str] = {}

    def find(self, name: str) -> str:
        """The plan's name of a tensor whose modules, in the model or in the plan, may be wrapped."""
        found = [name] if name in self._plan else self._bare.get(_bare(name), [])
        if len(found) != 1:
            raise fail(UncoveredError, f"the plan makes no {name}, which the model has")
        other = self._given.setdefault(found[0], name)
        if other != name:
            raise fail(InvalidArgumentError, f"{other} and {name} are what the plan calls {found[0]}")
        return found[0]

    def first(self, entry: int) -> str:
        """The first name of a tensor that may have several."""
        own = self._plan.names()[entry]
        return self._plan.tied_to(own) or own


def _bare(name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in _WRAPPERS)


class _Casts:
    """A plan, and the same one with casts: what a model of another type is filled by, straight into its memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._plans: dict[torch.dtype, Plan] = {}

    def find(self, own: str, dtype: torch.dtype) -> Plan:
        """The plan that makes a tensor in a type; where none does, the plan itself, and what it makes is converted."""
        settings = self.plan._origin.options
        cast_already = settings.cast != settings.dtype
        if cast_already or not dtype.is_floating_point or self.plan.dtype(own) == DTYPES[dtype]:
            return self.plan
        if dtype not in self._plans:
            self._plans[dtype] = self.plan._again(cast=dtype_code(dtype))
        cast = self._plans[dtype]
        return cast if cast.dtype(own) == DTYPES[dtype] else self.plan


def _target(casts: _Casts, name: str, own: str, tensor: torch.Tensor) -> Target:
    plan = casts.plan
    shape = plan.shape(own)
    if tuple(tensor.shape) != shape:
        raise fail(ShapeError, f"{name} has the shape {list(tensor.shape)} in the model and {list(shape)} in the plan")
    local, blocks = local_blocks(name, tensor)
    if local.device.type == "meta":
        raise fail(
            DeviceError,
            f"{name} is still on the meta device: call model.to_empty(device=...) first, or sow.materialize",
        )
    if local.layout is not torch.strided or type(local.data) is not torch.Tensor:
        kind = type(local).__name__
        raise fail(UnsupportedError, f"{name} is a {kind} of {local.layout}, whose memory sow does not know")
    if local.dtype not in DTYPES or local.dtype.is_floating_point != plan.dtype(own).startswith(("float", "bfloat")):
        raise fail(DtypeError, f"{name} is of {str(local.dtype)[6:]} in the model and of {plan.dtype(own)} in the plan")
    return Target(name, casts.find(own, local.dtype), plan._find(own), local, blocks)


# ---- straight into the model's memory ----


def _is_straight(target: Target) -> bool:
    made = target.plan.dtype(target.plan.names()[target.entry])
    return target.local.device.type == "cpu" and DTYPES[target.local.dtype] == made


def _rounds(targets: Iterable[Target]) -> Iterator[list[Placed]]:
    """Blocks that may be written at once: where tensors share memory, one after the other."""
    waiting = sorted(targets, key=lambda target: target.local.data_ptr())
    while waiting:
        placed: list[Placed] = []
        later: list[Target] = []
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


def _placed(target: Target, block: LocalBlock) -> Placed:
    local = target.local
    offset = sum(map(operator.mul, block.at, local.stride()))
    address = local.data_ptr() + offset * local.element_size()
    return Placed(target.entry, block.block, address, local.stride())


# ---- from meta ----


def materialize(model: torch.nn.Module, plan: Plan, device: Any, threads: int) -> None:
    """Gives what is on meta memory, keeps ties, and fills; buffers that are elsewhere keep what they hold."""
    skip = {name for kind, name, tensor in walk(model).tensors if kind != "parameter" and not _is_meta(tensor)}
    tied: dict[int, list[tuple[dict[str, Any], str]]] = {}
    for module in model.modules():
        tables: list[dict[str, Any]] = [module._parameters, module._buffers]
        for members in tables:
            for name, tensor in members.items():
                if tensor is not None and _is_meta(tensor):
                    tied.setdefault(id(tensor), []).append((members, name))
    # FSDP2 has an _apply of its own, which takes note of the new memory.
    apply: Any = model._apply
    apply(lambda tensor: torch.empty_like(tensor, device=device) if _is_meta(tensor) else tensor)
    for (members, name), *others in tied.values():
        for other, other_name in others:
            other[other_name] = members[name]
    fill(plan, model, threads, skip)


def _is_meta(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "meta"
