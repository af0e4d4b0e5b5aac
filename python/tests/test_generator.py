"""sow.Generator is torch's generator."""

from __future__ import annotations

import copy
import pickle

import numpy
import pytest
import torch

import sow


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1, -1, -(2**63)])
def test_words_and_state_are_torchs(seed: int) -> None:
    generator, theirs = sow.Generator(seed), torch.Generator().manual_seed(seed)
    assert generator.get_state() == theirs.get_state().numpy().tobytes()
    uniform = torch.empty(1000).uniform_(generator=theirs)  # the low 24 bits of each word
    assert (generator.random(1000) % 2**24 / 2**24).tolist() == uniform.tolist()
    assert generator.get_state() == theirs.get_state().numpy().tobytes()
    assert generator.initial_seed() == theirs.initial_seed()


def test_skipping_is_drawing() -> None:
    drawn, skipped = sow.Generator(7), sow.Generator(7)
    drawn.random(100_003)
    skipped.skip(100_003)
    assert drawn.random(5).tolist() == skipped.random(5).tolist()
    skipped.skip(2**60)
    assert len(set(skipped.random(5).tolist())) == 5


def test_seeding_starts_anew() -> None:
    generator = sow.Generator(3)
    first = generator.random(5)
    assert generator.manual_seed(3) is generator
    assert numpy.array_equal(generator.random(5), first)
    assert generator.random(0).shape == (0,)


@pytest.mark.parametrize("kind", ["bytes", "tensor", "array"])
def test_states_go_in(kind: str) -> None:
    theirs = torch.Generator().manual_seed(5)
    torch.empty(3).normal_(generator=theirs)  # leaves a cached normal
    state = theirs.get_state()
    generator = sow.Generator()
    generator.set_state({"bytes": state.numpy().tobytes(), "tensor": state, "array": state.numpy()}[kind])
    assert generator.get_state() == state.numpy().tobytes()


def test_states_that_are_none() -> None:
    generator = sow.Generator(3)
    before = generator.get_state()
    for bad in (b"", bytes(5056), before[:-1]):
        with pytest.raises(sow.StateError):
            generator.set_state(bad)
    with pytest.raises(TypeError):
        generator.set_state(5056)
    assert generator.get_state() == before


def test_copies_are_of_their_own() -> None:
    generator = sow.Generator(3, "2.6")
    generator.random(7)
    expected = sow.Generator(3).random(17).tolist()[7:]
    others = copy.copy(generator), copy.deepcopy(generator), pickle.loads(pickle.dumps(generator))
    for other in (*others, generator):
        assert other.edition == "2.1"
        assert other.random(10).tolist() == expected


def test_refusals() -> None:
    for seed in (2**64, -(2**63) - 1):
        with pytest.raises(sow.InvalidArgumentError):
            sow.Generator(seed)
    with pytest.raises(TypeError):
        sow.Generator(1.5)  # type: ignore[arg-type]
    with pytest.raises(sow.UnknownNameError):
        sow.Generator(0, "1.12")
    with pytest.raises(OverflowError):
        sow.Generator().skip(-1)
    with pytest.raises(ValueError, match="negative"):
        sow.Generator().random(-1)


def test_repr() -> None:
    assert repr(sow.Generator(9, "1.13")) == "<sow.Generator of torch 1.13, seed 9>"
