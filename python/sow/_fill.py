"""A plan's tensors into the tensors of a model: whole ones, and of a sharded one this process's part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

from sow._block import Placed, run
from sow._call import fail
from sow._errors import DeviceError, DtypeError, InvalidArgumentError, ShapeError, UncoveredError, UnsupportedError
from sow._flat import FlatShard, Flattened, is_of, reshard_fsdp1
from sow._pieces import copy_pieces
from sow._plan import Plan
from sow._record import current_recorder
from sow._record.memory import MADE
from sow._record.names import Named, not_made, walk
from sow._record.tape import overlap_themselves
from sow._shard import LocalBlock, local_blocks
from sow._tensor import dtype_code, extent, lacks_memory

# What wrappers put into names, and nobody else.
_WRAPPERS = frozenset({"_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module", "_forward_module"})
# And what may be the model's own word too.
_PARALLEL = _WRAPPERS | {"module"}


class Target(NamedTuple):
    """A tensor of the model, by its name there and its entry of a plan; `local` is what this process has of it."""

    name: str
    plan: Plan
    entry: int
    tensor: torch.Tensor
    local: torch.Tensor
    blocks: list[LocalBlock]


def fill(plan: Plan, model: Any, threads: int, strict: bool, skip: Collection[str] = ()) -> None:
    """Names in `skip`, as the model has them, are left alone."""
    _reshard(_modules(model))
    with torch.no_grad():
        targets = _targets(plan, model, strict, skip)
        with _told([target.local for target in targets]):
            for group in _sharing(targets):
                _check_alike(group, threads)
            _write(targets, threads)


def _modules(model: Any) -> Iterator[torch.nn.Module]:
    if isinstance(model, torch.nn.Module):
        yield from model.modules()
    elif isinstance(model, (Mapping, list, tuple)):
        for one in model.values() if isinstance(model, Mapping) else model:
            yield from _modules(one)


def _reshard(modules: Iterable[Any]) -> None:
    """FSDP may have gathered its parameters, and throws those away; the shards are what stays. Nothing is sent."""
    for module in modules:
        if is_of(module, "FSDPModule"):
            module.reshard()
        reshard_fsdp1(module)


@contextmanager
def _told(tensors: list[torch.Tensor]) -> Iterator[None]:
    """Who records this thread, or fills later what it makes, learns what is written past torch's operations."""
    recorder = current_recorder()
    if recorder is None:
        yield
        return
    with torch.utils._python_dispatch._disable_current_modes():
        recorder.settle([recorder.find(tensor) for tensor in tensors])
        try:
            yield
        except BaseException:  # Ctrl-C, too; some of it is written
            for tensor in tensors:
                recorder.rewrite(tensor, "fill")
            raise
        for tensor in tensors:
            recorder.filled(tensor)


def _write(targets: list[Target], threads: int) -> None:
    straight: list[Target] = []
    others: list[Target] = []
    for target in targets:
        (straight if _is_straight(target) else others).append(target)
    for own, group in _grouped(straight, lambda target: target.plan):
        for placed in _rounds(group):
            run(own._cell, placed, threads)
    for target in straight:
        torch.autograd.graph.increment_version(target.local)
        if target.tensor is not target.local:
            torch.autograd.graph.increment_version(target.tensor)
    for (own, device), group in _grouped(others, lambda target: (target.plan, target.local.device)):
        copy_pieces(own, device, group, threads)


def _grouped(targets: Iterable[Target], key: Any) -> Iterator[tuple[Any, list[Target]]]:
    groups: dict[Any, list[Target]] = {}
    for target in targets:
        groups.setdefault(key(target), []).append(target)
    return iter(groups.items())


# ---- what is to be filled ----


def _targets(plan: Plan, model: Any, strict: bool, skip: Collection[str], may_be_meta: bool = False) -> list[Target]:
    """Every tensor of the model once. All is checked here, before anything is written."""
    walked = walk(model)
    if not walked.tensors and not isinstance(model, torch.nn.Module):
        raise TypeError(
            f"a model is a module, or a mapping or sequence of tensors and modules, not {type(model).__name__}"
        )
    if any(named.kind == "temporary" for named in walked.tensors) and not plan._origin.options.temporaries:
        plan = plan._again(temporaries=True)
    for named in walked.left_out:
        if _is_meta(named.tensor) and named.name not in skip:
            kind = not_made(named.tensor)
            raise fail(UncoveredError, f"{named.name} is of {kind}, which no recording holds: build it away from meta")
    names, casts = _Names(plan), _Casts(plan)
    targets: dict[tuple[Any, ...], Target] = {}
    for kind, name, tensor, shard in _held(model, walked.tensors):
        if name in skip:
            names.pass_over(name)
            continue
        target = _target(casts, name, names.find(name, kind), tensor, shard, may_be_meta)
        if target.local.numel() == 0:
            continue
        # Tied tensors are one; to_empty() makes two of them, and both are filled. Not every device tells addresses.
        place = target.local.data_ptr() or id(tensor)
        key = (target.local.device, place, target.local.shape, target.local.stride())
        other = targets.setdefault(key, target)
        if names.first(other.entry) != names.first(target.entry):
            raise fail(InvalidArgumentError, f"{other.name} and {name} are one tensor here, and two in the plan")
    if strict:
        names.check_all_given()
    return list(targets.values())


