"""sow.init.caffe, .keras and .jax: the library's rows as functions, on torch's tensors and NumPy's arrays."""

from __future__ import annotations

import inspect
import os
import subprocess
from typing import Any

import numpy
import pytest
import torch

import sow

CALLS: list[tuple[Any, str, dict[str, Any], tuple[int, ...]]] = [
    (sow.init.caffe, "xavier_", {"variance_norm": "AVERAGE"}, (31, 30)),
    (sow.init.caffe, "gaussian_", {"std": 0.1, "sparse": 3}, (31, 30)),
    (sow.init.caffe, "positive_unitball_", {}, (31, 30)),
    (sow.init.caffe, "bilinear_", {}, (2, 1, 4, 4)),
    (sow.init.keras, "he_normal_", {"layout": "torch"}, (31, 30)),
    (sow.init.keras, "variance_scaling_", {"scale": 2, "mode": "fan_avg", "distribution": "uniform"}, (31, 30)),
    (sow.init.keras, "stft_", {"window": None, "periodic": True}, (31, 1, 9)),
    (sow.init.jax, "lecun_normal_", {"in_axis": [0, 1], "out_axis": -1}, (3, 5, 30)),
    (sow.init.jax, "truncated_normal_", {"stddev": numpy.float32(0.5), "upper": float("inf")}, (31, 30)),
]
IDS = [name for _, name, _, _ in CALLS]


def test_every_row_has_a_function() -> None:
    program = os.environ.get("SOW_PROGRAM", "sow")
    shown = subprocess.run([program, "list", "initializers"], capture_output=True, check=True)
    rows = [line for line in shown.stdout.decode().splitlines() if "." in line.split("(")[0]]
    assert len(rows) >= 30
    for row in rows:
        framework, rest = row.split(".", 1)
        name, signature = rest.split("(", 1)
        function = getattr(getattr(sow.init, framework), f"{name}_")
        assert function.__module__ == f"sow.init.{framework}"
        inside = ", ".join(part for part in ("tensor", signature.rstrip(")"), "*, generator=None") if part)
        assert str(inspect.signature(function)) == f"({inside})"
    for module in (sow.init.caffe, sow.init.keras, sow.init.jax):
        assert len([row for row in rows if row.startswith(module.__name__.rsplit(".", 1)[1])]) == len(module.__all__)


def test_they_are_imported_as_modules() -> None:
    from sow.init.keras import he_normal_  # type: ignore[import-not-found]

    assert he_normal_ is sow.init.keras.he_normal_


