"""What Keras 3 and JAX draw from, for 40 shapes of weights: the fixture tests/data/frameworks.txt.

    frameworks_fixture.py >tests/data/frameworks.txt

The frameworks' own random functions are replaced by ones that write down what they are asked for, so every number is
the framework's: bounds, deviations before the cut, fans by its own function. What the cut leaves of a deviation is
scipy's. Exits with 77 where Keras or JAX is missing. Each line is a call as sow writes it and what it comes to.
"""

from __future__ import annotations

import contextlib
import math
import os
import sys
from typing import Any, Iterator

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"
os.environ["JAX_PLATFORMS"] = "cpu"

try:
    import jax
    import jax._src.nn.initializers as jax_source
    import keras
    import keras.src.initializers.random_initializers as keras_source
    import numpy
    import scipy
    import scipy.stats
except ImportError as missing:
    print(f"skipped: {missing}", file=sys.stderr)
    sys.exit(77)

DENSE = [(1, 1), (2, 3), (784, 128), (128, 10), (4096, 4096), (768, 3072), (3072, 768), (50257, 768), (7, 1), (1, 1000)]
CONVOLUTIONS = [
    (3, 8, 16), (5, 1, 64), (7, 40, 256), (10, 512, 512), (1, 1, 64, 256), (3, 3, 3, 64), (3, 3, 64, 128),
    (7, 7, 3, 64), (11, 11, 3, 96), (5, 5, 1, 20), (1, 7, 192, 192), (3, 3, 3, 3, 64), (3, 3, 3, 256, 512), (1, 5, 5, 24, 48),
]  # fmt: skip
DEPTHWISE = [(3, 32, 1), (3, 3, 32, 1), (3, 3, 64, 2), (5, 5, 240, 1), (7, 7, 96, 1), (9, 128, 4), (3, 3, 3, 16, 1), (31, 31, 8, 1)]
TRANSPOSED = [(4, 16, 8), (2, 2, 512, 1024), (4, 4, 3, 64), (4, 4, 64, 128), (3, 3, 1, 32), (5, 5, 128, 256), (2, 2, 2, 64, 128), (16, 16, 21, 21)]
SHAPES = [*DENSE, *CONVOLUTIONS, *DEPTHWISE, *TRANSPOSED]

NAMED = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal"]
NORMALS = {"keras": "untruncated_normal", "jax": "normal"}


class Asked:
    """A framework's module of random functions that gives ones, and remembers what was asked for."""

    def __init__(self, own: Any):
        self.own = own
        self.what: tuple[str, float, float] = ("", 0, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)


class AskedByKeras(Asked):
    def normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0, **_: Any) -> Any:
        self.what = ("normal", mean, stddev)
        return numpy.ones(())

    def truncated_normal(self, shape: Any, mean: float = 0.0, stddev: float = 1.0, **_: Any) -> Any:
        self.what = ("truncated", mean, stddev)
        return numpy.ones(())

    def uniform(self, shape: Any, minval: float = 0.0, maxval: float = 1.0, **_: Any) -> Any:
        self.what = ("uniform", minval, maxval)
        return numpy.ones(())


class AskedByJax(Asked):
    def normal(self, key: Any, shape: Any, dtype: Any = float, **_: Any) -> Any:
        self.what = ("normal", 0, 1)
        return numpy.ones((), dtype)

    def truncated_normal(self, key: Any, lower: float, upper: float, shape: Any, dtype: Any = float, **_: Any) -> Any:
        self.what = ("truncated", lower, upper)
        return numpy.ones((), dtype)

    def uniform(self, key: Any, shape: Any, dtype: Any = float, minval: float = 0.0, maxval: float = 1.0, **_: Any) -> Any:
        self.what = ("uniform", minval, maxval)
        return numpy.ones((), dtype)


@contextlib.contextmanager
def replaced(source: Any, by: Asked) -> Iterator[Asked]:
    source.random = by
    try:
        yield by
    finally:
        source.random = by.own


def after(std: float, low: float, high: float) -> float:
    """The deviation of N(0, std^2) cut at low and high deviations."""
    return float(scipy.stats.truncnorm(low, high).std()) * std


