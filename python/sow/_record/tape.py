"""The tape: what was done to storages, in the order of the stream."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Union

from sow._block import contiguous


class Storage:
    """Elements that steps write: a tensor's memory, or what was only on its way to one.

    Attributes:
        dtype: torch's name without its prefix.
        count: of elements.
        weight: steps that have to be done to make what it holds; what is read is made anew for each reader.
        depth: how many storages are read one behind the other for it.
    """

    __slots__ = ("count", "depth", "dtype", "weight")

    def __init__(self, dtype: str, count: int) -> None:
        self.dtype = dtype
        self.count = count
        self.weight = 0
        self.depth = 0


def overlap_themselves(shape: Sequence[int], strides: Sequence[int]) -> bool:
    """Whether two elements that lie by such strides may be one; False is certain."""
    reached = 1
    for stride, size in sorted((t, s) for s, t in zip(shape, strides) if s != 1):
        if stride < reached:
            return True
        reached += stride * (size - 1)
    return False


class View(NamedTuple):
    """Part of a storage as a tensor; offset and strides in elements."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @property
    def elements(self) -> int:
        return math.prod(self.shape)

    def is_contiguous(self) -> bool:
        if self.elements == 0:
            return True
        expected = 1
        for size, stride in zip(reversed(self.shape), reversed(self.strides)):
            if size != 1 and stride != expected:
                return False
            expected *= size
        return True

    def overlaps_itself(self) -> bool:
        return overlap_themselves(self.shape, self.strides)

    def is_whole(self) -> bool:
        """Whether it is every element of its storage, in any order."""
        return self.elements == self.storage.count and not self.overlaps_itself()

    def expand(self, shape: tuple[int, ...]) -> View:
        """Tensor.expand, for a shape that it can take."""
        added = len(shape) - len(self.shape)
        strides = [0] * added
        for size, wanted, stride in zip(self.shape, shape[added:], self.strides):
            strides.append(stride if size == wanted else 0)
        return View(self.storage, self.offset, shape, tuple(strides))


def whole(storage: Storage, shape: tuple[int, ...] | None = None) -> View:
    """All of a storage as a contiguous tensor, of one dimension unless told otherwise."""
    shape = (storage.count,) if shape is None else shape
    return View(storage, 0, shape, contiguous(shape))


class Step:
    """A call that writes a view; `arguments` are texts and the views that it reads."""

    __slots__ = ("arguments", "call", "draws", "generator", "line", "target")

    def __init__(
        self, target: View, call: str, arguments: tuple[str | View, ...], line: str, draws: bool, generator: int
    ) -> None:
        self.target = target
        self.call = call
        self.arguments = arguments
        self.line = line
        self.draws = draws
        self.generator = generator

    def reads(self) -> list[View]:
        return [argument for argument in self.arguments if isinstance(argument, View)]


class Literal:
    """Bytes that a view takes; `bound` says why they hold for one seed only, None where they hold for all."""

    __slots__ = ("bound", "data", "line", "target")

    def __init__(self, target: View, data: bytes, bound: str | None, line: str) -> None:
        self.target = target
        self.data = data
        self.bound = bound
        self.line = line


class Seed(NamedTuple):
    """manual_seed of a generator; 0 is the default one."""

    generator: int
    seed: int


class Mark(NamedTuple):
    """A generator's state gets a number."""

    number: int
    generator: int


class Restore(NamedTuple):
    """A generator goes back to such a state."""

    number: int
    generator: int


class Skip(NamedTuple):
    """Words pass that something drew which is no step."""

    generator: int
    words: int


Item = Union[Step, Literal, Seed, Mark, Restore, Skip]

# What changes elements that are there; everything else writes its view whatever it held.
CHANGES = {
    *("mul_", "div_", "add_", "sub_", "pow_", "clamp_", "fmod_", "neg_", "abs_", "sqrt_", "rsqrt_", "reciprocal_"),
    *("exp_", "expm1_", "log_", "log1p_", "erfinv_"),
}


def overwrites(item: Step | Literal) -> bool:
    """Whether nothing that its storage held before is left."""
    return (isinstance(item, Literal) or item.call not in CHANGES) and item.target.is_whole()


def _copies_whole(step: Step) -> bool:
    """Whether all of a storage is copied to another, which then holds the same and is no deeper."""
    if step.call != "copy_":
        return False
    views = [step.target, *step.reads()]
    same = len({(view.storage.dtype, view.storage.count) for view in views}) == 1
    return same and all(view.is_whole() and view.is_contiguous() for view in views)


class Tape:
    """Grows by what happens; `needed` is what of it made given storages."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.marks = 0
        self._constants: dict[tuple[str, bytes], Storage] = {}

    def step(
        self,
        target: View,
        call: str,
        arguments: tuple[str | View, ...] = (),
        line: str = "",
        draws: bool = False,
        generator: int = 0,
    ) -> None:
        step = Step(target, call, arguments, line, draws, generator)
        self.items.append(step)
        storage, read = target.storage, [view.storage for view in step.reads()]
        weight, depth = (0, 0) if overwrites(step) else (storage.weight, storage.depth)
        deeper = 0 if _copies_whole(step) else 1
        storage.weight = weight + 1 + sum(source.weight for source in read)
        storage.depth = max([depth, *(source.depth + deeper for source in read)])

    def literal(self, target: View, data: bytes, bound: str | None, line: str) -> None:
        self.items.append(Literal(target, data, bound, line))

    def seed(self, generator: int, seed: int) -> None:
        self.items.append(Seed(generator, seed))

    def skip(self, generator: int, words: int) -> None:
        if words > 0:
            self.items.append(Skip(generator, words))

    def mark(self, generator: int) -> int:
        self.marks += 1
        self.items.append(Mark(self.marks - 1, generator))
        return self.marks - 1

    def restore(self, number: int, generator: int) -> None:
        self.items.append(Restore(number, generator))

    def constant(self, dtype: str, data: bytes, size: int, bound: str | None, line: str) -> Storage:
        """A storage of bytes that nothing else writes; equal bytes without a bound are one storage."""
        key = (dtype, hashlib.sha256(data).digest())
        known = self._constants.get(key) if bound is None else None
        if known is not None:
            return known
        storage = Storage(dtype, len(data) // size)
        self.literal(whole(storage), data, bound, line)
        if bound is None:
            self._constants[key] = storage
        return storage

    def needed(self, storages: Iterable[Storage]) -> list[Item]:
        """Without what was overwritten or is part of none of them, unless it drew or moved a generator."""
        wanted = set(storages)
        kept: list[Item] = []
        for item in reversed(self.items):
            if not isinstance(item, (Step, Literal)):
                kept.append(item)
                continue
            live = item.target.storage in wanted
            if live:
                if overwrites(item):
                    wanted.discard(item.target.storage)
                if isinstance(item, Step):
                    wanted.update(view.storage for view in item.reads())
            if live or (isinstance(item, Step) and item.draws):
                kept.append(item)
        kept.reverse()
        return _without_idle_marks(kept)


def _without_idle_marks(items: list[Item]) -> list[Item]:
    """Marks that nothing goes back to say nothing; the others get new numbers, for the format has no gaps."""
    used = {item.number for item in items if isinstance(item, Restore)}
    left = [item.number for item in items if isinstance(item, Mark) and item.number in used]
    numbers = {number: new for new, number in enumerate(left)}
    return [
        item._replace(number=numbers[item.number]) if isinstance(item, (Mark, Restore)) else item
        for item in items
        if not isinstance(item, Mark) or item.number in numbers
    ]
