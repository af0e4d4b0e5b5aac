"""Random cases: an initialiser with its arguments, a tensor with its strides, and a generator with its past."""
import collections
import math

from binding import MODES, NONLINEARITIES

Case = collections.namedtuple(
    "Case", "index name arguments dtype shape strides offset layout length seed passed cached")

INFINITY, NAN = math.inf, math.nan
SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64)
LARGEST = 6000  # elements
DTYPES = ("float32",) * 8 + ("float64",) * 6 + ("float16",) * 4 + ("bfloat16",) * 4 + ("int64",)
NAMES = ("uniform_", "normal_", "trunc_normal_", "constant_", "ones_", "zeros_", "eye_", "dirac_", "xavier_uniform_",
         "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "orthogonal_", "sparse_")
WEIGHTS = (4, 6, 4, 1.5, 0.5, 0.5, 1, 1.5, 3, 3, 3, 3, 2, 2.5)
DIMENSIONS = {"eye_": (2,), "sparse_": (2,), "dirac_": (3, 4, 5), "orthogonal_": (2, 2, 3, 4),
              "xavier_uniform_": (2, 2, 3, 4, 5), "xavier_normal_": (2, 2, 3, 4, 5),
              "kaiming_uniform_": (2, 2, 3, 4, 5), "kaiming_normal_": (2, 2, 3, 4, 5)}


def count_of(shape):
    return math.prod(shape)


def number(r):
    """A double of no particular kind."""
    return r.choice((-1, 1)) * r.choice((r.random(), r.gauss(0, 1), 10 ** r.uniform(-8, 8), r.randint(0, 9) / 4))


def odd(r):
    """A double that something may refuse."""
    return r.choice((0.0, -0.0, -1.0, NAN, INFINITY, -INFINITY, 1e-320, 1e-45, 65504.0, 65520.0, 7e4, 1e38, 3.5e38,
                     1e39, 1e200, -1e200, 1e300, -1e300))


def positive(r):
    return r.choice((1.0, 0.02, 0.01, 0.5, math.sqrt(2), r.random() + 1e-3, 10 ** r.uniform(-6, 6)))


def mostly(r, common, rare):
    return common(r) if r.random() < 0.85 else rare(r)


# ---- arguments, in torch's order and all given ----

def uniform_arguments(r):
    kind = r.random()
    if kind < 0.15:
        return {"a": 0.0, "b": 1.0}
    if kind < 0.4:
        bound = positive(r)
        return {"a": -bound, "b": bound}
    if kind < 0.55:  # few values between the bounds, so that the upper one is met by rounding
        a = r.choice((1.0, -1.0, 0.0, r.random()))
        return {"a": a, "b": a + r.choice((0.0, 2.0**-22, 2.0**-9, 2.0**-6, 2.0**-50))}
    if kind < 0.85:
        a, b = sorted((number(r), number(r)))
        return {"a": a, "b": b}
    return {"a": r.choice((odd, number))(r), "b": r.choice((odd, number))(r)}


def normal_arguments(r):
    return {"mean": mostly(r, lambda r: r.choice((0.0, 0.0, number(r))), odd), "std": mostly(r, positive, odd)}


def acceptance(mean, std, a, b):
    """The share of uniform draws that trunc_normal_ by rejection keeps, roughly; 1 where it is not defined."""
    try:
        mode = max(a, min(mean, b))
        low, high = sorted(((a - mode) / std, (b - mode) / std))
        away = (mode - mean) / std
        if math.isinf(away):
            return 0  # torch keeps them all, by way of a NaN; sow refuses what looks endless
        steps = [low + (high - low) * (i + 0.5) / 400 for i in range(400)]
        kept = sum(math.exp(min(0, -t * (t / 2 + away))) for t in steps) / 400
        return 1 if math.isnan(kept) else kept
    except (ZeroDivisionError, OverflowError, ValueError):
        return 1


def trunc_normal_arguments(r):
    kind = r.random()
    if kind < 0.25:
        return {"mean": 0.0, "std": r.choice((1.0, 0.02, 0.5)), "a": -2.0, "b": 2.0}
    std = mostly(r, positive, odd)
    mean = mostly(r, lambda r: r.choice((0.0, number(r))), odd)
    scale = abs(std) if math.isfinite(std) else 1.0
    if kind < 0.65:
        a, b = mean - scale * r.uniform(0, 4), mean + scale * r.uniform(0, 4)
    elif kind < 0.85:  # far out
        a = mean + scale * r.uniform(-9, 9)
        b = a + scale * r.uniform(0, 3)
    else:
        a, b = r.choice((odd, number))(r), r.choice((odd, number))(r)
    if acceptance(mean, std, a, b) < 0.05:
        return trunc_normal_arguments(r)
    return {"mean": mean, "std": std, "a": a, "b": b}


def kaiming_arguments(r):
    slope = mostly(r, lambda r: r.choice((0.0, math.sqrt(5), 0.2, r.random(), number(r))), odd)
    return {"a": slope, "mode": r.choice(MODES), "nonlinearity": r.choice(NONLINEARITIES + ("leaky_relu",) * 8)}


def gain_arguments(r):
    return {"gain": mostly(r, lambda r: r.choice((1.0, math.sqrt(2), 5 / 3, positive(r))), odd)}


def orthogonal_arguments(r):
    # An infinite gain would make an infinity's sign of a last bit that the tolerance covers.
    return {"gain": mostly(r, lambda r: r.choice((1.0, math.sqrt(2), positive(r))),
                           lambda r: r.choice((0.0, -1.0, NAN, -0.5)))}


def sparse_arguments(r):
    share = mostly(r, lambda r: r.choice((0.1, 0.5, 0.9, r.random(), r.randint(0, 10) / 10)),
                   lambda r: r.choice((-0.3, -1.0, -2.5, 1.5, 3.0, r.uniform(-2, 2), odd(r))))
    return {"sparsity": share, "std": mostly(r, lambda r: r.choice((0.01, positive(r))), odd)}


def constant_arguments(r):
    return {"val": mostly(r, number, odd)}


def dirac_arguments(r):
    return {"groups": r.choice((1, 1, 1, 2, 2, 3, 4, 0, -1, -2, 5))}


ARGUMENTS = {"uniform_": uniform_arguments, "normal_": normal_arguments, "trunc_normal_": trunc_normal_arguments,
             "constant_": constant_arguments, "dirac_": dirac_arguments, "xavier_uniform_": gain_arguments,
             "xavier_normal_": gain_arguments, "kaiming_uniform_": kaiming_arguments,
             "kaiming_normal_": kaiming_arguments, "orthogonal_": orthogonal_arguments,
             "sparse_": sparse_arguments}


# ---- tensors ----

def shape_for(r, name):
    dimensions = r.choice(DIMENSIONS[name]) if name in DIMENSIONS and r.random() < 0.95 else r.randint(0, 5)
    if r.random() < 0.15 and dimensions > 0:  # around the 16 elements where normal_ changes its way
        shape = [1] * dimensions
        shape[r.randrange(dimensions)] = r.choice((14, 15, 16, 17, 18, 31, 32, 33))
        return tuple(shape)
    shape = [r.choice(SIZES) for _ in range(dimensions)]
    while count_of(shape) > LARGEST:
        shape[r.randrange(dimensions)] = r.choice((1, 2, 3))
    if dimensions > 0 and r.random() < 0.04:
        shape[r.randrange(dimensions)] = 0
    return tuple(shape)


def strides_along(r, shape, order, step=lambda: 1, gap=lambda: 0):
    """Strides that grow along `order`, the fastest dimension first."""
    strides, reach = [0] * len(shape), 1
    for d in order:
        strides[d] = reach * step()
        reach = strides[d] * max(shape[d], 1) + gap()
        if shape[d] == 1 and r.random() < 0.3:
            strides[d] = r.choice((0, 1, 7, 1000))
    return tuple(strides)


def offsets_of(shape, strides):
    offsets = [0]
    for size, stride in zip(shape, strides):
        offsets = [offset + i * stride for offset in offsets for i in range(size)]
    return offsets


def layout_for(r, shape):
    """(kind, strides or None)"""
    n = len(shape)
    backwards = list(range(n - 1, -1, -1))
    kind = r.choice(("none", "contiguous", "contiguous", "contiguous", "transposed", "channels_last", "sliced",
                     "permuted", "wild", "expanded"))
    if kind == "none":
        return kind, None
    if kind == "transposed" and n >= 2:
        i, j = r.sample(range(n), 2)
        backwards[i], backwards[j] = backwards[j], backwards[i]
        return kind, strides_along(r, shape, backwards)
    if kind == "channels_last" and n >= 3:
        return kind, strides_along(r, shape, [1] + list(range(n - 1, 1, -1)) + [0])
    if kind == "sliced":
        return kind, strides_along(r, shape, backwards, lambda: r.choice((1, 1, 2, 3)), lambda: r.choice((0, 0, 1, 5)))
    if kind == "permuted":
        r.shuffle(backwards)
        return kind, strides_along(r, shape, backwards, lambda: r.choice((1, 1, 2)), lambda: r.choice((0, 3)))
    if kind == "wild" and 1 <= count_of(shape) <= 200:
        strides = tuple(r.randint(1, 40) for _ in shape)
        offsets = offsets_of(shape, strides)
        if len(set(offsets)) == len(offsets):
            return kind, strides
    if kind == "expanded" and n >= 1 and r.random() < 0.3:
        d = r.randrange(n)
        strides = list(strides_along(r, shape, backwards))
        strides[d] = 0
        return ("expanded" if shape[d] > 1 and 0 not in shape else "contiguous"), tuple(strides)
    return "contiguous", strides_along(r, shape, backwards)


def make(r, index):
    name = r.choices(NAMES, WEIGHTS)[0]
    dtype = r.choice(DTYPES)
    if name == "trunc_normal_" and dtype == "int64":
        dtype = "float32"  # torch 2.14 lets some empty int64 tensors through, sow none
    shape = shape_for(r, name)
    layout, strides = layout_for(r, shape)
    offset = r.choice((0, 0, 0, 1, 3))
    used = strides if strides is not None else strides_along(r, shape, range(len(shape) - 1, -1, -1))
    reach = sum((size - 1) * stride for size, stride in zip(shape, used)) if 0 not in shape else 0
    arguments = ARGUMENTS.get(name, lambda r: {})(r)
    seed = r.choice((0, 1, 42, r.getrandbits(32), r.getrandbits(64), -r.getrandbits(63)))
    passed = r.choice((0, 0, r.randint(1, 30), r.randint(600, 640), r.randint(1, 3000)))
    return Case(index, name, arguments, dtype, shape, strides, offset, layout, offset + reach + 1 + r.randint(0, 4),
                seed, passed, r.random() < 0.35)
