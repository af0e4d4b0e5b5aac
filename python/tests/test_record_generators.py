"""torch's generators within a constructor: seeded, forked, looked at, one's own; and draws that no step says."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from recorded import Program, check, check_fast, check_look
from torch import nn

import sow

early_seed = torch.manual_seed


def own(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(5)
    torch.randperm(700, generator=generator)
    return torch.randn(*shape, generator=generator)


def own_and_shared() -> dict[str, torch.Tensor]:
    generator = torch.Generator()
    generator.manual_seed(8)
    first = torch.empty(3, 4).normal_(generator=generator)
    between = torch.rand(5)
    second = nn.init.trunc_normal_(torch.empty(30), generator=generator)
    state = generator.get_state()
    third = torch.rand(3, generator=generator)
    generator.set_state(state)
    return {"a": first, "b": between, "c": second, "d": third, "e": torch.rand(3, generator=generator)}


def forked() -> dict[str, torch.Tensor]:
    first = torch.randn(3)
    with torch.random.fork_rng(devices=[]):
        inside = torch.randn(4)
        torch.manual_seed(3)
        seeded = torch.randn(20)
    return {"first": first, "inside": inside, "seeded": seeded, "after": torch.randn(2)}


def gone_back() -> dict[str, torch.Tensor]:
    torch.rand(7)
    state = torch.get_rng_state()
    first = torch.rand(3)
    torch.set_rng_state(state)
    torch.default_generator.set_state(state)
    return {"first": first, "again": torch.rand(3), "more": torch.randn(3)}


def looked_back() -> dict[str, torch.Tensor]:
    """A state that nobody goes back to before one that somebody does."""
    torch.get_rng_state()
    return {"a": torch.rand(2), **forked()}


def seeded_by_old_name() -> dict[str, torch.Tensor]:
    early_seed(11)
    return {"a": torch.rand(3), "b": torch.rand(3, generator=torch.default_generator)}


def dead_draws() -> dict[str, torch.Tensor]:
    """Whatever else draws moves the stream by its words."""
    torch.randperm(2000)
    torch.empty(5).exponential_()
    torch.randint(9, (700,))
    nn.functional.dropout(torch.ones(10))
    torch.bernoulli(torch.full((3,), 0.5))
    nn.init.orthogonal_(torch.empty(4, 4))
    return {"a": torch.rand(4), "b": torch.randn(5)}


def halves_of_pairs() -> dict[str, torch.Tensor]:
    """Draws of which no step tells leave a normal, take one, and take one and leave another."""
    torch.empty(3).log_normal_()
    first = torch.rand(4)
    torch.empty(5).log_normal_()
    second = torch.randn(2)
    torch.empty(1).log_normal_()
    torch.empty(2).log_normal_()
    return {"first": first, "second": second, "third": torch.randn(3), "fourth": torch.randn(20)}


def own_half_of_a_pair() -> dict[str, torch.Tensor]:
    """A generator that others drew from before."""
    generator = torch.Generator().manual_seed(4)
    with torch.utils._python_dispatch._disable_current_modes():
        torch.randn(3, generator=generator)
        torch.rand(700, generator=generator)
    return {"a": torch.randn(2, generator=generator), "b": torch.rand(3)}


CASES: dict[str, Callable[[], dict[str, torch.Tensor]]] = {
    "own": lambda: {"a": torch.rand(3), "b": own(20), "c": torch.rand(2)},
    "own and shared": own_and_shared,
    "forked": forked,
    "gone back": gone_back,
    "looked back": looked_back,
    "seeded by an old name": seeded_by_old_name,
    "dead draws": dead_draws,
    "halves of pairs": halves_of_pairs,
    "half of a pair of one's own": own_half_of_a_pair,
}


@pytest.mark.parametrize("name", CASES)
def test_recorded(name: str, program: Program, tmp_path: Path) -> None:
    check(CASES[name], program, tmp_path)


@pytest.mark.parametrize("name", CASES)
def test_fast(name: str) -> None:
    check_fast(CASES[name])


def gammas() -> dict[str, torch.Tensor]:
    """A sample takes a normal, and words after it; how many it tries depends on them."""
    made = {}
    for count in range(1, 8):
        made[f"sampled {count}"] = torch._standard_gamma(torch.full((count,), 0.3 * count))
        made[f"drawn {count}"] = torch.randn(count)
    return made


@pytest.mark.parametrize("build", [gammas, lambda: {"a": torch.empty(3).log_normal_(), "b": torch.randn(2)}])
def test_fast_after_half_of_a_pair(build: Callable[[], dict[str, torch.Tensor]]) -> None:
    for seed in range(20):
        check_fast(build, seed)


def far_behind_its_seed() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(4)
    with torch.utils._python_dispatch._disable_current_modes():
        torch.randn(30_000_000, generator=generator)
    return {"a": torch.randn(20, generator=generator)}


def test_fast_far_behind_a_seed() -> None:
    check_fast(far_behind_its_seed)


def test_stand_in_tells_the_truth() -> None:
    def build() -> torch.Tensor:
        seen.append((torch.get_rng_state(), torch.default_generator.get_state(), torch.initial_seed()))
        drawn = torch.randn(30)
        seen.append((torch.get_rng_state(), torch.default_generator.get_state(), torch.initial_seed()))
        return drawn

    seen: list[tuple[torch.Tensor, torch.Tensor, int]] = []
    torch.manual_seed(9)
    build()
    torch.manual_seed(9)
    with sow.fast():
        build()
    for plain, fast in zip(seen[:2], seen[2:]):
        assert torch.equal(plain[0], fast[0])
        assert torch.equal(plain[1], fast[1])
        assert plain[2] == fast[2]


def test_recording_leaves_the_generator_alone() -> None:
    torch.manual_seed(4)
    torch.randn(3)
    state = torch.get_rng_state()
    sow.record(lambda: nn.Linear(3, 4), seed=77)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.initial_seed() == 4


def test_fast_goes_on_where_the_stream_is() -> None:
    torch.manual_seed(4)
    torch.randn(3)
    wanted = nn.Linear(30, 40)
    torch.manual_seed(4)
    torch.randn(3)
    with sow.fast():
        made = nn.Linear(30, 40)
    assert torch.equal(made.weight, wanted.weight)


def test_an_own_generator_is_moved() -> None:
    """Whoever made it finds it where torch would have left it."""
    ours, theirs = (torch.Generator().manual_seed(3) for _ in range(2))
    torch.randn(40, generator=theirs)
    sow.record(lambda: torch.randn(40, generator=ours))
    assert torch.equal(ours.get_state(), theirs.get_state())


def test_unknown_state() -> None:
    state = torch.Generator().manual_seed(3).get_state()
    state[24 + 8 * 9] ^= 1
    with pytest.raises(sow.UnsupportedError, match=r"generators.py:\d+: .*no number of words after its seed"):
        sow.record(lambda: torch.set_rng_state(state))


@pytest.mark.parametrize("state", [torch.zeros(3, dtype=torch.uint8), torch.zeros(5056), None])
def test_refused_state(state: Any) -> None:
    with pytest.raises((RuntimeError, TypeError)):
        sow.record(lambda: torch.set_rng_state(state))


def test_bound() -> None:
    """A draw that no step says is named; the rest serves every seed."""
    recording = sow.record(lambda: {"order": torch.randperm(9), "x": torch.rand(3)}, seed=6)
    assert len(recording.bound) == 1
    assert recording.bound[0].startswith("randperm at ")
    assert "test_record_generators.py:" in recording.bound[0]
    torch.manual_seed(6)
    assert recording.plan()["order"].tolist() == torch.randperm(9).tolist()
    with pytest.raises(sow.InvalidArgumentError, match=r"1 tensor holds the numbers of seed 6.*order"):
        recording.plan(7)


def test_the_number_of_words_is_not_known() -> None:
    recording = sow.record(lambda: {"a": torch.poisson(torch.full((5,), 3.0)), "b": torch.rand(3)})
    assert "poisson at " in recording.bound[0]
    with pytest.raises(sow.InvalidArgumentError, match="looked at random numbers"):
        recording.plan(1)


def test_seed_that_was_seen() -> None:
    recording = sow.record(lambda: torch.rand(3, generator=torch.Generator().manual_seed(torch.initial_seed())), seed=2)
    assert recording.bound[0].startswith("initial_seed at ")
    recording.plan(2)
    with pytest.raises(sow.InvalidArgumentError, match="looked at random numbers"):
        recording.plan(1)


def seeded_as_the_run() -> dict[str, torch.Tensor]:
    """By the state alone the generator could be a copy of the default one."""
    with torch.random.fork_rng(devices=[]):
        pass
    return {"x": torch.rand(4, generator=torch.Generator().manual_seed(0))}


def state_of_the_runs_seed() -> dict[str, torch.Tensor]:
    torch.get_rng_state()
    torch.set_rng_state(torch.Generator().manual_seed(0).get_state())
    return {"x": torch.rand(4)}


@pytest.mark.parametrize("build", [seeded_as_the_run, state_of_the_runs_seed])
def test_a_state_that_says_two_things(
    build: Callable[[], dict[str, torch.Tensor]], program: Program, tmp_path: Path
) -> None:
    recording = sow.record(build, seed=0)
    assert "seeded with 0" in recording.bound[0]
    with pytest.raises(sow.InvalidArgumentError, match="looked at random numbers"):
        recording.plan(1)
    check(build, program, tmp_path, seeds=(3, 0, 1))


@pytest.mark.parametrize(
    "seed",
    [
        lambda: int(torch.get_rng_state()[24]),
        lambda: int(torch.get_rng_state().sum()),
        lambda: torch.default_generator.clone_state().initial_seed() + 1,
    ],
)
def test_numbers_of_a_state_are_looks(seed: Callable[[], int]) -> None:
    def build() -> torch.Tensor:
        torch.manual_seed(seed())
        return torch.rand(3)

    recording = sow.record(build, seed=2)
    torch.manual_seed(2)
    assert recording.plan()["tensor"].tolist() == build().tolist()
    with pytest.raises(sow.InvalidArgumentError, match="looked at random numbers"):
        recording.plan(1)


# ---- seeds within a fork ----


@pytest.mark.parametrize(
    ("name", "look"), [("initial_seed", torch.initial_seed), ("get_rng_state", lambda: int(torch.get_rng_state()[24]))]
)
def test_a_seed_ends_with_its_fork(name: str, look: Callable[[], int]) -> None:
    def build() -> torch.Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(3)
        torch.manual_seed(look() + 1)
        return torch.rand(3)

    check_look(build, f"{name} at ")


def test_one_state_by_a_seed_and_by_the_runs(program: Program, tmp_path: Path) -> None:
    """Which mark it has depends on how it came about, though the bytes are the same."""

    def build() -> dict[str, torch.Tensor]:
        made = {}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            made["seeded"] = torch.randn(20)
            with torch.random.fork_rng(devices=[]):
                made["seeded fork"] = torch.rand(3)
        made["run's"] = torch.randn(20)
        with torch.random.fork_rng(devices=[]):
            made["run's fork"] = torch.rand(3)
        return {**made, "last": torch.rand(3)}

    check(build, program, tmp_path, seeds=(0, 1))


# ---- the default generator, given to somebody ----


def following() -> torch.Generator:
    generator = torch.Generator()
    generator.set_state(torch.get_rng_state())
    return generator


@pytest.mark.parametrize("find", [lambda: torch.default_generator, following])
@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("poisson", lambda generator: torch.poisson(torch.full((5,), 3.0), generator)),
        ("binomial", lambda generator: torch.binomial(torch.full((5,), 9.0), torch.full((5,), 0.3), generator)),
        ("_standard_gamma", lambda generator: torch._standard_gamma(torch.full((5,), 3.0), generator)),
    ],
)
def test_generators_by_position(
    name: str, draw: Callable[[torch.Generator], torch.Tensor], find: Callable[[], torch.Generator]
) -> None:
    check_look(lambda: {"x": draw(find()), "y": torch.rand(3)}, name)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda generator: pickle.loads(pickle.dumps(generator))]
)
def test_copies_of_the_default_generator(duplicate: Callable[[torch.Generator], torch.Generator]) -> None:
    try:
        duplicate(torch.Generator())
    except TypeError:
        pytest.skip("this torch cannot copy generators so")

    def build() -> dict[str, torch.Tensor]:
        torch.rand(3)
        return {"x": torch.rand(4, generator=duplicate(torch.default_generator)), "y": torch.rand(3)}

    check_look(build, "")


def test_who_keeps_the_default_generator_of_a_block_is_warned() -> None:
    kept = []
    with pytest.warns(sow.Warning, match="keeps torch.default_generator"), sow.fast():
        kept.append(torch.default_generator)


def test_a_name_that_keeps_the_default_generator_is_warned_of() -> None:
    with pytest.warns(sow.Warning, match="keeps torch.default_generator"), sow.fast():
        kept = torch.default_generator
    del kept
    with sow.fast():
        draw = torch.default_generator.manual_seed  # serves: it is the true one's
        kept = torch.default_generator
        del kept
    draw(5)


def test_a_normal_that_waits_after_trunc_normal_() -> None:
    """How many it drew again depends on the numbers, and so does whether torch's next draw begins with one."""

    def build() -> torch.Tensor:
        nn.init.trunc_normal_(torch.empty(3))
        torch.empty(1).log_normal_()
        return torch.randn(3)

    check_look(build, "log_normal_ at ")
    check_fast(build, seed=1)
