"""sow.init on NumPy's arrays, with and without torch."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy
import pytest
import torch

import sow
from sow._record.initializers import VERSION

CALLS: list[tuple[str, tuple[int, ...], tuple[Any, ...]]] = [
    ("uniform_", (31, 3), (-1.0, 2.0)),
    ("normal_", (31, 3), (0.5, 2.0)),
    ("trunc_normal_", (31, 3), (0.0, 1.0, -2.0, 2.0)),
    ("constant_", (31, 3), (0.3,)),
    ("ones_", (31,), ()),
    ("zeros_", (31,), ()),
    ("eye_", (5, 7), ()),
    ("dirac_", (4, 3, 5), (2,)),
    ("xavier_uniform_", (31, 3), (1.5,)),
    ("xavier_normal_", (31, 3), (1.5,)),
    ("kaiming_uniform_", (31, 3), (0.2, "FAN_OUT", "leaky_relu")),
    ("kaiming_normal_", (31, 3), (0, "fan_in", "relu")),
    ("sparse_", (31, 3), (0.3, 0.02)),
]


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
@pytest.mark.parametrize(("name", "shape", "arguments"), CALLS)
def test_arrays_are_filled_as_tensors(
    name: str, shape: tuple[int, ...], arguments: tuple[Any, ...], dtype: str
) -> None:
    import ml_dtypes

    if name == "trunc_normal_" and VERSION < (2, 12):
        pytest.skip("by erfinv torch is within a tolerance, which the tests of the library have")
    array: Any = numpy.zeros(shape, ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    keywords = (
        {}
        if name in ("constant_", "ones_", "zeros_", "eye_", "dirac_")
        else {"generator": sow.Generator(4, torch.__version__)}
    )
    assert getattr(sow.init, name)(array, *arguments, **keywords) is array
    torch.manual_seed(4)
    expected = getattr(torch.nn.init, name)(torch.zeros(shape, dtype=getattr(torch, dtype)), *arguments)
    assert array.tobytes() == expected.view(torch.uint8).numpy().tobytes()
    for generator in keywords.values():
        assert generator.get_state() == torch.get_rng_state().numpy().tobytes()


def test_orthogonal() -> None:
    array = sow.init.orthogonal_(numpy.zeros((20, 8)), generator=sow.Generator(4))
    assert numpy.allclose(array.T @ array, numpy.eye(8), atol=1e-14)
    torch.manual_seed(4)
    assert numpy.allclose(array, torch.nn.init.orthogonal_(torch.zeros(20, 8, dtype=torch.float64)), atol=1e-13)


def test_strides_are_kept() -> None:
    whole = numpy.zeros((8, 10))
    sow.init.uniform_(whole[::2, 1::3].T, generator=sow.Generator(4))
    other = torch.zeros(8, 10, dtype=torch.float64)
    torch.nn.init.uniform_(other[::2, 1::3].T, generator=torch.Generator().manual_seed(4))
    assert numpy.array_equal(whole, other.numpy())


def test_the_edition_is_the_generators() -> None:
    array = sow.init.uniform_(numpy.zeros(5, "float16"), generator=sow.Generator(0, "2.6"))
    assert array.view("uint16")[:4].tolist() == [0x3558, 0x345E, 0x3A75, 0x38C0]


def test_integers_take_constants() -> None:
    assert sow.init.constant_(numpy.zeros(3, "int64"), 7).tolist() == [7, 7, 7]
    assert sow.init.constant_(numpy.zeros(1, "int64"), 2**53 + 2).tolist() == [2**53 + 2]
    odd: list[Any] = [2**53 + 1, numpy.int64(-(2**53) - 1)]
    for number in odd:
        with pytest.raises(sow.UnsupportedError, match=f"'val' is the int {number}, which is no float64"):
            sow.init.constant_(numpy.zeros(1, "int64"), number)


def test_refusals() -> None:
    with pytest.raises(TypeError, match="by a generator of sow"):
        sow.init.normal_(numpy.zeros(3))
    with pytest.raises(TypeError, match="by a generator of sow"):
        sow.init.normal_(numpy.zeros(3), generator=torch.Generator())
    drawn = sow.Generator(0)
    frozen = numpy.zeros(3)
    frozen.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        sow.init.normal_(frozen, generator=drawn)
    with pytest.raises(sow.DtypeError):
        sow.init.normal_(numpy.zeros(3, "complex64"), generator=drawn)
    with pytest.raises(sow.DtypeError):
        sow.init.normal_(numpy.zeros(3, ">f4" if sys.byteorder == "little" else "<f4"), generator=drawn)
    with pytest.raises(sow.LayoutError):
        sow.init.normal_(numpy.lib.stride_tricks.as_strided(numpy.zeros(4), (3, 4), (0, 8)), generator=drawn)
    records = numpy.zeros(3, numpy.dtype([("a", "f4"), ("b", "u1")]))
    with pytest.raises(sow.LayoutError):
        sow.init.normal_(records["a"], generator=drawn)
    with pytest.raises(sow.ShapeError):
        sow.init.xavier_normal_(numpy.zeros(3), generator=drawn)
    with pytest.raises(sow.InvalidArgumentError):
        sow.init.kaiming_normal_(numpy.zeros((3, 3)), mode="fan", generator=drawn)
    with pytest.raises(sow.UnknownNameError):
        sow.init.kaiming_normal_(numpy.zeros((3, 3)), nonlinearity="gelu", generator=drawn)
    assert drawn.get_state() == sow.Generator(0).get_state()


def test_zero_elements_warn_as_torch_does() -> None:
    with pytest.warns(sow.Warning, match="zero-element"):
        sow.init.kaiming_normal_(numpy.zeros((0, 3)), generator=sow.Generator(0))


def test_without_torch() -> None:
    """sow.init is there for NumPy where torch is not."""
    code = """
import sys
sys.modules['torch'] = None
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == 'torch' else found(name, package)
import numpy, sow
print(sow.init.uniform_(numpy.zeros(2, 'float32'), generator=sow.Generator(0)).tolist())
print(sow.init.calculate_gain('leaky_relu', 0.2) == 2**0.5 / 1.04**0.5, sow.init.calculate_gain('tanh'))
for call in (lambda: sow.init.ones_([1.0]), lambda: sow.init.xavier_uniform):
    try:
        call()
    except (TypeError, AttributeError) as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True).stdout.decode()
    assert done.splitlines() == [
        "[0.49625658988952637, 0.7682217955589294]",
        "True 1.6666666666666667",
        "ones_ fills tensors of torch 2.4 or later and NumPy's arrays, not list",
        "module 'sow.init' has no attribute 'xavier_uniform'",
    ]