def truncated(mean: float, std: float, low: float, high: float) -> str:
    return f"truncated {mean!r} {std!r} {mean + low * std!r} {mean + high * std!r} {after(std, low, high)!r}"


def ask_keras(initializer: Any, shape: tuple[int, ...]) -> str:
    with replaced(keras_source, AskedByKeras(keras_source.random)) as asked:
        initializer(shape, dtype="float64")
    kind, first, second = asked.what
    if kind == "truncated":
        return truncated(first, second, -2.0, 2.0)
    return f"{kind} {float(first)!r} {float(second)!r}"


def ask_jax(initializer: Any, shape: tuple[int, ...]) -> str:
    with replaced(jax_source, AskedByJax(jax_source.random)) as asked:
        factor = float(initializer(jax.random.key(0), shape, numpy.float64))
    kind, low, high = asked.what
    if kind == "truncated":
        return truncated(0.0, factor, float(low), float(high))
    if kind == "normal":
        return f"normal 0.0 {factor!r}"
    return f"uniform {low * factor!r} {high * factor!r}"


def put(call: str, what: str) -> None:
    print(f"{call}\t{what}")


# ---- scaling ----


def fans(framework: str, found: tuple[float, float], given: str = "") -> None:
    """By the framework's own function."""
    print(f"fans {framework} {float(found[0])!r} {float(found[1])!r}{given and ' ' + given}")


