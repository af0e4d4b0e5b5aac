#!/usr/bin/python3
"""
Compares sow_fill with the torch that runs this script, on random cases: every bit of the tensor's memory, the
generator's 5056 bytes of state afterwards, the warnings, and whether the call fails at all.

    compare.py --library build/libsow.so --cases 20000 --seed 1 [--first 0] [--edition 2.1]

A case depends on --seed and its index only, so `--first INDEX --cases 1` replays one. Two initialisers are
compared within tolerances, which `tolerated` holds; a NaN equals any NaN. Exit status 1 when a case fails,
77 when there is no torch.
"""
import argparse
import math
import random
import sys
import warnings

try:
    import torch
except ImportError:
    print("compare: skipped, no torch for this Python")
    sys.exit(77)

import binding
import cases
from builds import VERSION
from editions import EDITIONS, edition_of, is_before

TORCH_DTYPES = {name: getattr(torch, name) for name in binding.DTYPES}
INTEGERS = {8: torch.int64, 4: torch.int32, 2: torch.int16}
# Of an element in the dtype: half the distance to the next, relative to its size.
EPSILON = {"float64": 2.0**-53, "float32": 2.0**-24, "bfloat16": 2.0**-8, "float16": 2.0**-11}
TOLERANT = {"within tolerance": 0, "of them not bit-equal": 0}


# ---- one side each ----

def memory_of(case):
    """The same bytes for both sides: what a fill must leave alone stays as it was."""
    size = binding.DTYPES[case.dtype][1] // 8
    return bytearray(random.Random(case.index).randbytes(case.length * size))


def contiguous_strides(shape):
    strides = []
    for size in reversed(shape):
        strides.insert(0, strides[0] * max(before, 1) if strides else 1)
        before = size
    return strides


def state_before(case):
    torch.manual_seed(case.seed)
    if case.passed:
        torch.empty(case.passed).uniform_()
    if case.cached:
        torch.empty(1).normal_()
    return bytes(torch.get_rng_state().tolist())


def view_of(case, memory):
    storage = torch.frombuffer(memory, dtype=TORCH_DTYPES[case.dtype])
    strides = case.strides if case.strides is not None else contiguous_strides(case.shape)
    return storage.as_strided(case.shape, strides, case.offset)


