"""torch's generators while a constructor is followed.

The default one is moved by the C library, when somebody looks. Meanwhile it stands as it was, and a stand-in takes its
place in torch's modules, through which torch.manual_seed, get_rng_state, fork_rng and their like reach it. Generators
of the constructor's own cannot be replaced: they are moved after each draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Callable, NamedTuple

import torch
from torch.utils._python_dispatch import _disable_current_modes as _aside

from sow._call import fail
from sow._errors import UnsupportedError
from sow._generator import Generator
from sow._record import source
from sow._record.between import PAIR, Drawn, drawn_between
from sow._record.follow import Follower
from sow._record.memory import bytes_of, storage_of
from sow._record.tape import Storage, Tape, whole
from sow._record.track import Tracks


def state_bytes(generator: torch.Generator) -> bytes:
    return bytes_of(generator.get_state())


def _state_tensor(state: bytes) -> torch.Tensor:
    return torch.frombuffer(bytearray(state), dtype=torch.uint8)


def _address(generator: torch.Generator) -> int:
    """Of what torch's objects for one generator have in common: an operation is given another object each time."""
    address: int = generator._cdata  # type: ignore[attr-defined]
    return address


# torch's own, before anybody stands in for it.
DEFAULT = torch.default_generator

_stand_ins: set[int] = set()  # which live as long as the process


class StandIn(torch.Generator):
    """What code that asks for torch.default_generator gets: its methods tell and change the true state.

    `find` returns the Generators of the thread that calls; None where nobody records there.
    """

    def __new__(cls, find: Callable[[], Generators | None]) -> StandIn:
        made = super().__new__(cls)
        made._find = find
        _stand_ins.add(_address(made))
        return made

    _find: Callable[[], Generators | None]

    def get_state(self) -> torch.Tensor:
        owner = self._find()
        if owner is None:
            return DEFAULT.get_state()
        with _aside():
            return owner.give_state()

    def set_state(self, state: torch.Tensor) -> torch.Generator:
        owner = self._find()
        if owner is None:
            return DEFAULT.set_state(state)
        if not (isinstance(state, torch.Tensor) and state.dtype == torch.uint8 and state.numel() == 5056):
            torch.Generator().set_state(state)  # torch says what is wrong
        with _aside():
            owner.take_state(state)
        return self

    def manual_seed(self, seed: int) -> torch.Generator:
        owner = self._find()
        DEFAULT.manual_seed(seed)
        if owner is not None:
            owner.was_seeded()
        return DEFAULT  # which may outlive the constructor

    def seed(self) -> int:
        owner = self._find()
        seed = DEFAULT.seed()
        if owner is not None:
            owner.was_seeded()
        return seed

    def initial_seed(self) -> int:
        owner = self._find()
        if owner is not None:
            owner.seed_was_seen()
        return DEFAULT.initial_seed()

    def clone_state(self) -> torch.Generator:
        made = _Clone(self._find)
        made.set_state(self.get_state())
        return made

    def __deepcopy__(self, memo: dict[int, object]) -> torch.Generator:
        return self.clone_state()

    def __reduce__(self) -> Any:
        owner = self._find()
        if owner is not None:
            owner.seed_was_seen()
        made = torch.Generator()
        made.set_state(self.get_state())
        return made.__reduce__()


class _Clone(torch.Generator):
    """A copy of the default generator, whose seed is the default one's."""

    _find: Callable[[], Generators | None]

    def __new__(cls, find: Callable[[], Generators | None]) -> _Clone:
        made = super().__new__(cls)
        made._find = find
        return made

    def initial_seed(self) -> int:
        owner = self._find()
        if owner is not None:
            owner.seed_was_seen()
        return super().initial_seed()


class _Own:
    """A generator of the constructor's."""

    def __init__(self, number: int, generator: torch.Generator) -> None:
        self.number = number
        self.generator = generator
        self.state = b""  # as it was left


class _Known(NamedTuple):
    """A state that the default generator had: its number on the tape, and whether it is the same for every seed."""

    mark: int
    seeded: bool


