"""plan.block: what NumPy's indexing of the whole tensor gives, into any memory; and JAX's arrays."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from typing import Any

import ml_dtypes
import numpy
import pytest
import torch

import sow

SHAPES = "scalar float32 []\nvector float32 [37]\nmatrix float32 [24, 40]\nkernel float32 [6, 5, 3, 4]\n"
SHAPES += "none float32 [0, 3]\n"
RULES = """named_parameters:
  vector = normal_(0.0, 1.0)
  * = uniform_(-1.0, 1.0)
"""


def plan_of(**options: Any) -> sow.Plan:
    return sow.shapes(SHAPES).plan(seed=3, rules=RULES, **options)


# ---- indices ----

INDICES: list[Any] = [
    ...,
    (),
    slice(None),
    slice(3, 17),
    slice(-7, None),
    slice(100, 200),
    slice(5, 2),
    slice(2, 9, 1),
    slice(2, 9, None),
    (slice(None), slice(8, 16)),
    (slice(8, 16), slice(None)),
    (slice(3, 5), slice(-9, -2)),
    5,
    -1,
    (5, 7),
    (-1, slice(3, 9)),
    (slice(3, 9), -2),
    (..., 4),
    (4, ...),
    (..., slice(0, 8)),
    (3, ..., slice(0, 8)),
    None,
    (None, slice(2, 5), None, 3),
    (..., None, 3),
    numpy.int64(3),
    (slice(numpy.int32(2), numpy.int32(6)), numpy.uint8(1)),
]


@pytest.mark.parametrize("index", INDICES, ids=str)
def test_an_index_selects_what_it_selects_of_numpys_array(index: Any) -> None:
    plan = plan_of()
    whole = plan["matrix"]
    made = plan.block("matrix", index)
    assert made.dtype == numpy.float32
    assert made.shape == whole[index].shape
    assert made.tobytes() == whole[index].tobytes()


def random_index(rng: random.Random, shape: tuple[int, ...]) -> tuple[Any, ...]:
    parts: list[Any] = []
    for length in shape[: rng.randint(0, len(shape))]:
        kind = rng.randint(0, 3)
        if kind == 0:
            parts.append(rng.randint(-min(shape), min(shape) - 1))  # "..." may move it
        else:
            start, stop = (rng.choice([None, rng.randint(-2 * length, 2 * length)]) for _ in range(2))
            parts.append(slice(start, stop, rng.choice([None, 1])))
    for extra in rng.sample([None, None, Ellipsis], rng.randint(0, 3)):
        parts.insert(rng.randint(0, len(parts)), extra)
    return tuple(parts)


def test_random_indices_of_four_dimensions() -> None:
    plan = plan_of()
    whole, rng = plan["kernel"], random.Random(5)
    for _ in range(500):
        index = random_index(rng, whole.shape)
        made = plan.block("kernel", index)
        assert (made.shape, made.tobytes()) == (whole[index].shape, whole[index].tobytes()), index


def test_scalars_vectors_and_nothing() -> None:
    plan = plan_of()
    assert plan.block("scalar", ()) == plan["scalar"]
    assert plan.block("scalar", (None, ...)).shape == (1,)
    assert plan.block("vector", slice(5, 30)).tobytes() == plan["vector"][5:30].tobytes()
    assert plan.block("none", (slice(None), 1)).shape == (0,)


@pytest.mark.parametrize(
    ("index", "kind", "message"),
    [
        ((0, 0, 0), IndexError, "matrix has 2 dimensions, and the index 3"),
        (24, IndexError, "matrix: its dimension 0 has 24 elements, and no element 24"),
        ((0, -41), IndexError, "its dimension 1 has 40 elements, and no element -41"),
        ((..., ...), IndexError, "one '...' at most"),
        (slice(0, 8, 2), sow.InvalidArgumentError, "a block has no steps, such as 2"),
        (slice(None, None, -1), sow.InvalidArgumentError, "a block has no steps, such as -1"),
        (True, sow.InvalidArgumentError, "not bool"),
        (numpy.array([1, 2]), sow.InvalidArgumentError, "not ndarray"),
        ([1, 2], sow.InvalidArgumentError, "not list"),
        (1.0, sow.InvalidArgumentError, "not float"),
    ],
    ids=str,
)
def test_what_selects_no_block(index: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message.replace("...", r"\.\.\.")):
        plan_of().block("matrix", index)


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(KeyError, match="the plan has no tensor 'x'"):
        plan_of().block("x", ...)


# ---- where it goes ----


def test_numpys_arrays_with_any_strides() -> None:
    plan = plan_of()
    whole = plan["matrix"][3:9, 8:16]
    large = numpy.zeros((8, 12, 3), "float32")
    for out in (
        numpy.zeros((6, 8), "float32"),
        numpy.zeros((8, 6), "float32").T,
        large[1:7, 2:10, 1],
        numpy.zeros((6, 8), "float32")[::-1, ::-1],
    ):
        assert plan.block("matrix", (slice(3, 9), slice(8, 16)), out=out) is out
        assert (out == whole).all()
    assert large.sum(dtype="float64") == large[1:7, 2:10, 1].sum(dtype="float64")
    row = numpy.zeros(8, "float32")
    plan.block("matrix", (3, slice(8, 16)), out=row)
    assert (row == whole[0]).all()


def test_torchs_tensors() -> None:
    plan, half = plan_of(), plan_of(cast="bfloat16")
    for out in (torch.zeros(6, 8), torch.zeros(8, 6).T, torch.nn.Parameter(torch.zeros(6, 8))):
        before = out._version
        assert plan.block("matrix", (slice(3, 9), slice(8, 16)), out=out) is out
        assert out.detach().numpy().tobytes() == plan["matrix"][3:9, 8:16].tobytes()
        assert out._version > before
    bits = torch.zeros(6, 8, dtype=torch.bfloat16)
    half.block("matrix", (slice(3, 9), slice(8, 16)), out=bits)
    assert torch.equal(bits, torch.from_numpy(plan["matrix"][3:9, 8:16]).bfloat16())


def test_bfloat16() -> None:
    plan = plan_of(cast="bfloat16")
    made = plan.block("matrix", (slice(3, 9), slice(8, 16)))
    assert isinstance(made, sow.Bfloat16Array)
    whole = plan["matrix"]
    assert isinstance(whole, sow.Bfloat16Array)
    assert (made.bits == whole.bits[3:9, 8:16]).all()
    again = sow.Bfloat16Array(numpy.zeros((6, 8), "uint16"))
    assert plan.block("matrix", (slice(3, 9), slice(8, 16)), out=again) is again
    assert (again.bits == made.bits).all()
    for typed in (numpy.zeros((6, 8), ml_dtypes.bfloat16), numpy.zeros((6, 8), ml_dtypes.bfloat16)[::-1, ::-1]):
        plan.block("matrix", (slice(3, 9), slice(8, 16)), out=typed)
        assert (typed.view("uint16") == made.bits).all()


def test_what_cannot_take_it() -> None:
    plan = plan_of()
    readonly = numpy.zeros((24, 40), "float32")
    readonly.flags.writeable = False
    freed = torch.zeros(24, 40)
    freed.untyped_storage().resize_(8)
    for out, kind, message in [
        (freed, sow.LayoutError, "memory was freed"),
        (torch.zeros(24, 40, dtype=torch.complex64).conj().imag, sow.LayoutError, "out is the negative"),
        (numpy.zeros((24, 41), "float32"), sow.ShapeError, r"out has the shape \(24, 41\), and the block \(24, 40\)"),
        (numpy.zeros((24, 40)), sow.DtypeError, "out is of float64, and the tensor of float32"),
        (torch.zeros(24, 40).bfloat16(), sow.DtypeError, "out is of bfloat16"),
        (readonly, ValueError, "read-only"),
        (torch.zeros(24, 40, device="meta"), sow.DeviceError, "out is on meta"),
        (torch.zeros(24, 40).to_sparse(), sow.DeviceError, "torch.sparse_coo"),
        (torch.zeros(1).expand(24, 40), sow.LayoutError, "several elements in one place"),
        ([0.0], TypeError, "not list"),
    ]:
        with pytest.raises(kind, match=message):
            plan.block("matrix", ..., out=out)


def test_a_block_of_many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = plan_of()
    for size in (4, 64, 1000):
        monkeypatch.setattr("sow._block.PIECE", size)
        for name in ("matrix", "kernel", "vector", "scalar", "none"):
            assert plan.block(name, ...).tobytes() == plan[name].tobytes()
        assert plan.block("kernel", (2, slice(1, 4))).tobytes() == plan["kernel"][2, 1:4].tobytes()


# ---- JAX ----

JAX = """
import functools