@pytest.mark.parametrize(("module", "name", "keywords", "shape"), CALLS, ids=IDS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_tensors_and_arrays_are_alike(
    module: Any, name: str, keywords: dict[str, Any], shape: tuple[int, ...], dtype: str
) -> None:
    import ml_dtypes

    function = getattr(module, name)
    array: Any = numpy.zeros(shape, ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    generator = sow.Generator(4)
    assert function(array, generator=generator, **keywords) is array
    assert array.astype("float64").any()

    torch.manual_seed(4)
    tensor = torch.zeros(shape, dtype=getattr(torch, dtype))
    assert function(tensor, **keywords) is tensor
    assert tensor.view(torch.uint8).numpy().tobytes() == array.tobytes()
    assert torch.get_rng_state().numpy().tobytes() == generator.get_state()

    own = torch.Generator().manual_seed(4)
    other = torch.zeros(2, *shape, dtype=getattr(torch, dtype))[1]
    assert torch.equal(function(other, generator=own, **keywords), tensor)
    assert torch.equal(own.get_state(), torch.get_rng_state())


def test_a_plan_has_the_same_values() -> None:
    model = sow.shapes("weight float32 [31, 30]\n")
    rules = "named_parameters:\n  weight = keras.he_normal(layout='torch')\n"
    array = sow.init.keras.he_normal_(numpy.empty((31, 30), "float32"), layout="torch", generator=sow.Generator(7))
    assert model.plan(seed=7, rules=rules)["weight"].tobytes() == array.tobytes()


def test_parameters_are_filled_without_gradients() -> None:
    linear = torch.nn.Linear(30, 20)
    version = linear.weight._version
    torch.manual_seed(1)
    assert sow.init.keras.he_normal_(linear.weight, layout="torch") is linear.weight
    assert linear.weight.requires_grad
    assert linear.weight.grad_fn is None
    assert linear.weight._version > version
    deviation = float(linear.weight.detach().std())
    assert abs(deviation - (2 / 30) ** 0.5) < 0.03
    assert linear(torch.ones(30)).sum().backward() is None


def test_what_the_library_cannot_reach_is_copied() -> None:
    class Own(torch.Tensor):
        pass

    torch.manual_seed(2)
    expected = sow.init.caffe.msra_(torch.zeros(20, 30))
    for tensor in (
        torch.zeros(20, 30).as_subclass(Own),
        torch.zeros(20, 30, requires_grad=True).clone(),
        torch._neg_view(torch.zeros(20, 30)),
    ):
        torch.manual_seed(2)
        assert sow.init.caffe.msra_(tensor) is tensor
        assert torch.equal(tensor.detach().as_subclass(torch.Tensor), expected)
    state = torch.get_rng_state()
    assert sow.init.caffe.msra_(torch.zeros(20, 30, device="meta")).is_meta
    assert torch.equal(state, torch.get_rng_state())
    assert sow.init.keras.he_normal_(torch.zeros(0, 3)).shape == (0, 3)


def test_strided_tensors() -> None:
    whole = torch.zeros(10, 40)
    sow.init.jax.he_uniform_(whole[:, ::2], generator=torch.Generator().manual_seed(3))
    assert (whole[:, 1::2] == 0).all()
    assert (whole[:, ::2] != 0).all()


def test_refusals() -> None:
    with pytest.raises(sow.InvalidArgumentError, match="draws random numbers and needs a generator"):
        sow.init.keras.he_normal_(numpy.zeros((3, 3)))
    assert sow.init.caffe.constant_(numpy.zeros(3), 0.5).tolist() == [0.5, 0.5, 0.5]
    with pytest.raises(sow.InvalidArgumentError, match="layout 'jax' not supported"):
        sow.init.keras.he_normal_(torch.zeros(3, 3), layout="jax")
    with pytest.raises(sow.ShapeError, match=r"jax.he_normal needs an axis -2"):
        sow.init.jax.he_normal_(torch.zeros(3))
    with pytest.raises(sow.InvalidArgumentError, match=r"caffe.gaussian needs a deviation above 0"):
        sow.init.caffe.gaussian_(torch.zeros(3), std=0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'seed'"):
        sow.init.keras.he_normal_(torch.zeros(3, 3), seed=1)
    with pytest.raises(TypeError, match="missing a required argument: 'scale'"):
        sow.init.jax.variance_scaling_(torch.zeros(3, 3))
    with pytest.raises(TypeError, match="window must be a number, a str, a tuple or None, not ndarray"):
        sow.init.keras.stft_(torch.zeros(3, 1, 3), window=numpy.ones(3))
    with pytest.raises(TypeError, match="fills tensors of torch"):
        sow.init.keras.he_normal_([1.0])
    with pytest.raises(TypeError, match=r"not torch.int64"):
        sow.init.keras.he_normal_(torch.zeros(3, 3, dtype=torch.int64))
    with pytest.raises(TypeError, match=r"draws from a torch.Generator of the CPU"):
        sow.init.keras.he_normal_(torch.zeros(3, 3), generator=sow.Generator(1))
    with pytest.raises(TypeError, match="by a generator of sow"):
        sow.init.keras.he_normal_(numpy.zeros((3, 3)), generator=torch.Generator())


def test_a_refused_call_leaves_all_as_it_was() -> None:
    tensor, state = torch.ones(3), torch.get_rng_state()
    with pytest.raises(sow.ShapeError):
        sow.init.jax.he_normal_(tensor)
    assert tensor.tolist() == [1, 1, 1]
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(("module", "name", "keywords", "shape"), CALLS, ids=IDS)
def test_they_are_recorded(module: Any, name: str, keywords: dict[str, Any], shape: tuple[int, ...]) -> None:
    def build() -> torch.nn.Module:
        holder = torch.nn.Module()
        holder.weight = torch.nn.Parameter(torch.empty(shape))
        getattr(module, name)(holder.weight, **keywords)
        holder.after = torch.nn.Parameter(torch.randn(17))
        return holder

    recording = sow.record(build, seed=1)
    assert not recording.bound
    torch.manual_seed(6)
    wanted = build().state_dict()
    state = torch.get_rng_state()
    torch.manual_seed(6)
    with sow.fast():
        fast = build().state_dict()
    assert torch.equal(torch.get_rng_state(), state)
    plan = recording.plan(seed=6)
    for key, tensor in wanted.items():
        assert torch.equal(fast[key], tensor), key
        assert numpy.asarray(plan[key]).tobytes() == tensor.numpy().tobytes(), key


def test_a_tensor_that_cannot_be_recorded() -> None:
    with pytest.raises(sow.UnsupportedError) as caught:
        sow.record(lambda: sow.init.keras.he_normal_(torch.empty(3, 2).expand(2, 3, 2), layout="torch"))
    assert caught.value.message.startswith("keras.he_normal cannot be recorded into this tensor of torch.float32")