def _held(model: Any, tensors: Iterable[Named]) -> Iterator[tuple[str, str, torch.Tensor, FlatShard | None]]:
    """The model's tensors, and of those that are flat what this process has of each."""
    flattened = Flattened(_modules(model))
    for kind, name, tensor in tensors:
        shards = flattened.find(name, tensor)
        if shards is None:
            yield kind, name, tensor, None
        for shard in shards or ():
            yield kind, shard.name, tensor, shard


class _Names:
    """A plan's names, and where they are in it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._wrapped: list[dict[str, list[str]]] = [{}, {}]
        for own in plan.names():
            for wrapped, words in zip(self._wrapped, (_WRAPPERS, _PARALLEL)):
                wrapped.setdefault(_without(words, own), []).append(own)
        self._given: dict[str, str] = {}

    def find(self, name: str, kind: str) -> str:
        """The plan's name of a tensor whose modules, in the model or in the plan, may be wrapped."""
        found = self._candidates(name)
        if len(found) != 1:
            instead = _TEMPORARY if kind == "temporary" else ""
            raise fail(UncoveredError, f"the plan makes no {name}, which the model has{instead}")
        other = self._given.setdefault(found[0], name)
        if other != name:
            raise fail(InvalidArgumentError, f"{other} and {name} are what the plan calls {found[0]}")
        return found[0]

    def pass_over(self, name: str) -> None:
        """A tensor of the model that is left alone, whether the plan makes it or not."""
        for own in self._candidates(name):
            self._given.setdefault(own, name)

    def _candidates(self, name: str) -> list[str]:
        if name in self._plan:
            return [name]
        certain, likely = self._wrapped
        return certain.get(_without(_WRAPPERS, name), []) or likely.get(_without(_PARALLEL, name), [])

    def first(self, entry: int) -> str:
        """The first name of a tensor that may have several."""
        own = self._plan.names()[entry]
        return self._plan.tied_to(own) or own

    def check_all_given(self) -> None:
        given = {self._plan.tied_to(own) or own for own in self._given}
        lacking = [own for own in self._plan.names() if (self._plan.tied_to(own) or own) not in given]
        if lacking:
            raise fail(
                InvalidArgumentError,
                f"the model lacks {len(lacking)} of the plan's {len(self._plan.names())} tensors, such as "
                f"{lacking[0]}: with strict=False it may, as a stage of a pipeline does",
            )


def _without(words: frozenset[str], name: str) -> str:
    return ".".join(part for part in name.split(".") if part not in words)


_TEMPORARY = "; fill(model.state_dict()) leaves alone what no checkpoint holds, as this buffer"