import jax
import numpy
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

import sow

count = COUNT
assert len(jax.devices()) == count
model = sow.printed(
    "Net(\\n  (emb): Embedding(40, 16)\\n  (fc): Linear(in_features=48, out_features=64, bias=True)\\n)"
)
meshes = [Mesh(numpy.array(jax.devices()), ("x",)), Mesh(numpy.array(jax.devices()).reshape(2, -1), ("x", "y"))]
specs = [[P("x"), P(None, "x"), P()], [P("x", "y"), P("y", "x"), P(("x", "y")), P(None, ("y", "x")), P("y")]]
made = 0
for dtype in ("float32", "bfloat16"):
    plan = model.plan(seed=5, cast=dtype)
    for mesh, each in zip(meshes, specs):
        for spec in each:
            for name in plan:
                shape = plan.shape(name)
                if len(shape) < len(spec):
                    continue
                sharding = NamedSharding(mesh, spec)
                block = functools.partial(plan.block, name)
                array = jax.make_array_from_callback(shape, sharding, lambda index: numpy.asarray(block(index)))
                assert array.shape == shape and array.sharding == sharding and str(array.dtype) == dtype
                whole = plan[name]
                assert numpy.asarray(array).tobytes() == whole.tobytes(), (dtype, spec, name)
                made += 1
print(made)
"""


@pytest.mark.parametrize("count", [4, 8])
def test_jax_makes_arrays_of_blocks(count: int) -> None:
    pytest.importorskip("jax")
    environment = {"XLA_FLAGS": f"--xla_force_host_platform_device_count={count}", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", JAX.replace("COUNT", str(count))],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert int(done.stdout) > 30
