"""Watches torch's operations: those that a step can say are not carried out, all others see true values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Callable

import torch
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sow._record import source
from sow._record.follow import Follower
from sow._record.generators import Generators
from sow._record.memory import bytes_of, reserve
from sow._record.tape import Storage, Tape, View, overwrites, whole

# ---- types ----

FLOATS = {
    torch.float64: "float64",
    torch.float32: "float32",
    torch.float16: "float16",
    torch.bfloat16: "bfloat16",
}
DTYPES = {
    **FLOATS,
    torch.int64: "int64",
    torch.int32: "int32",
    torch.int16: "int16",
    torch.int8: "int8",
    torch.uint8: "uint8",
    torch.bool: "bool",
}

_NO_DISPATCH = torch.Tensor.__torch_dispatch__

# As torch.Tensor has it before hooks.py takes its place.
_storage_of = torch._C.TensorBase.untyped_storage


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether its elements lie in this process's memory, as strides say."""
    return tensor.device.type == "cpu" and tensor.layout is torch.strided and tensor.dtype in DTYPES


# ---- what is known of a tensor's memory ----


class Track:
    """One torch storage. Either its memory tells what it holds (it is real), or the steps on the tape do.

    Attributes:
        storage: on the tape; of a real one, what it was there before.
        real: the memory holds the truth.
        synced: the memory of one that is not real holds what the steps say.
        drawn: random numbers went into it.
        bound: why what it holds is known for this run's seed only; None where steps say it for every seed.
        exposed: somebody can write its memory unseen.
        foreign: it was there before.
        line: of the code where torch last wrote what is real.
    """

    __slots__ = ("bound", "drawn", "exposed", "foreign", "line", "real", "reference", "storage", "synced")

    def __init__(self, reference: StorageWeakRef, storage: Storage | None) -> None:
        self.reference = reference
        self.storage = storage
        self.real = storage is None
        self.synced = True
        self.drawn = False
        self.bound: str | None = None
        self.exposed = False
        self.foreign = False
        self.line = ""

    def memory(self) -> torch.UntypedStorage | None:
        """None when no tensor has it any more."""
        found: torch.UntypedStorage | None = torch.UntypedStorage._new_with_weak_ptr(self.reference.cdata)
        return found


# Elements of real memory that may become a literal because a step writes a part of it.
_LARGEST_BASE = 1 << 26

# Steps that make one tensor, what they read included: more become torch's, at the price of a literal that is bound where
# random numbers went into it.
_HEAVY, _HEAVIEST, _DEEP = 256, 2048, 32

Handler = Callable[["Recorder", Any, tuple[Any, ...], dict[str, Any]], Any]
HANDLERS: dict[Any, Handler] = {}


def handles(*names: str) -> Callable[[Handler], Handler]:
    """Registers a function for operations such as "add_.Tensor", as far as this torch has them.

    It returns what the operation returns, or NotImplemented where no step says it.
    """

    def register(handler: Handler) -> Handler:
        for name in names:
            operation = overload(name)
            if operation is not None:
                HANDLERS[operation] = handler
        return handler

    return register


def overload(name: str) -> Any:
    packet, _, kind = name.partition(".")
    return getattr(getattr(torch.ops.aten, packet, None), kind or "default", None)


# Operations that look at sizes and types only, though they are no views.
_METADATA = {
    "aten::_unsafe_view",
    "aten::is_pinned",
    "aten::is_same_size",
    "aten::_has_compatible_shallow_copy_type",
    "aten::_has_same_storage_numel",
    "aten::_nested_tensor_size",
}


# Operations whose number of words depends on sizes alone; with others what comes after depends on the numbers.
_COUNTED = frozenset(
    "random_ randint randint_like randperm bernoulli bernoulli_ exponential_ geometric_ cauchy_ log_normal_ multinomial "
    "native_dropout uniform_ normal_ rand randn rand_like randn_like normal".split()
)


