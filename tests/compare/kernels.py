"""Random elementwise operations and norms, in memory, against the torch that is installed.

Bits are compared, NaNs as NaNs, but for what docs/fidelity.md names: functions of a library, which sow rounds correctly
and torch does not always, and the last elements of a row, where torch takes another way for some operations.
"""
import argparse
import ctypes
import math
import random
import sys

try:
    import torch
except ImportError:
    print("skipped: this Python has no torch")
    sys.exit(77)

from builds import HAS_MKL, is_same_norm
from editions import EDITIONS, edition_of

KINDS = ("mul", "add", "sub", "div", "neg", "abs", "pow", "sqrt", "rsqrt", "reciprocal", "clamp", "fmod", "exp", "expm1",
         "log", "log1p", "erfinv")
FUNCTIONS = ("exp", "expm1", "log", "log1p", "erfinv")
DTYPES = {torch.float64: torch.int64, torch.float32: torch.int32, torch.bfloat16: torch.int16,
          torch.float16: torch.int16}
PRECISION = {torch.float64: 53, torch.float32: 24, torch.bfloat16: 8, torch.float16: 11}
SPECIAL = (0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 3.0, 0.001, math.inf, -math.inf, math.nan, 1e-45, -1e-40, 5e-324, 6e-8, 1e38,
           65504.0, 1.17549435e-38, 2.2250738585072014e-308)
ROW = 64  # whole vectors of every dtype


class Sow:
    def __init__(self, path, edition):
        self.edition = EDITIONS.index(edition)
        library = ctypes.CDLL(path)
        self.run_ = library.compare_run
        self.run_.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_double, ctypes.c_double,
                              ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]
        self.run_.restype = None
        self.norm_ = library.compare_norm
        self.norm_.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
        self.norm_.restype = ctypes.c_double

    def run(self, kind, scalars, values, other):
        self.run_(KINDS.index(kind), str(values.dtype).encode(), self.edition, *scalars, values.data_ptr(),
                  None if other is None else other.data_ptr(), values.numel())

    def norm(self, values, is_across):
        values = values.contiguous()
        return self.norm_(str(values.dtype).encode(), self.edition, is_across, values.data_ptr(), values.numel())


def values_make(chance, dtype, count):
    generator = torch.Generator().manual_seed(chance.randrange(2**31))
    sizes = torch.randn(count, generator=generator, dtype=torch.float64) * 10.0 ** chance.choice((0, 0, 0, -3, 3, -20, 18))
    if chance.random() < 0.5:
        where = torch.rand(count, generator=generator) < 0.3
        special = torch.tensor([chance.choice(SPECIAL) for _ in range(count)], dtype=torch.float64)
        sizes = torch.where(where, special, sizes)
    return sizes.to(dtype)


def number_make(chance, dtype):
    """An operand; pow_ takes it as the dtype has it, or as a double in the last elements of a row."""
    if chance.random() < 0.3:
        return chance.choice(SPECIAL[:13])
    return float(torch.tensor(chance.gauss(0, 1) * 10.0 ** chance.choice((0, 0, -3, 3)),
                              dtype=dtype if chance.random() < 0.5 else torch.float32))


class Case:
    """An operation: what is given to torch, and to sow."""

    def __init__(self, chance):
        self.dtype = chance.choice(list(DTYPES))
        self.kind = chance.choice(KINDS)
        self.count = chance.choice((1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 127, 257, 513, 1000, 3001))
        self.other = None
        self.scalars = (number_make(chance, self.dtype), 1.0)
        self.arguments, self.options = (self.scalars[0],), {}
        if self.kind in ("add", "sub") and chance.random() < 0.5:
            self.count = ROW * chance.randrange(1, 40)
            self.scalars = (self.scalars[0], number_make(chance, self.dtype))
            self.options = {"alpha": self.scalars[1]}
        if self.kind in ("mul", "add", "sub", "div") and chance.random() < 0.5:
            self.other = values_make(chance, self.dtype, self.count)
            self.arguments = (self.other,)
        elif self.kind == "clamp":
            self.clamp(chance)
        elif self.kind == "pow":
            self.power(chance)
        elif self.kind not in ("mul", "add", "sub", "div", "fmod"):
            self.arguments = ()
        self.values = values_make(chance, self.dtype, self.count)

    def clamp(self, chance):
        self.scalars = (chance.gauss(-0.5, 1), chance.gauss(0.5, 1))
        which = chance.randrange(3)
        if which == 0:
            self.scalars = (self.scalars[0], math.inf)
        elif which == 1:
            self.scalars = (-math.inf, self.scalars[1])
        self.arguments = ()
        self.options = {name: bound for name, bound in zip(("min", "max"), self.scalars) if not math.isinf(bound)}

    def power(self, chance):
        exponent = chance.choice((0, 1, 2, 3, -1, -2, 0.5, -0.5, self.scalars[0]))
        exponent = float(torch.tensor(exponent, dtype=self.dtype if self.dtype != torch.float64 else torch.float64))
        self.scalars, self.arguments = (exponent, 1.0), (exponent,)

    def tolerance(self):
        """Ulps that sow may be from what torch gives; None where torch's own error has no such bound."""
        wide = self.dtype in (torch.float32, torch.float64)
        if self.kind == "erfinv" and wide and not HAS_MKL:
            return None
        if self.kind == "log1p" and not HAS_MKL:  # SLEEF's ends at 1e38 and 1e307 with infinity
            return None if (self.values.double().abs() > 1e37).any() else 2
        if self.kind in FUNCTIONS:
            return 2
        if self.kind == "fmod":  # SLEEF's is NaN where the quotient is beyond the type in which it computes
            largest = torch.finfo(self.dtype if wide else torch.float32).max
            return None if (self.values.double().abs() / largest >= abs(self.scalars[0])).any() else 0
        exponent = self.scalars[0] if self.kind == "pow" else 0
        if exponent not in (0, 1, 2, 3, -1, -2, 0.5, -0.5):
            return 2
        if self.kind == "rsqrt" or exponent == -0.5:
            return 0 if wide else 1
        return 1 if (self.kind == "sqrt" or exponent == 0.5) and wide and HAS_MKL else 0

    def __str__(self):
        other = "" if self.other is None else "with another, "
        return f"{self.kind}_ {str(self.dtype)[6:]} {other}{self.scalars}, {self.count} values"


