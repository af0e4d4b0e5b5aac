"""Constructors that draw and initialise within vmap and grad, whose tensors wrap others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from recorded import built, check_bound, check_fast, differences, from_plan
from torch import nn

import sow
from sow._record.initializers import VERSION

T = torch.Tensor


def members(initialize: Callable[[T], T], *shape: int) -> Callable[[], dict[str, T]]:
    """Tensors that each member of a batch initialises for itself."""
    return lambda: {"x": torch.vmap(initialize, randomness="different")(torch.zeros(3, *shape))}


def gradient_of_a_drawn_weight() -> dict[str, T]:
    def loss(weight: T) -> T:
        with torch.no_grad():
            drawn = nn.init.trunc_normal_(weight * 1)
        return (weight * drawn).sum()

    return {"x": torch.func.grad(loss)(torch.rand(3)), "y": torch.rand(3)}


STEPS = {
    "draws": members(lambda x: x.normal_() + torch.rand(5), 5),
    "kaiming": members(nn.init.kaiming_uniform_, 5, 4),
    "xavier": members(lambda x: nn.init.xavier_normal_(x.clone()), 5, 4),
    "dirac": members(nn.init.dirac_, 4, 4, 3),
}
BOUND = {
    "orthogonal": members(nn.init.orthogonal_, 5, 4),
    "sparse": members(lambda x: nn.init.sparse_(x, 0.3), 4, 4),
    "grad": gradient_of_a_drawn_weight,
}


@pytest.mark.parametrize("name", STEPS)
def test_steps(name: str) -> None:
    check_fast(STEPS[name])
    recording = sow.record(STEPS[name])
    assert recording.bound == []
    assert differences(recording.plan(6), from_plan(recording.plan(6)), built(STEPS[name], 6)[0]) == []


@pytest.mark.parametrize("name", BOUND)
def test_bound(name: str) -> None:
    if name == "orthogonal" and VERSION < (2, 5):
        pytest.skip("torch before 2.5 has no orthogonal_ in vmap")
    if name == "grad" and VERSION < (2, 12):
        pytest.skip("trunc_normal_ of torch before 2.12 is followed here, since it draws no number again")
    check_bound(BOUND[name])


def test_prints_are_true() -> None:
    def build() -> dict[str, T]:
        def seen(tensor: T) -> T:
            printed.append(repr(tensor))
            return tensor.sum()

        batch = torch.vmap(lambda x: seen(x.normal_()), randomness="different")(torch.zeros(2, 3))
        return {"x": batch, "y": torch.func.grad(lambda x: seen(x * 2))(torch.rand(3))}

    printed: list[str] = []
    check_fast(build)
    assert printed[:2] == printed[2:]
