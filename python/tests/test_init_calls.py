"""Random calls of sow.init beside torch.nn.init: bits, generators, errors, warnings."""

from __future__ import annotations

import inspect
import random
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch

import sow

DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16]
FUNCTIONS = [name for name in sow.init.__all__ if name.endswith("_")]

pytestmark = pytest.mark.usefixtures("everything_is_sows")


def shape_of(rng: random.Random, name: str) -> tuple[int, ...]:
    ndim = {"eye_": 2, "sparse_": 2, "dirac_": rng.randint(3, 5)}.get(name, rng.randint(1, 4))
    if name.startswith(("xavier", "kaiming", "orthogonal")):
        ndim = max(ndim, 2)
    largest = {1: 5000, 2: 70, 3: 17, 4: 8, 5: 5}[ndim]
    return tuple(rng.randint(1, largest) for _ in range(ndim))


def arguments_of(rng: random.Random, name: str, shape: tuple[int, ...]) -> dict[str, Any]:
    number = rng.choice([0.0, 0.02, 0.5, 1.0, 1 / 3, 2])
    if name == "uniform_":
        return rng.choice([{}, {"a": -number, "b": number}, {"a": number, "b": number + 1}])
    if name == "normal_":
        return rng.choice([{}, {"std": number}, {"mean": number, "std": 0.3}])
    if name == "trunc_normal_":
        std = number or 1.0
        return rng.choice([{}, {"std": 0.02}, {"mean": 0.1, "std": std, "a": -2 * std, "b": 3 * std}])
    if name == "constant_":
        return {"val": rng.choice([number, -number, float("nan"), float("inf")])}
    if name == "dirac_":
        return {"groups": rng.choice([g for g in range(1, shape[0] + 1) if shape[0] % g == 0])}
    if name == "sparse_":
        return {"sparsity": rng.choice([0.1, 0.5, 1.0, 0.0, -0.3]), "std": number}
    if name.startswith("kaiming"):
        mode, slope = rng.choice(["fan_in", "fan_out", "FAN_OUT"]), rng.choice([0, 0.2, 5**0.5])
        return {"a": slope, "mode": mode, "nonlinearity": rng.choice(["leaky_relu", "relu", "tanh", "selu", "linear"])}
    return rng.choice([{}, {"gain": number}]) if name.startswith(("xavier", "orthogonal")) else {}


def layout_of(rng: random.Random) -> Callable[[torch.Tensor], torch.Tensor]:
    """A view of a tensor of the same sizes: itself, transposed, every other one, an offset, channels last."""
    kind = rng.choice(["whole", "whole", "transposed", "strided", "offset", "channels_last"])

    def laid(whole: torch.Tensor) -> torch.Tensor:
        if kind == "transposed":
            return whole.T.contiguous().T if whole.ndim == 2 else whole
        if kind == "strided":
            return whole.new_zeros([2 * size for size in whole.shape])[tuple(slice(None, None, 2) for _ in whole.shape)]
        if kind == "offset":
            return whole.new_zeros(whole.numel() + 3)[3:].view(whole.shape)
        if kind == "channels_last" and whole.ndim == 4:
            return whole.to(memory_format=torch.channels_last)
        return whole

    return laid


def run(
    function: Callable[..., Any],
    make: Callable[[], torch.Tensor],
    arguments: dict[str, Any],
    seed: int,
    given: bool,
    before: int,
) -> tuple[Any, ...]:
    """Everything that can be seen of a call: memory, both generators, what it raised, its warnings."""
    tensor = make()
    own = torch.Generator().manual_seed(seed + 1)
    torch.manual_seed(seed)
    torch.empty(before).normal_()  # leaves a cached normal where the count is odd
    torch.empty(before).normal_(generator=own)
    told: Any = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(tensor, **arguments, **({"generator": own} if given else {}))
            assert result is tensor
        except Exception as error:
            told = type(error), str(error)
    memory = torch.empty(0, dtype=torch.uint8).set_(tensor.untyped_storage()).numpy().tobytes()
    states = torch.get_rng_state().numpy().tobytes(), own.get_state().numpy().tobytes()
    return memory, states, told, [str(one.message) for one in caught]


@pytest.mark.usefixtures("sincos_is_followed")
@pytest.mark.parametrize("part", range(10))
def test_random_calls(part: int) -> None:
    rng = random.Random(part)
    for _ in range(200):
        name = rng.choice(FUNCTIONS)
        shape = shape_of(rng, name)
        arguments = arguments_of(rng, name, shape)
        dtype, laid = rng.choice(DTYPES), layout_of(rng)
        takes_generator = "generator" in inspect.signature(getattr(torch.nn.init, name)).parameters
        given, seed, before = takes_generator and rng.random() < 0.5, rng.randrange(2**32), rng.randint(0, 20)

        def make(shape: Any = shape, dtype: Any = dtype, laid: Any = laid) -> torch.Tensor:
            made: torch.Tensor = laid(torch.zeros(shape, dtype=dtype))
            return made

        call = (make, arguments, seed, given, before)
        said = f"{name} {shape} {dtype} strides {make().stride()} {arguments} generator {given} seed {seed} {before}"
        assert run(getattr(sow.init, name), *call) == run(getattr(torch.nn.init, name), *call), said


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ["uniform_", "normal_", "trunc_normal_", "kaiming_uniform_"])
def test_large_tensors_by_threads(name: str, dtype: torch.dtype, request: pytest.FixtureRequest) -> None:
    if dtype == torch.float64:
        request.getfixturevalue("sincos_is_followed")

    def make() -> torch.Tensor:
        return torch.zeros(2**20 + 37, 3, dtype=dtype)

    assert run(getattr(sow.init, name), make, {}, 3, False, 0) == run(
        getattr(torch.nn.init, name), make, {}, 3, False, 0
    )


@pytest.mark.parametrize("gain", [float("nan"), float("inf"), 1e308])
def test_odd_numbers(gain: float) -> None:
    def make() -> torch.Tensor:
        return torch.zeros(8, 8)

    call = (make, {"gain": gain}, 0, False, 0)
    assert run(sow.init.xavier_normal_, *call) == run(torch.nn.init.xavier_normal_, *call)