class _Casts:
    """A plan, and the same one with casts: what a model of another type is filled by, straight into its memory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._plans: dict[torch.dtype, Plan] = {}

    def find(self, own: str, dtype: torch.dtype) -> Plan:
        """The plan that makes a tensor in a type; where none does, the plan itself, and what it makes is converted."""
        settings = self.plan._origin.options
        cast_already = settings.cast != settings.dtype
        if cast_already or not dtype.is_floating_point or self.plan.dtype(own) == MADE[dtype]:
            return self.plan
        if dtype not in self._plans:
            self._plans[dtype] = self.plan._again(cast=dtype_code(dtype))
        cast = self._plans[dtype]
        return cast if cast.dtype(own) == MADE[dtype] else self.plan


def _target(
    casts: _Casts, name: str, own: str, tensor: torch.Tensor, shard: FlatShard | None, may_be_meta: bool
) -> Target:
    plan = casts.plan
    shape = plan.shape(own)
    if torch.nn.parameter.is_lazy(tensor):
        raise fail(UnsupportedError, f"{name} has no shape yet: call the lazy module once before it is filled")
    has = tuple(shard.shape if shard else tensor.shape)
    if has != shape:
        # FSDP1's parameters do not say which part they are; its modules do.
        hint = "; fill the model itself, not its parameters" if "_fsdp_wrapped_module" in name else ""
        raise fail(ShapeError, f"{name} has the shape {list(has)} in the model and {list(shape)} in the plan{hint}")
    if shard:
        local, blocks = shard.local, shard.blocks()
    else:
        local, blocks = local_blocks(name, tensor)
    if local.device.type == "meta" and not may_be_meta:
        raise fail(
            DeviceError,
            f"{name} is still on the meta device: call model.to_empty(device=...) first, or sow.materialize",
        )
    if local.layout is not torch.strided or type(local.data) is not torch.Tensor:
        kind = type(local).__name__
        raise fail(UnsupportedError, f"{name} is a {kind} of {local.layout}, whose memory sow does not know")
    if local.dtype not in MADE or _kind(local.dtype) != _kind(getattr(torch, plan.dtype(own))):
        raise fail(DtypeError, f"{name} is of {str(local.dtype)[6:]} in the model and of {plan.dtype(own)} in the plan")
    _check_memory(name, local)
    return Target(name, casts.find(own, local.dtype), plan._find(own), tensor, local, blocks)


def _kind(dtype: torch.dtype) -> tuple[bool, bool]:
    """Types of one kind are converted into each other: floating-point, complex, and neither."""
    return dtype.is_floating_point, dtype.is_complex


def _check_memory(name: str, local: torch.Tensor) -> None:
    if local.device.type == "meta" or local.numel() == 0:
        return
    if lacks_memory(local):
        raise fail(UnsupportedError, f"{name}: its memory was freed (resize_), and has to be there again first")
    if overlap_themselves(local.shape, local.stride()):
        raise fail(UnsupportedError, f"{name}: several of its elements are one in memory (expand)")


# ---- tensors that share memory ----


def _sharing(targets: Iterable[Target]) -> Iterator[list[Target]]:
    """Those of one device between whose first and last elements others lie. Not every device tells addresses."""
    known = [target for target in targets if target.local.data_ptr() != 0]
    for _, group in _grouped(known, lambda target: target.local.device):
        together: list[Target] = []
        end = 0
        for target in sorted(group, key=lambda target: target.local.data_ptr()):
            if target.local.data_ptr() >= end:
                if len(together) > 1:
                    yield together
                together = []
            together.append(target)
            end = max(end, target.local.data_ptr() + extent(target.local))
        if len(together) > 1:
            yield together


def _check_alike(group: list[Target], threads: int) -> None:
    """What several have of one memory has to be the same in the plan: a tensor, and a part or another view of it."""
    begin = group[0].local.data_ptr()
    end = max(target.local.data_ptr() + extent(target.local) for target in group)
    memory = torch.empty(end - begin, dtype=torch.uint8, device="cpu")
    taken = torch.zeros(end - begin, dtype=torch.bool, device="cpu")
    for target in group:
        local = target.local
        made = torch.empty(local.shape, dtype=local.dtype, device="cpu")
        _write([target._replace(tensor=made, local=made)], threads)
        made = (made.neg() if local.is_neg() else made).unsqueeze(-1).view(torch.uint8)
        strides = [stride * local.element_size() for stride in local.stride()]
        place = (made.shape, [*strides, 1], local.data_ptr() - begin)
        here, before = memory.as_strided(*place), taken.as_strided(*place)
        if not torch.equal(here[before], made[before]):
            raise fail(
                InvalidArgumentError, f"{group[0].name} and {target.name} share memory here, and not in the plan"
            )
        here.copy_(made)
        before.fill_(True)


# ---- straight into the model's memory ----


def _is_straight(target: Target) -> bool:
    made = target.plan.dtype(target.plan.names()[target.entry])
    local = target.local
    return local.device.type == "cpu" and MADE[local.dtype] == made and not (local.is_neg() or local.is_conj())


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
            end = begin + extent(target.local)
            placed += [_placed(target, block) for block in target.blocks]
        yield placed
        waiting = later


def _placed(target: Target, block: LocalBlock) -> Placed:
    local = target.local
    address = local.data_ptr() + block.offset(local) * local.element_size()
    return Placed(target.entry, block.block, address, block.strides(local))


# ---- from meta ----


def materialize(model: torch.nn.Module, plan: Plan, device: Any, threads: int, strict: bool) -> None:
    """Gives what is on meta memory, keeps ties, and fills; buffers that are elsewhere keep what they hold."""
    if not isinstance(model, torch.nn.Module):
        kind = type(model).__name__
        raise TypeError(f"materialize takes a module, not {kind}: torch.nn.ModuleDict or ModuleList holds several")
    skip = {name for kind, name, tensor in walk(model).tensors if kind != "parameter" and not _is_meta(tensor)}
    with torch.no_grad():
        _targets(plan, model, strict, skip, may_be_meta=True)  # what is wrong is told while nothing has happened
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
    fill(plan, model, threads, strict, skip)


def _is_meta(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "meta"