class Generators:
    """Which numbers generators have on the tape, and what state they are in.

    `writes`: the tape becomes a recording, which must hold for other seeds; nothing has to be left true.
    """

    def __init__(self, tape: Tape, follower: Follower, tracks: Tracks, writes: bool) -> None:
        self._tape = tape
        self._writes = writes
        self._follower = follower
        self._tracks = tracks
        self._own: dict[int, _Own] = {}
        self._known: dict[tuple[bytes, bool], _Known] = {}  # by state, and whether it is the same for every seed
        self._seeded = False  # since the beginning
        self._park()
        self.looks: list[str] = []  # where Python saw the seed

    # ---- the default generator ----

    def give_state(self) -> torch.Tensor:
        """The state of the default generator, which the constructor may come back to, or look at."""
        self.check()
        state = self._follower.state(0)
        if (state, self._seeded) not in self._known:
            self._known[state, self._seeded] = _Known(self._tape.mark(0), self._seeded)
        given = _state_tensor(state)
        track = self._tracks.begin(storage_of(given), None)
        if not self._seeded:
            track.bound, track.drawn = f"get_rng_state at {source.line()}", True
        return given

    def take_state(self, state: torch.Tensor) -> None:
        """The default generator takes a state: one that it gave, or one from elsewhere."""
        track = self._tracks.find(state)
        own = track is not None and track.bound is not None
        self.turn_to(0, bytes_of(state), own)

    def was_seeded(self) -> None:
        """The default generator was, and stands where its seed's stream begins."""
        self._tape.seed(0, DEFAULT.initial_seed())
        self._park()
        self._seeded = True

    def _park(self) -> None:
        self._parked = state_bytes(DEFAULT)
        self._parked_seed = DEFAULT.initial_seed()

    def seed_was_seen(self) -> None:
        if not self._seeded:
            self.looks.append(f"initial_seed at {source.line()}")

    def check(self) -> None:
        """Finds what moved the default generator without asking for it by a name that could be replaced."""
        state = state_bytes(DEFAULT)
        if state == self._parked:
            return
        explained = self._find(state, False) is not None or state == Generator(DEFAULT.initial_seed()).get_state()
        # Numbers that were drawn from where it is parked were not those of where the constructor stands.
        if not explained and (self._writes or drawn_between(self._parked, state) is not None):
            raise fail(
                UnsupportedError,
                f"{source.line()}: something drew from torch's default generator unseen; only the thread that calls "
                "sow.record or sow.fast is followed: build there, and let no other thread draw meanwhile",
            )
        self.turn_to(0, state)

    def leave_true(self) -> None:
        """The default generator as the constructor left it."""
        DEFAULT.set_state(_state_tensor(self._follower.state(0)))

    # ---- all ----

    def is_default(self, generator: torch.Generator | None) -> bool:
        return generator is None or _address(generator) == _address(DEFAULT) or _address(generator) in _stand_ins

    def number(self, generator: torch.Generator | None) -> int:
        """The number of a generator that is about to draw."""
        if generator is None or self.is_default(generator):
            if DEFAULT.initial_seed() != self._parked_seed:
                self.check()
            return 0
        own = self._own.get(_address(generator))
        if own is None:
            own = self._own[_address(generator)] = _Own(len(self._own) + 1, generator)
        state = state_bytes(generator)
        if state != own.state:
            self.turn_to(own.number, state)
            own.state = state
        return own.number

    def drawn(self, generator: torch.Generator | None) -> None:
        """A step drew; a generator that nobody stands in for moves now."""
        if generator is None or self.is_default(generator):
            return
        own = self._own[_address(generator)]
        own.state = self._follower.state(own.number)
        generator.set_state(_state_tensor(own.state))

    def turn_to(self, number: int, state: bytes, own: bool = False) -> None:
        """Something brought a generator into a state: back to one that the default one had, or to a place in a seed's
        stream. `own`: it is certain that the default one gave it."""
        if number == 0:
            DEFAULT.set_state(_state_tensor(state))
            self._park()
        known = self._find(state, own)
        if known is not None:
            if not own and (state, False) in self._known:
                self._doubt(state)
            self._tape.restore(known.mark, number)
            if number == 0:
                self._seeded = known.seeded
            return
        seed = int.from_bytes(state[:8], "little")
        drawn = drawn_between(Generator(seed).get_state(), state)
        if drawn is None:
            raise fail(
                UnsupportedError,
                f"{source.line()}: a generator was brought into a state that is no number of words after its seed "
                f"{seed}; seed it, or go back to a state that the constructor itself asked for",
            )
        self._tape.seed(number, seed)
        self._pass(number, drawn)
        if number == 0:
            self._seeded = True

    def _find(self, state: bytes, own: bool) -> _Known | None:
        """A state that the default generator had; `own`: rather the one that followed the run's seed."""
        return self._known.get((state, not own)) or self._known.get((state, own))

    def _doubt(self, state: bytes) -> None:
        """A generator may have been seeded as this run is, or follow the run's seed."""
        seed = int.from_bytes(state[:8], "little")
        self.looks.append(
            f"a generator that may follow this run's seed or have been seeded with {seed}, which recording with "
            f"another seed would tell, at {source.line()}"
        )

    @contextmanager
    def true(self, generator: torch.Generator | None) -> Iterator[torch.Generator]:
        """torch draws by itself: the generator is in its true state, and the words that go are passed over."""
        number = self.number(generator)
        if number == 0:
            self.check()
        used = DEFAULT if number == 0 else generator
        assert used is not None
        before = self._follower.state(number)
        used.set_state(_state_tensor(before))
        try:
            yield used
        finally:
            after = state_bytes(used)
            if number == 0:
                DEFAULT.set_state(_state_tensor(self._parked))
            else:
                self._own[_address(used)].state = after
            drawn = drawn_between(before, after)
            if drawn is None:
                raise fail(
                    UnsupportedError,
                    f"{source.line()}: torch drew numbers here that no step says, and left its generator where no "
                    "count of words and of normals leads: do this outside",
                )
            self._pass(number, drawn)

    def _pass(self, number: int, drawn: Drawn) -> None:
        """Moves a generator on the tape past what was drawn from it."""
        if drawn.took:
            self._draw_normal(number)
        if drawn.since is None:
            self._tape.skip(number, drawn.words)
            return
        self._tape.skip(number, drawn.words - PAIR - drawn.since)
        self._draw_normal(number)
        self._tape.skip(number, drawn.since)

    def _draw_normal(self, number: int) -> None:
        """The one that waits, or one of a pair, of which the other waits then; nothing keeps it."""
        target = whole(Storage("float64", 1))
        self._tape.step(target, "normal_", ("mean=0.0", "std=1.0"), source.line(), draws=True, generator=number)
