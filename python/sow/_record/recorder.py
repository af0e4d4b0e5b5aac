"""Writes steps, and knows of every tensor whether they or its memory tell what it holds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from sow._record import source
from sow._record.follow import Follower
from sow._record.generators import Generators
from sow._record.memory import (
    DTYPES,
    FLOATS,
    address_of,
    bytes_of,
    has_memory,
    is_lent,
    is_plain,
    parts_of,
    reserve,
    storage_count,
    storage_of,
    unwrapped,
)
from sow._record.tape import Storage, Tape, View, overwrites, whole
from sow._record.track import Track, Tracks

# Elements of real memory that may become a literal because a step writes a part of it.
_LARGEST_BASE = 1 << 26

# Steps that make one tensor, what they read included: more become torch's, at the price of a literal that is bound
# where random numbers went into it.
_HEAVY, _HEAVIEST, _DEEP = 256, 2048, 32

Agreed = Container[tuple[str, torch.dtype]]


def view_of(tensor: torch.Tensor, storage: Storage) -> View:
    """A tensor as part of a storage."""
    return View(storage, int(tensor.storage_offset()), tuple(tensor.shape), tensor.stride())


class Recorder:
    """What a thread does to tensors, as steps.

    Attributes:
        exact: only what equals torch to the bit on this machine becomes a step; memory will be filled.
        agreed: the draws of which that is known.
        outer: that of the block or constructor within which this one sees; it learns what of its own is met here.
        looks: where Python saw random numbers, and what made them.
        uneven: whether a normal waits in a generator depends on the numbers, since trunc_normal_ drew again.
        resting: an operation is carried out within which nothing is seen, though Python may be what it does.
    """

    def __init__(
        self, tape: Tape, follower: Follower, exact: bool, agreed: Agreed = frozenset(), outer: Recorder | None = None
    ) -> None:
        self.tape = tape
        self.exact = exact
        self.agreed = agreed
        self.looks: list[str] = []
        self.uneven = False
        self.resting = False
        self._outer = outer
        self._follower = follower
        self._tracks = Tracks()
        self.generators = Generators(tape, follower, self._tracks, writes=not exact)

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        self.resting = True
        try:
            yield
        finally:
            self.resting = False

    # ---- tracks ----

    def find(self, tensor: torch.Tensor) -> Track | None:
        """What is known of its memory; None where nothing is: it is real, and holds for every seed."""
        found = self._tracks.find(tensor)
        if found is None and self._outer is not None and self._outer.find(tensor) is not None:
            self._outer.expose(tensor, "sow.record")
        return found

    def track(self, tensor: torch.Tensor) -> Track:
        track = self.find(tensor)
        if track is None:
            track = self._tracks.begin(storage_of(tensor), None)
            track.foreign = True
            track.exposed = is_lent(tensor)
        return track

    def take_new(self, tensor: torch.Tensor, bound: str | None) -> None:
        """torch made it and its memory, which is real."""
        if self._tracks.find(tensor) is None:
            track = self._tracks.begin(storage_of(tensor), None)
            track.bound, track.drawn = bound, bound is not None
            track.line = source.line()

    def allocate(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.Tensor:
        """A tensor from an operation that leaves its memory unwritten; steps will say what it holds, if they can."""
        try:
            made: torch.Tensor = function(*args, **kwargs)
        except RuntimeError as error:
            if self.exact or "allocate" not in str(error):
                raise
            made = reserve(function(*args, **{**kwargs, "device": "meta"}))
        if type(made) is torch.Tensor and is_plain(parts_of(made)):
            self.begin(parts_of(made))
        return made

    def begin(self, tensor: torch.Tensor) -> Track:
        """From here on steps say what a new tensor holds."""
        return self._tracks.begin(storage_of(tensor), Storage(DTYPES[tensor.dtype], storage_count(tensor)))

    def begin_as(self, tensor: torch.Tensor, like: Storage) -> Storage:
        """Steps will say what its memory holds, in the type of another storage of as many bytes."""
        made = Storage(like.dtype, like.count)
        self._tracks.begin(storage_of(tensor), made)
        return made

    def view(self, tensor: torch.Tensor, track: Track) -> View | None:
        """A tensor as part of its storage; None where it sees the bytes as another type."""
        if track.storage is None or DTYPES.get(tensor.dtype) != track.storage.dtype:
            return None
        return view_of(tensor, track.storage)

    def reads(self, tensor: Any) -> View | None:
        """The view of a tensor that steps made, and more steps can read; None for everything else."""
        if not isinstance(tensor, torch.Tensor) or not is_plain(tensor):
            return None
        track = self.find(tensor)
        if track is None or track.real or self._is_heavy(track) or self.is_fresh(track):
            return None
        return self.view(tensor, track)

    def is_drawn(self, tensor: torch.Tensor) -> bool:
        """Whether random numbers went into it."""
        track = self.find(tensor)
        return track is not None and (track.drawn or track.bound is not None)

    def is_fresh(self, track: Track) -> bool:
        """Whether no step wrote it, while C++ may have by its address: recordings take floating-point for weights."""
        assert track.storage is not None
        return track.storage.weight == 0 and (self.exact or track.storage.dtype not in FLOATS.values())

    def needs_torch(self, tensor: torch.Tensor) -> bool:
        """Whether steps made it, and no more steps can read it."""
        track = self.find(tensor)
        return track is not None and not track.real and self.reads(tensor) is None

    def _is_heavy(self, track: Track) -> bool:
        """Whether so many steps make it that torch had better go on; the format has its limits too."""
        assert track.storage is not None
        limit = _HEAVIEST if track.drawn and not self.exact else _HEAVY
        return track.storage.weight >= limit or track.storage.depth >= _DEEP

    # ---- steps ----

    def is_exposed(self, tensor: torch.Tensor) -> bool:
        """Whether others can see its memory, and write it."""
        track = self.find(tensor)
        return is_lent(tensor) if track is None else track.exposed

    def may_write(self, tensor: torch.Tensor) -> bool:
        """Whether a step can write it, and torch would."""
        if not is_plain(tensor) or tensor.numel() == 0 or self.is_exposed(tensor):
            return False
        track = self.find(tensor)
        if track is not None and not track.real:
            view = None if self._is_heavy(track) else self.view(tensor, track)
            return view is not None and not view.overlaps_itself()
        view = self._fresh_view(tensor)
        return view.is_whole() or (view.storage.count <= _LARGEST_BASE and not view.overlaps_itself())

    def is_whole(self, tensor: torch.Tensor) -> bool:
        """Whether it is all of a storage that a recording can have (complex numbers it has as parts)."""
        return tensor.dtype in DTYPES and self._fresh_view(tensor).is_whole()

    def _fresh_view(self, tensor: torch.Tensor) -> View:
        return view_of(tensor, Storage(DTYPES[tensor.dtype], storage_count(tensor)))

    def target(self, tensor: torch.Tensor, replaced: bool) -> View:
        """The view that a step is about to write; of memory that was real, what else it holds becomes a literal.

        `replaced`: the step does not care what the view held.
        """
        track = self.track(tensor)
        if track.real:
            view = self._fresh_view(tensor)
            track.storage = view.storage
            if not (replaced and view.is_whole()):
                memory = torch.empty(0, dtype=tensor.dtype, device="cpu").set_(storage_of(tensor))
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
        read = list(sources)  # which the tensor itself may be one of
        if not overwrites(self.tape.items[-1]):  # type: ignore[arg-type]
            read.append(track)
        drawn, bound = any(one.drawn for one in read), next((one.bound for one in read if one.bound is not None), None)
        track.synced, track.drawn, track.bound = False, draws or drawn, bound

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
        written, targets = [], []
        for track in late.values():
            memory = track.memory()
            if memory is not None and track.storage is not None:
                written.append(track)
                targets.append((track.storage, address_of(memory)))
        if targets:
            self._follower.run(targets)
        for track in written:  # not before: Ctrl-C may have stopped it
            track.synced = True

    def late(self, foreign_only: bool = False) -> list[Track]:
        """Those whose tensors live and whose memory is not what steps say."""
        return [
            track
            for track in self._tracks.living()
            if not track.real and not track.synced and (track.foreign or not foreign_only)
        ]

    def reason(self, function: str, tracks: Iterable[Track | None]) -> str | None:
        """Why what is computed of these holds for one seed only; None where it holds for all."""
        for track in tracks:
            if track is not None and (track.bound or track.drawn):
                return track.bound or f"{function} at {source.line()}"
        return None

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
        if track.exposed and reason is not None:
            self.looks.append(reason)  # whoever else has the memory may go by it

    def filled(self, tensor: torch.Tensor) -> None:
        """Its memory, which told the truth, was written with numbers that no seed of this run changes."""
        track = self.find(tensor) if has_memory(tensor) else None
        if track is None:
            return
        if self.is_whole(tensor):
            track.drawn, track.bound = False, None
        self.take(tensor, self.reason("fill", [track]))

    def rewrite(self, tensor: torch.Tensor, what: str) -> None:
        """Its memory is about to become another, or to be written past torch's operations."""
        track = self.find(tensor) if has_memory(tensor) else None
        if track is not None:
            self.settle([track])
            self.take(tensor, self.reason(what, [track]))

    def change(self, tensor: torch.Tensor, what: str) -> None:
        """A function of Python changed its elements one by one, past torch's operations, and saw them."""
        self.take(tensor, self.reason(what, [self.find(tensor)]))

    def show(self, tensor: torch.Tensor, what: str) -> None:
        """Somebody is about to see its elements; a print is nothing that Python goes by."""
        tensor = unwrapped(tensor)
        if not has_memory(tensor):
            return
        track = self.find(tensor)
        self.settle([track])
        if track is not None and (track.drawn or track.bound) and what != "__repr__":
            self.looks.append(track.bound or f"{what} at {source.line()}")

    def expose(self, tensor: torch.Tensor, what: str) -> None:
        """Somebody is about to see its memory, and may write it."""
        if not has_memory(tensor):
            return
        track = self.track(tensor)
        self.settle([track])
        if track.drawn or track.bound:
            reason = track.bound or f"{what} at {source.line()}"
            self.looks.append(reason)
            track.bound = reason
        track.real = track.exposed = True
