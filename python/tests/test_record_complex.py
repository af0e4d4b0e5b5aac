"""Complex parameters and buffers: drawn, scaled, copied and put together as torch does it, to the bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from recorded import Program, built, check, check_bound, check_fast, same_as

import sow

Tensors = dict[str, torch.Tensor]


class Spectral(torch.nn.Module):
    """A layer of a Fourier neural operator, as many write it."""

    def __init__(self, inside: int = 5, outside: int = 4, modes: int = 3) -> None:
        super().__init__()
        scale = 1 / (inside * outside)
        self.weights1 = torch.nn.Parameter(scale * torch.rand(inside, outside, modes, modes, dtype=torch.cfloat))
        self.weights2 = torch.nn.Parameter(scale * torch.rand(inside, outside, modes, modes, dtype=torch.cfloat))
        self.linear = torch.nn.Linear(inside, outside)
        self.register_buffer("angles", torch.polar(torch.ones(7), torch.arange(7.0)))
        self.register_buffer("temporary", torch.polar(torch.ones(7), torch.arange(7.0)), persistent=False)


def module(change: Callable[[torch.Tensor], Any], dtype: torch.dtype = torch.cfloat) -> Callable[[], torch.nn.Module]:
    """A module with a parameter that was changed in place."""

    def make() -> torch.nn.Module:
        made = torch.nn.Linear(3, 2)
        made.weights = torch.nn.Parameter(torch.zeros(6, 5, dtype=dtype))
        with torch.no_grad():
            change(made.weights)
        return made

    return make


def of(make: Callable[[], torch.Tensor]) -> Callable[[], Tensors]:
    return lambda: {"w": make(), "after": torch.rand(3)}


def cfloat(*sizes: int) -> torch.Tensor:
    return torch.randn(*sizes, dtype=torch.cfloat)


CONSTRUCTORS: dict[str, Callable[[], Any]] = {
    "spectral convolution": Spectral,
    "normal_": module(lambda w: w.normal_(0.5, 0.02)),
    "normal_ of few": of(lambda: torch.empty(3, dtype=torch.cfloat).normal_(0, 2)),
    "uniform_": module(lambda w: w.uniform_(-0.1, 0.1)),
    "xavier_uniform_": module(torch.nn.init.xavier_uniform_),
    "kaiming_normal_": module(torch.nn.init.kaiming_normal_),
    "after trunc_normal_": of(lambda: (torch.nn.init.trunc_normal_(torch.empty(3)), cfloat(1))[1]),
    "constants": module(lambda w: (w.fill_(0.5), w[1].zero_(), w[:, 2].fill_(-1))),
    "ones": of(lambda: torch.ones(4, 3, dtype=torch.cfloat)),
    "full": of(lambda: torch.full((4, 3), 0.25, dtype=torch.cfloat)),
    "like others": of(lambda: torch.rand_like(torch.zeros_like(cfloat(4, 3)))),
    "scaled in place": module(lambda w: w.normal_().mul_(-0.3)),
    "scaled twice": of(lambda: cfloat(40, 9) * 0.02 * -3),
    "a number first": of(lambda: math.sqrt(2) * cfloat(40, 9)),
    "by a whole number": of(lambda: cfloat(40, 9) * 2),
    "transposed": of(lambda: cfloat(6, 5).t() * 0.1),
    "strided": of(lambda: cfloat(6, 10)[:, ::2]),
    "sums": of(lambda: cfloat(6, 5) + cfloat(5) - cfloat(6, 1)),
    "negative": of(lambda: -cfloat(6, 5)),
    "changed in place": of(lambda: cfloat(6, 5).neg_().add_(cfloat(5)).sub_(cfloat(6, 1))),
    "copied": of(lambda: cfloat(6, 5).clone().contiguous()),
    "permuted, contiguous": of(lambda: cfloat(6, 5, 4).permute(2, 0, 1).contiguous()),
    "copied into a part": of(lambda: torch.zeros(8, 5, dtype=torch.cfloat).index_fill_(0, torch.tensor([1]), 2.0)),
    "rows copied": module(lambda w: w[2:4].copy_(cfloat(2, 5))),
    "of its parts": of(lambda: torch.complex(torch.randn(4, 3), torch.rand(4, 3))),
    "of a part and zeros": of(lambda: torch.complex(torch.randn(4, 3), torch.zeros(4, 3))),
    "of a part and numbers": of(lambda: torch.complex(torch.randn(4, 3), torch.arange(3.0))),
    "of pairs": of(lambda: torch.view_as_complex(torch.randn(4, 3, 2) * 0.1)),
    "of stacked parts": of(lambda: torch.view_as_complex(torch.stack([torch.randn(4, 3), torch.rand(4, 3)], -1))),
    "its parts changed": module(lambda w: (w.real.normal_(), w.imag.uniform_(), w.real[0].mul_(2))),
    "double": of(lambda: {"w": torch.view_as_real(torch.randn(4, 3, dtype=torch.cdouble) * 0.5)}["w"]),
    "empty": of(lambda: torch.randn(0, 3, dtype=torch.cfloat)),
    "one number": of(lambda: torch.randn((), dtype=torch.cfloat)),
}


@pytest.mark.parametrize("name", CONSTRUCTORS)
def test_recorded(name: str, program: Program, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name == "double":
        request.getfixturevalue("sincos_is_followed")
    check(CONSTRUCTORS[name], program, tmp_path)
    check_fast(CONSTRUCTORS[name])


@pytest.mark.parametrize("size", [3, 8, 120])
def test_negative_zeros_are_torchs_within_fast(size: int) -> None:
    check_fast(of(lambda: -torch.ones(size, dtype=torch.cfloat)))
    check_fast(of(lambda: torch.ones(size, dtype=torch.cfloat).neg_()))


@pytest.mark.filterwarnings("ignore:ComplexHalf support is experimental")
@pytest.mark.parametrize("dtype", [torch.complex32, torch.float8_e4m3fn, torch.float8_e5m2], ids=str)
def test_types_of_no_step_are_torchs_to_fill(dtype: torch.dtype) -> None:
    def make() -> Tensors:
        twos = torch.full_like(torch.empty(3, 4, dtype=dtype).fill_(1), 2)
        return {
            "w": torch.randn(3, 4) * torch.full((4,), 2, dtype=dtype).to(torch.cfloat).real,
            "v": twos.to(torch.cfloat),
        }

    try:
        make()
    except RuntimeError as refusal:  # "fill_cpu" not implemented for 'Float8_e5m2', in 2.4
        pytest.skip(str(refusal))
    check_fast(make)


@pytest.mark.filterwarnings("ignore:.*writes nothing")
def test_signs_of_zeros() -> None:
    """What torch makes of (a + bi)(y + 0i) has other zeros than a*y and b*y."""
    zeros = torch.tensor([0.0, -0.0, 1.0, -1.0, 1e-9, -1e-9])
    for factor in (0.5, -0.5, 0.0, -0.0, 1e-3):

        def make(factor: float = factor) -> Tensors:
            parts = torch.randn(6, 6, 2) * 0  # zeros of both signs, which are no literal
            parts[:, :, 0] += zeros
            parts[:, :, 1] += zeros[:, None]
            return {"w": torch.view_as_complex(parts) * factor}

        recording = sow.record(make)
        assert recording.bound == []
        for seed in (0, 1):
            wanted, _ = built(make, seed)
            assert recording.plan(seed)["w"].tobytes() == wanted["w"].numpy().tobytes()


BOUND: dict[str, Callable[[], torch.Tensor]] = {
    "mul": lambda: cfloat(4, 3) * cfloat(3),
    "exp": lambda: cfloat(4).exp(),
    "polar": lambda: torch.polar(torch.rand(4), torch.rand(4)),
    "resolve_conj": lambda: (cfloat(4).conj() + 0).resolve_conj(),
}


@pytest.mark.parametrize("name", BOUND)
def test_bound(name: str) -> None:
    check_bound(of(BOUND[name]), "")


def test_ties_stay() -> None:
    def make() -> torch.nn.Module:
        model = Spectral()
        model.weights2 = model.weights1
        return model

    plan = sow.record(make).plan(3)
    assert plan.tied_to("weights2") == "weights1"


def test_filled_and_materialized() -> None:
    recording = sow.record(Spectral)
    wanted, _ = built(Spectral, 7)
    state = bytes(torch.get_rng_state().numpy().tobytes())
    model = Spectral()
    recording.fill(model, seed=7)
    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    assert same_as(model, wanted, state) == []
    with torch.device("meta"):
        model = Spectral()
    sow.materialize(model, recording, seed=7)
    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))
    assert same_as(model, wanted, state) == []


def test_blocks_and_out() -> None:
    plan = sow.record(lambda: {"w": cfloat(6, 5) * 0.1}).plan(2)
    whole = plan["w"]
    assert whole.dtype == "complex64"
    assert plan.dtype("w") == "complex64"
    assert plan.block("w", (slice(1, 4), slice(0, 3))).tobytes() == whole[1:4, :3].tobytes()
    out = torch.empty(3, 5, dtype=torch.cfloat)
    plan.block("w", slice(2, 5), out=out)
    assert out.numpy().tobytes() == whole[2:5].tobytes()
    with pytest.raises(sow.LayoutError, match="or the conjugate, of what its memory holds"):
        plan.block("w", slice(2, 5), out=out.conj())


def test_a_real_model_is_not_filled_with_complex_numbers() -> None:
    recording = sow.record(lambda: {"w": cfloat(6, 5)})
    model = torch.nn.Module()
    model.register_buffer("w", torch.zeros(6, 5, dtype=torch.int64))
    with pytest.raises(sow.DtypeError, match="w is of int64 in the model and of complex64"):
        recording.fill(model, seed=1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: torch.randn(3, dtype=torch.cdouble), "elements of torch.complex128"),
        (lambda: cfloat(3).conj(), "call resolve_conj"),
    ],
)
def test_refused(make: Callable[[], torch.Tensor], message: str) -> None:
    with pytest.raises(sow.UnsupportedError, match=message):
        sow.record(lambda: {"w": make()})


def test_other_default_dtypes() -> None:
    recording = sow.record(lambda: {"w": cfloat(6, 5)})
    with pytest.raises(sow.DtypeError, match="pairs of float32, and the other tensor is float64"):
        recording.plan(1, dtype="float64")
    assert recording.plan(1, cast="bfloat16").dtype("w") == "complex64"