def ordered(values):
    """Whole numbers of which neighbours are neighbouring floats."""
    bits = values.view(DTYPES[values.dtype]).to(torch.int64)
    size = bits & (2 ** (8 * values.element_size() - 1) - 1)
    return torch.where(bits < 0, -size, size)


def different(case, by_torch, by_sow):
    """A sentence, or None."""
    allowed = case.tolerance()
    if allowed is None:
        return None
    both_nan = (by_torch != by_torch) & (by_sow != by_sow)
    if allowed == 0:
        bad = (by_torch.view(DTYPES[case.dtype]) != by_sow.view(DTYPES[case.dtype])) & ~both_nan
    else:
        bad = ((ordered(by_torch) - ordered(by_sow)).abs() > allowed) & ~both_nan
    if not bad.any():
        return None
    at = int(bad.nonzero()[0])
    operand = "" if case.other is None else f" and {float(case.other[at])!r}"
    return (f"{int(bad.sum())} differ, the first at {at}, of {float(case.values[at])!r}{operand}: torch "
            f"{float(by_torch[at])!r}, sow {float(by_sow[at])!r}")


def compare_operation(sow, chance):
    case = Case(chance)
    by_torch, by_sow = case.values.clone(), case.values.clone()
    try:
        getattr(by_torch, case.kind + "_")(*case.arguments, **case.options)
    except RuntimeError as refusal:
        return None if "not implemented for 'Half'" in str(refusal) else f"{case}: {refusal}"
    sow.run(case.kind, case.scalars, by_sow, case.other)
    trouble = different(case, by_torch, by_sow)
    return None if trouble is None else f"{case}: {trouble}"


def compare_norm(sow, chance):
    dtype = chance.choice(list(DTYPES))
    shape = [chance.choice((1, 2, 3, 5, 8, 17, 33, 64)) for _ in range(chance.randrange(1, 4))]
    values = values_make(chance, dtype, math.prod(shape)).view(shape)
    dim = chance.randrange(-1, len(shape))
    by_torch = torch.norm_except_dim(values, 2, dim).flatten()
    rows = [values.flatten()] if dim == -1 else list(values.movedim(dim, 0).flatten(1) if len(shape) > 1 else
                                                     values.view(-1, 1))
    if 0 < dim < len(shape) - 1:
        rows = list(values.transpose(0, dim).reshape(shape[dim], -1))
    is_across = dim == len(shape) - 1 and dim > 0 and shape[dim] > 1
    for row, expected in zip(rows, by_torch.tolist()):
        made = sow.norm(row, is_across)
        if not is_same_norm(expected, made, dtype):
            return f"norm of {str(dtype)[6:]}, {shape}, dim {dim}: torch {expected!r}, sow {made!r}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--module", required=True, help="what elementwise_module.c is built into")
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0, help="of the cases")
    options = parser.parse_args()
    edition = edition_of(torch.__version__)
    sow = Sow(options.module, edition)
    torch.set_num_threads(1)
    failed = 0
    for index in range(options.cases):
        chance = random.Random(f"{options.seed}:{index}")
        trouble = compare_norm(sow, chance) if index % 8 == 0 else compare_operation(sow, chance)
        if trouble is not None:
            failed += 1
            if failed <= 10:
                print(f"case {index} of seed {options.seed}: {trouble}")
    print(f"torch {torch.__version__}, edition {edition}: {options.cases - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