def torchs(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The kernel of that weight of torch's."""
    return (*shape[2:], shape[1], shape[0])


def put_named(shape: tuple[int, ...]) -> None:
    for name in NAMED:
        put(f"keras.{name}()", ask_keras(getattr(keras.initializers, name)(), shape))
        put(f"jax.{name}()", ask_jax(getattr(jax.nn.initializers, name)(), shape))


def put_scaled(shape: tuple[int, ...], index: int) -> None:
    scale = [1.0, 2.0, 0.1, 3.7][index % 4]
    for i, mode in enumerate(["fan_in", "fan_out", "fan_avg", "fan_geo_avg"]):
        for framework in ["keras", "jax"]:
            distribution = ["uniform", "truncated_normal", NORMALS[framework]][(i + index) % 3]
            call = f"{framework}.variance_scaling({scale}, '{mode}', '{distribution}')"
            if framework == "jax":
                put(call, ask_jax(jax.nn.initializers.variance_scaling(scale, mode, distribution), shape))
            elif mode != "fan_geo_avg":
                put(call, ask_keras(keras.initializers.VarianceScaling(scale, mode, distribution), shape))


def put_axes(shape: tuple[int, ...]) -> None:
    """The first axis as outputs, the second as inputs; and the first as a batch."""
    n = len(shape)
    ins, outs = tuple(range(1, n)), (0, *range(2, n))
    keras_own = keras.initializers.HeNormal(input_axes=list(ins), output_axes=list(outs))
    put(f"keras.he_normal(input_axes={ins}, output_axes={outs})".replace(" ", ""), ask_keras(keras_own, shape))
    jax_own = jax.nn.initializers.lecun_normal(in_axis=1, out_axis=0)
    put("jax.lecun_normal(in_axis=1,out_axis=0)", ask_jax(jax_own, shape))
    if n > 2:
        batch = jax.nn.initializers.glorot_uniform(in_axis=(-2,), out_axis=-1, batch_axis=0)
        put("jax.glorot_uniform(in_axis=(-2,),batch_axis=0)", ask_jax(batch, shape))
    both = ("fan_out", "uniform")
    put("keras.variance_scaling(0.3,'fan_out','uniform',layout='torch')",
        ask_keras(keras.initializers.VarianceScaling(0.3, *both), torchs(shape)))  # fmt: skip
    put("jax.variance_scaling(0.3,'fan_out','uniform',layout='torch')",
        ask_jax(jax.nn.initializers.variance_scaling(0.3, *both), torchs(shape)))  # fmt: skip


def put_shapes() -> None:
    for index, shape in enumerate(SHAPES):
        print("shape", *shape)
        fans("keras", keras_source.compute_fans(shape))
        fans("jax", jax_source._compute_fans(shape))
        put_named(shape)
        put_scaled(shape, index)
        put_axes(shape)


def put_odd_shapes() -> None:
    """Keras takes any number of dimensions, and sizes of 0."""
    for shape in [(), (5,), (1,), (0, 3), (3, 0)]:
        print("shape", *shape)
        fans("keras", keras_source.compute_fans(shape))
        for name in NAMED:
            if math.prod(shape) > 0:
                put(f"keras.{name}()", ask_keras(getattr(keras.initializers, name)(), shape))


# ---- the others ----


def put_plain() -> None:
    print("shape", 4, 5)
    for mean, std in [(0.0, 0.05), (1.5, 0.25)]:
        for name in ["random_normal", "truncated_normal"]:
            put(f"keras.{name}({mean},{std})", ask_keras(getattr(keras.initializers, name)(mean, std), (4, 5)))
    put("keras.random_normal()", ask_keras(keras.initializers.RandomNormal(), (4, 5)))
    put("keras.random_uniform()", ask_keras(keras.initializers.RandomUniform(), (4, 5)))
    put("keras.random_uniform(-1,3)", ask_keras(keras.initializers.RandomUniform(-1.0, 3.0), (4, 5)))
    put("keras.truncated_normal()", ask_keras(keras.initializers.TruncatedNormal(), (4, 5)))
    own = jax.nn.initializers
    put("jax.normal()", ask_jax(own.normal(), (4, 5)))
    put("jax.normal(0.3)", ask_jax(own.normal(0.3), (4, 5)))
    put("jax.uniform()", ask_jax(own.uniform(), (4, 5)))
    put("jax.uniform(0.3)", ask_jax(own.uniform(0.3), (4, 5)))
    put("jax.truncated_normal()", ask_jax(own.truncated_normal(), (4, 5)))
    put("jax.truncated_normal(0.3,-1.0,3.0)", ask_jax(own.truncated_normal(0.3, lower=-1.0, upper=3.0), (4, 5)))


def values(array: Any) -> str:
    return "values " + " ".join(repr(float(value)) for value in numpy.asarray(array, "float64").ravel())


def put_values() -> None:
    print("shape", 3, 5)
    put("keras.identity()", values(keras.initializers.Identity()((3, 5), "float64")))
    put("keras.identity(-2.5)", values(keras.initializers.Identity(-2.5)((3, 5), "float64")))
    shape = (7, 1, 5)
    windows = [None, "boxcar", "hann", "hamming", "blackman", "nuttall", "blackmanharris", "flattop"]
    for length in [7, 1]:
        shape = (length, 1, 5)
        print("shape", *shape)
        for i, window in enumerate(windows):
            for scaling in [None, "density", "spectrum"]:
                side, periodic = ["real", "imag"][i % 2], [False, True][i // 2 % 2]
                made = keras.initializers.STFT(side, window, scaling, periodic)(shape, "float64")
                put(f"keras.stft({side!r},{window!r},{scaling!r},{periodic})", values(made))


def put_delta() -> None:
    """Where the matrix of delta_orthogonal lies: its first element, and how many there are."""
    for shape in [(3, 2, 4), (4, 3, 3), (1, 2, 2), (3, 5, 2, 3), (4, 4, 3, 3), (2, 3, 5, 2, 4), (1, 1, 1, 3, 3)]:
        made = numpy.asarray(jax.nn.initializers.delta_orthogonal()(jax.random.key(0), shape, numpy.float64)).ravel()
        places = numpy.flatnonzero(made)
        assert list(places) == list(range(places[0], places[0] + len(places)))
        print("shape", *shape)
        put("jax.delta_orthogonal()", f"delta {places[0]} {len(places)}")


def main() -> None:
    print(f"# Keras {keras.__version__}, JAX {jax.__version__}, SciPy {scipy.__version__}: tests/frameworks/frameworks_fixture.py")
    put_shapes()
    put_odd_shapes()
    put_plain()
    put_values()
    put_delta()


if __name__ == "__main__":
    main()