def _carry_out(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return recorder.carry_out(function, args, kwargs)


def _look_away(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    return function(*args, **kwargs)


@handles("lift_fresh")
def _lift_fresh(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """torch.tensor() has made something of numbers."""
    made = function(*args, **kwargs)
    if _has_memory(made):
        recorder.take_new(made, None)
    return made


@handles("resize_", "resize_as_")
def _resize(recorder: Recorder, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Its memory may become another: from here on it is real."""
    track = recorder.find(args[0]) if _has_memory(args[0]) else None
    if track is None:
        return function(*args, **kwargs)
    recorder.settle([track])
    done = function(*args, **kwargs)
    recorder.take(args[0], track.bound or recorder.reason(function, [track]))
    return done


def _find_handler(function: Any) -> Handler:
    if function.is_view or torch.Tag.inplace_view in function.tags or function._schema.name in _METADATA:
        return _look_away
    return _carry_out


Agreed = frozenset[tuple[str, torch.dtype]]


class Recorder(TorchDispatchMode):
    """The mode.

    Attributes:
        exact: only what equals torch to the bit on this machine becomes a step; memory will be filled.
        agreed: the draws of which that is known.
    """

    def __init__(self, tape: Tape, follower: Follower, exact: bool, agreed: Agreed = frozenset()) -> None:
        super().__init__()
        self.tape = tape
        self.exact = exact
        self.agreed = agreed
        self.generators = Generators(tape, follower)
        self.looks: list[str] = []  # where Python saw random numbers
        self._follower = follower
        self._tracks: dict[int, Track] = {}
        self._sweep_at = 4096

    def __torch_dispatch__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if types and any(kind.__torch_dispatch__ is not _NO_DISPATCH for kind in types):
            return NotImplemented  # such a subclass says first what it is made of
        handler = HANDLERS.get(function)
        if handler is None:
            handler = HANDLERS[function] = _find_handler(function)
        done = handler(self, function, args, kwargs)
        return self.carry_out(function, args, kwargs) if done is NotImplemented else done

    # ---- tracks ----

    def find(self, tensor: torch.Tensor) -> Track | None:
        """What is known of its memory; None where nothing is: it is real, and holds for every seed."""
        return self._tracks.get(_storage_of(tensor)._cdata)

    def track(self, tensor: torch.Tensor) -> Track:
        memory = _storage_of(tensor)
        track = self._tracks.get(memory._cdata)
        if track is None:
            track = self._begin(memory, None)
            track.foreign = True
        return track

    def take_new(self, tensor: torch.Tensor, bound: str | None) -> None:
        """torch made it and its memory, which is real."""
        memory = _storage_of(tensor)
        if memory._cdata not in self._tracks:
            track = self._begin(memory, None)
            track.bound, track.drawn = bound, bound is not None
            track.line = source.line()

    def _begin(self, memory: torch.UntypedStorage, storage: Storage | None) -> Track:
        # A weak reference keeps the address from being another storage's.
        if len(self._tracks) >= self._sweep_at:
            self._tracks = {key: track for key, track in self._tracks.items() if not track.reference.expired()}
            self._sweep_at = 2 * len(self._tracks) + 4096
        track = self._tracks[memory._cdata] = Track(StorageWeakRef(memory), storage)
        return track

    def allocate(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor:
        """A tensor from an operation that leaves its memory unwritten; steps will say what it holds, if they can."""
        try:
            made: torch.Tensor = function(*args, **kwargs)
        except RuntimeError as error:
            if self.exact or "allocate" not in str(error):
                raise
            made = reserve(function(*args, **{**kwargs, "device": "meta"}))
        if type(made) is torch.Tensor and is_plain(made):
            self.begin(made)
        return made

    def begin(self, tensor: torch.Tensor) -> Track:
        """From here on steps say what a new tensor holds."""
        memory = _storage_of(tensor)
        return self._begin(memory, Storage(DTYPES[tensor.dtype], memory.nbytes() // tensor.element_size()))

    def begin_as(self, tensor: torch.Tensor, like: Storage) -> Storage:
        """Steps will say what its memory holds, in the type of another storage of as many bytes."""
        made = Storage(like.dtype, like.count)
        self._begin(_storage_of(tensor), made)
        return made

    def view(self, tensor: torch.Tensor, track: Track) -> View | None:
        """A tensor as part of its storage; None where it sees the bytes as another type."""
        if track.storage is None or DTYPES.get(tensor.dtype) != track.storage.dtype:
            return None
        return View(track.storage, tensor.storage_offset(), tuple(tensor.shape), tensor.stride())

    def reads(self, tensor: Any) -> View | None:
        """The view of a tensor that steps made, and more steps can read; None for everything else."""
        if not isinstance(tensor, torch.Tensor) or not is_plain(tensor):
            return None
        track = self.find(tensor)
        return None if track is None or track.real or self._is_heavy(track) else self.view(tensor, track)

    def is_drawn(self, tensor: torch.Tensor) -> bool:
        """Whether random numbers went into it."""
        track = self.find(tensor)
        return track is not None and (track.drawn or track.bound is not None)

    def _is_heavy(self, track: Track) -> bool:
        """Whether so many steps make it that torch had better go on; the format has its limits too."""
        assert track.storage is not None
        limit = _HEAVIEST if track.drawn and not self.exact else _HEAVY
        return track.storage.weight >= limit or track.storage.depth >= _DEEP

    # ---- steps ----

    def may_write(self, tensor: torch.Tensor) -> bool:
        """Whether a step can write it, and torch would."""
        if not is_plain(tensor) or tensor.numel() == 0:
            return False
        track = self.find(tensor)
        if track is not None and track.exposed:
            return False
        if track is not None and not track.real:
            view = None if self._is_heavy(track) else self.view(tensor, track)
            return view is not None and not view.overlaps_itself()
        view = self._fresh_view(tensor)
        return view.is_whole() or (view.storage.count <= _LARGEST_BASE and not view.overlaps_itself())

    def is_whole(self, tensor: torch.Tensor) -> bool:
        """Whether it is all of its storage."""
        return self._fresh_view(tensor).is_whole()

    def _fresh_view(self, tensor: torch.Tensor) -> View:
        storage = Storage(DTYPES[tensor.dtype], _storage_of(tensor).nbytes() // tensor.element_size())
        return View(storage, tensor.storage_offset(), tuple(tensor.shape), tensor.stride())

    def target(self, tensor: torch.Tensor, replaced: bool) -> View:
        """The view that a step is about to write; of memory that was real, what else it holds becomes a literal.

        `replaced`: the step does not care what the view held.
        """
        track = self.track(tensor)
        if track.real:
            view = self._fresh_view(tensor)
            track.storage = view.storage
            if not (replaced and view.is_whole()):
                memory = torch.empty(0, dtype=tensor.dtype).set_(_storage_of(tensor))
                data = bytes_of(memory[: view.storage.count])
                self.tape.literal(whole(view.storage), data, track.bound, track.line)
            track.real = False
            return view
        view = self.view(tensor, track)  # type: ignore[assignment]
        assert view is not None
        return view

    def step(
        self,
        tensor: torch.Tensor,
        call: str,
        arguments: Sequence[str | View] = (),
        *,
        sources: Iterable[Track] = (),
        draws: bool = False,
        generator: int = 0,
        replaced: bool = True,
    ) -> None:
        """A step on a tensor for which may_write holds. `sources` are the tracks behind the views that it reads."""
        view = self.target(tensor, replaced)
        self.tape.step(view, call, tuple(arguments), source.line(), draws, generator)
        self.wrote(tensor, sources, draws)

    def wrote(self, tensor: torch.Tensor, sources: Iterable[Track], draws: bool) -> None:
        """The last item on the tape wrote a tensor."""
        track = self.track(tensor)
        track.synced = False
        if overwrites(self.tape.items[-1]):  # type: ignore[arg-type]
            track.drawn, track.bound = False, None
        for read in sources:
            track.drawn |= read.drawn
            track.bound = track.bound or read.bound
        track.drawn |= draws

    def draw(
        self, tensor: torch.Tensor, call: str, arguments: Sequence[str], generator: torch.Generator | None
    ) -> None:
        """A step that draws."""
        number = self.generators.number(generator)
        self.step(tensor, call, arguments, draws=True, generator=number)
        self.generators.drawn(generator)

    def constant(self, tensor: torch.Tensor, dtype: torch.dtype) -> View:
        """A real tensor's elements at this moment, in a type, as something that steps can read."""
        track = self.find(tensor)
        converted = tensor.detach().to(dtype)
        bound, line = (track.bound, track.line) if track is not None else (None, "")
        data = bytes_of(converted)
        storage = self.tape.constant(DTYPES[dtype], data, converted.element_size(), bound, line)
        return whole(storage, tuple(tensor.shape))

    # ---- true values ----

    def settle(self, tracks: Iterable[Track | None]) -> None:
        """Makes memory hold what steps say."""
        late = {id(track): track for track in tracks if track is not None and not track.real and not track.synced}
        targets = []
        for track in late.values():
            memory = track.memory()
            if memory is not None and track.storage is not None:
                targets.append((track.storage, memory.data_ptr()))
                track.synced = True
        if targets:
            self._follower.run(targets)

    def late(self, foreign_only: bool = False) -> list[Track]:
        """Those whose tensors live and whose memory is not what steps say."""
        return [
            track
            for track in self._tracks.values()
            if not track.real
            and not track.synced
            and (track.foreign or not foreign_only)
            and not track.reference.expired()
        ]

    def reason(self, function: Any, tracks: Iterable[Track | None]) -> str | None:
        """Why what is computed of these holds for one seed only; None where it holds for all."""
        for track in tracks:
            if track is not None and (track.bound or track.drawn):
                return track.bound or f"{_name(function)} at {source.line()}"
        return None

    def carry_out(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """torch computes it, on true values; what it writes is real."""
        if str(kwargs.get("device")) == "meta":
            return function(*args, **kwargs)
        read = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor) and _has_memory(leaf)]
        tracks = [self.find(tensor) for tensor in read]
        self.settle(tracks)
        reason = self.reason(function, tracks)
        if torch.Tag.nondeterministic_seeded in function.tags:
            done, drew = self._draw_by_torch(function, args, kwargs)
            if drew and reason is None:
                reason = f"{_name(function)} at {source.line()}"
            if drew and _name(function) not in _COUNTED:
                self.looks.append(f"{_name(function)} at {source.line()}")
        else:
            done = function(*args, **kwargs)
        if reason is not None and _shows_numbers(function, args):
            self.looks.append(reason)
        self._take_written(function, args, kwargs, reason)
        known = {_storage_of(tensor)._cdata for tensor in read}
        for leaf in tree_leaves(done):
            if isinstance(leaf, torch.Tensor) and _has_memory(leaf) and _storage_of(leaf)._cdata not in known:
                self.take_new(leaf, reason)
        return done

    def _draw_by_torch(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, bool]:
        before = len(self.tape.items)
        with self.generators.true(kwargs.get("generator")) as generator:
            if kwargs.get("generator") is not None:
                kwargs = {**kwargs, "generator": generator}
            done = function(*args, **kwargs)
        return done, len(self.tape.items) > before

    def _take_written(
        self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], reason: str | None
    ) -> None:
        for position, argument in enumerate(function._schema.arguments):
            if argument.alias_info is None or not argument.alias_info.is_write:
                continue
            given = args[position] if position < len(args) else kwargs.get(argument.name)
            for tensor in tree_leaves(given):
                if isinstance(tensor, torch.Tensor) and _has_memory(tensor):
                    self.take(tensor, reason)

    def take(self, tensor: torch.Tensor, reason: str | None) -> None:
        """Its memory was written by torch, and tells the truth from here on."""
        track = self.find(tensor)
        if track is None and reason is None:
            return
        track = self.track(tensor)
        if track.drawn and track.bound is None:
            track.bound = reason
        track.real, track.synced = True, True
        track.bound = track.bound or reason
        track.drawn = track.bound is not None
        track.line = source.line()

    def show(self, tensor: torch.Tensor, what: str) -> None:
        """Somebody is about to see its elements; a print is nothing that Python goes by."""
        if not _has_memory(tensor):
            return
        track = self.find(tensor)
        self.settle([track])
        if track is not None and (track.drawn or track.bound) and what != "__repr__":
            self.looks.append(track.bound or f"{what} at {source.line()}")

    def expose(self, tensor: torch.Tensor, what: str) -> None:
        """Somebody is about to see its memory, and may write it."""
        if not _has_memory(tensor):
            return
        track = self.track(tensor)
        self.settle([track])
        if track.drawn or track.bound:
            reason = track.bound or f"{what} at {source.line()}"
            self.looks.append(reason)
            track.bound = reason
        track.real = track.exposed = True


def _shows_numbers(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether Python learns of elements: by a number, or by a shape that depends on them."""
    if torch.Tag.data_dependent_output in function.tags:
        return True
    if torch.Tag.dynamic_output_shape not in function.tags:
        return False
    if _name(function) != "index":
        return True
    return any(index is not None and index.dtype in (torch.bool, torch.uint8) for index in args[1])


def _has_memory(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "cpu" and tensor.layout is torch.strided


def _name(function: Any) -> str:
    """ "randperm" of aten::randperm."""
    return str(function._schema.name).partition("::")[2]