def fill_torch(case, memory):
    """(the exception or None, warnings, state after); the generator has to stand at the state before."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            getattr(torch.nn.init, case.name)(view_of(case, memory), **case.arguments)
            failure = None
        except (RuntimeError, ValueError, ArithmeticError, IndexError) as error:
            failure = error
    said = [str(warning.message) for warning in caught if warning.category is UserWarning]
    said = [text for text in said if "Truncating the start" not in text]  # of slices, not of torch.nn.init
    return failure, said, bytes(torch.get_rng_state().tolist())


# ---- the tolerances ----

def orthogonal_tolerance(case, state):
    """1e-5 or 1e-13, more where the drawn matrix is so near to a singular one that no QR is more exact."""
    rows = case.shape[0]
    torch.set_rng_state(torch.tensor(list(state), dtype=torch.uint8))
    drawn = torch.empty(rows, math.prod(case.shape[1:]), dtype=TORCH_DTYPES[case.dtype]).normal_().double()
    values = torch.linalg.svdvals(drawn)
    condition = float(values[0] / values[-1])
    least = 1e-5 if case.dtype == "float32" else 1e-13
    return max(least, 8 * EPSILON[case.dtype] * condition * math.sqrt(max(drawn.shape))) * abs(case.arguments["gain"])


def trunc_tolerance(case, expected):
    """
    4e-7 (float64: 1e-13) of the distance to the mean within 2 std. Beyond, what torch's own erfinv leaves: its
    Newton step compares erf with a value near 1, whose last bit is worth exp(z^2/2) as much in z.
    """
    mean, std = (torch.tensor(case.arguments[key], dtype=torch.float64) for key in ("mean", "std"))
    relative, epsilon, cap = (1e-13, 2.0**-53, 1e-3) if case.dtype == "float64" else (4e-7, 2.0**-24, 1e-4)
    distance = (expected - mean).abs()
    z = distance / std.abs()
    tail = torch.where(z > 2, (3 * epsilon * (z * z / 2).exp()).clamp(max=cap), torch.zeros_like(z)) * std.abs()
    # A last bit of the C library's erf in the bounds shifts every uniform of float64 by as much.
    tail = tail + 4 * 2.0**-53 * std.abs()
    # Product and sum are rounded to the dtype on both sides, and in the 16-bit dtypes erfinv is too.
    return relative * distance + tail + 4 * EPSILON[case.dtype] * (distance + mean.abs() + expected.abs())


def tolerated(case, edition, state, expected, given):
    """Elements that differ by more than allowed; None where bits have to be equal."""
    expected, given = expected.double(), given.double()
    if case.name == "orthogonal_" and expected.numel() > 0:
        tolerance = orthogonal_tolerance(case, state)
    elif case.name == "trunc_normal_" and is_before(edition, "2.12"):
        tolerance = trunc_tolerance(case, expected)
    else:
        return None
    equal = (expected == given) | (expected.isnan() & given.isnan())
    TOLERANT["within tolerance"] += expected.numel()
    TOLERANT["of them not bit-equal"] += int((~equal).sum())
    return ~(equal | ((expected - given).abs() <= tolerance))


def different(case, edition, state, memory_torch, memory_sow):
    """A sentence about the first difference, or None."""
    if memory_torch == memory_sow:
        return None
    dtype = TORCH_DTYPES[case.dtype]
    all_torch, all_sow = (torch.frombuffer(memory, dtype=dtype) for memory in (memory_torch, memory_sow))
    integer = INTEGERS[all_torch.element_size()]
    bits_torch, bits_sow = all_torch.view(integer), all_sow.view(integer)
    bad = bits_torch != bits_sow
    if dtype.is_floating_point:
        bad &= ~(all_torch.isnan() & all_sow.isnan())
    inside = torch.zeros(case.length, dtype=torch.bool)
    strides = case.strides if case.strides is not None else contiguous_strides(case.shape)
    inside.as_strided(case.shape, strides, case.offset).fill_(True)
    if bool((bad & ~inside).any()):
        return "memory outside the tensor was written"
    by_tolerance = tolerated(case, edition, state, view_of(case, memory_torch), view_of(case, memory_sow))
    if by_tolerance is not None:
        bad = torch.zeros(case.length, dtype=torch.bool)
        bad.as_strided(case.shape, strides, case.offset).copy_(by_tolerance)
    if not bool(bad.any()):
        return None
    at = int(bad.nonzero()[0])
    mask = 2 ** (8 * all_torch.element_size()) - 1
    return (f"{int(bad.sum())} of {math.prod(case.shape)} elements differ, the first at offset {at - case.offset}: torch "
            f"{float(all_torch[at])!r} ({int(bits_torch[at]) & mask:x}), sow {float(all_sow[at])!r} "
            f"({int(bits_sow[at]) & mask:x})")


# ---- judging ----

def is_known_refusal(case, failure, message):
    """Editions are of numbers; versions within one differ in two things that they refuse."""
    if case.name == "eye_" and case.dtype == "bfloat16" and VERSION < (2, 3):
        return "not implemented for 'BFloat16'" in str(failure)
    return (case.name == "constant_" and (2, 8) <= VERSION < (2, 12) and failure is None
            and message.endswith(f"does not fit in {case.dtype}") and math.prod(case.shape) == 1)


def compare(sow, case, edition):
    """A sentence about what differs, or None."""
    state = state_before(case)
    if not case.passed and not case.cached and sow.seeded(case.seed) != state:
        return "the state after seeding differs"
    memory_torch, memory_sow = memory_of(case), memory_of(case)
    before = bytes(memory_sow)
    status, message, said_sow, state_sow = sow.fill(case.name, case.arguments, memory_sow, case.dtype, case.shape,
                                                    case.strides, case.offset, state)
    if status != "OK":
        if bytes(memory_sow) != before:
            return f"sow failed ({status}) and wrote"
        if state_sow != state:
            return f"sow failed ({status}) and moved the generator"
    if case.layout == "expanded":  # torch lets zeros_ and its like through, sow none
        return None if status != "OK" else "sow filled elements that share memory"
    failure, said_torch, state_torch = fill_torch(case, memory_torch)
    if is_known_refusal(case, failure, message):
        return None
    if (failure is None) != (status == "OK"):
        return f"torch: {failure!r}; sow: {status} {message}"
    if said_torch != said_sow:
        return f"torch warns {said_torch}, sow {said_sow}"
    if failure is not None:
        return None
    if state_torch != state_sow:
        return "the generator's state afterwards differs"
    return different(case, edition, state, memory_torch, memory_sow)


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--library", required=True, help="libsow.so")
    parser.add_argument("--cases", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0, help="of the cases")
    parser.add_argument("--first", type=int, default=0, help="index of the first case")
    parser.add_argument("--edition", choices=EDITIONS, help="default: that of the running torch")
    parser.add_argument("--show", type=int, default=10, help="failures to print")
    options = parser.parse_args()
    edition = options.edition or edition_of(torch.__version__)
    sow = binding.Sow(options.library, edition)
    torch.set_num_threads(1)

    passed = failed = 0
    for index in range(options.first, options.first + options.cases):
        case = cases.make(random.Random(f"{options.seed}:{index}"), index)
        trouble = compare(sow, case, edition)
        passed += trouble is None
        failed += trouble is not None
        if trouble is not None and failed <= options.show:
            print(f"case {index} of seed {options.seed}: {trouble}\n  {case}")
    print(f"torch {torch.__version__}, edition {edition}; elements "
          + ", ".join(f"{key}: {value}" for key, value in TOLERANT.items()))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
