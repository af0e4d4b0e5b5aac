"""Norms within a recording: steps where torch adds in the order of docs/fidelity.md, torch's own elsewhere."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy
import pytest
import torch
from torch import nn
from torch.nn import functional

import sow
from sow._record import trial

OTHER_SEED = 5


class Holder(nn.Module):
    value: torch.Tensor

    def __init__(self, make: Callable[[], torch.Tensor]) -> None:
        super().__init__()
        self.register_buffer("value", make())


def is_bound(make: Callable[[], torch.Tensor]) -> bool:
    """Whether the recording holds for its own seed only; where it does not, another seed's bits are torch's."""
    recording = sow.record(lambda: Holder(make))
    if recording.bound:
        return True
    torch.manual_seed(OTHER_SEED)
    wanted = make().numpy()
    made = numpy.asarray(recording.plan(seed=OTHER_SEED)["value"])
    assert made.tobytes() == numpy.ascontiguousarray(wanted).tobytes()
    return False


def dense(chance: random.Random) -> tuple[list[int], list[int]]:
    """Sizes, and which dimensions the norm is taken over."""
    sizes = [chance.choice([1, 2, 3, 5, 8, 16, 17, 33, 64]) for _ in range(chance.randint(1, 4))]
    return sizes, sorted(chance.sample(range(len(sizes)), chance.randint(1, len(sizes))))


@pytest.mark.usefixtures("norms_are_followed")
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_norms_of_dense_tensors(dtype: torch.dtype, request: pytest.FixtureRequest) -> None:
    if dtype == torch.float64:
        request.getfixturevalue("sincos_is_followed")
    chance = random.Random(11)
    followed = 0
    for _ in range(80):
        sizes, dims = dense(chance)
        keep = chance.random() < 0.5
        bound = is_bound(lambda: torch.randn(sizes, dtype=dtype).norm(2, dim=dims, keepdim=keep))  # noqa: B023
        left = [dim for dim in range(len(sizes)) if dim not in dims]
        ends = left in (list(range(len(left))), list(range(len(sizes) - len(left), len(sizes))))
        assert bound is not ends, (sizes, dims)
        followed += not bound
    assert followed > 40


@pytest.mark.parametrize(
    "make",
    [
        lambda: torch.randn(40, 64).t().norm(dim=0),
        lambda: torch.randn(64, 80)[:, ::2].norm(dim=1),
        lambda: torch.randn(3, 64, 70).norm(2, dim=(0, 2)),
        lambda: functional.normalize(torch.randn(64, 40).t(), dim=0),
        lambda: torch.randn(2, 8, 5, 5).to(memory_format=torch.channels_last).norm(),
    ],
)
def test_other_norms_bind_the_recording(make: Callable[[], torch.Tensor]) -> None:
    assert is_bound(make)


def removed() -> nn.Module:
    layer = nn.utils.weight_norm(nn.Linear(33, 17))
    nn.utils.remove_weight_norm(layer)
    return layer


def parametrisation_removed() -> nn.Module:
    layer = nn.utils.parametrizations.weight_norm(nn.Conv1d(16, 32, 5))
    nn.utils.parametrize.remove_parametrizations(layer, "weight")
    return layer


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.usefixtures("norms_are_followed")
@pytest.mark.parametrize("make", [removed, parametrisation_removed])
def test_a_removed_weight_norm_is_torchs_own(make: Callable[[], nn.Module]) -> None:
    recording = sow.record(make, seed=3)
    assert recording.bound
    torch.manual_seed(3)
    wanted = dict(make().named_parameters())
    plan = recording.plan(seed=3)
    for name, tensor in wanted.items():
        assert numpy.asarray(plan[name]).tobytes() == tensor.detach().numpy().tobytes(), name


@pytest.mark.usefixtures("norms_are_followed")
def test_a_torch_that_sums_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its numbers are kept, for the recording's seed, and somebody is told."""
    own = trial._by_step
    monkeypatch.setattr(trial, "_by_step", lambda given, axis: own(given, axis).nextafter(torch.tensor(9.0)))
    trial.norm_agrees.cache_clear()
    try:
        with pytest.warns(sow.Warning, match=r"has other numbers in the norm of torch.float32") as told:
            assert is_bound(lambda: torch.rand(30, 20).norm(2, dim=1))
        assert told[0].filename == __file__
    finally:
        monkeypatch.undo()
        trial.norm_agrees.cache_clear()
    assert not is_bound(lambda: torch.rand(30, 20).norm(2, dim=1))
