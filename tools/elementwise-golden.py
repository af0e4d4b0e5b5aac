#!/usr/bin/env python3
"""Prints the rows of tests/elementwise_golden.h that the running torch gives, for its edition.

A row is a name, a dtype, an edition, and the CRC-32 of the bytes that an operation leaves in 4096 values. Run it with
one torch of each edition (tests/compare/editions.py). sqrt_ is left out where torch has MKL, which does not round it
correctly on every processor.
"""

import pathlib
import sys
import zlib

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tests/compare"))
from editions import edition_of  # noqa: E402

COUNT = 4096
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)


def numbers(factor, dtype):
    """Between -2 and 2, by Knuth's multiplicative hash."""
    index = torch.arange(1, COUNT + 1, dtype=torch.int64)
    return ((index * factor % 2**32 - 2**31).to(torch.float64) * 2.0**-30).to(dtype)


def checksum(tensor):
    values = tensor.contiguous().flatten()
    return zlib.crc32(bytes(values.view(torch.uint8).tolist()))


def operations(other):
    """Name, call on a tensor; in place or of its own."""
    yield "mul", lambda x: x.mul_(0.3)
    yield "add", lambda x: x.add_(0.3)
    yield "add_alpha", lambda x: x.add_(0.3, alpha=0.7)
    yield "sub", lambda x: x.sub_(0.3)
    yield "sub_alpha", lambda x: x.sub_(0.3, alpha=0.7)
    yield "div", lambda x: x.div_(0.3)
    yield "neg", lambda x: x.neg_()
    yield "abs", lambda x: x.abs_()
    yield "pow_2", lambda x: x.pow_(2)
    yield "pow_3", lambda x: x.pow_(3)
    yield "pow_-1", lambda x: x.pow_(-1)
    yield "pow_-2", lambda x: x.pow_(-2)
    yield "pow_-0.5", lambda x: x.abs_().pow_(-0.5)
    yield "reciprocal", lambda x: x.reciprocal_()
    yield "rsqrt", lambda x: x.abs_().rsqrt_()
    yield "sqrt", lambda x: x.abs_().sqrt_()
    yield "clamp", lambda x: x.clamp_(-0.3, 0.7)
    yield "clamp_low", lambda x: x.clamp_(min=-0.3)
    yield "clamp_crossed", lambda x: x.clamp_(0.7, -0.3)
    yield "mul_with", lambda x: x.mul_(other)
    yield "add_with", lambda x: x.add_(other)
    yield "add_with_alpha", lambda x: x.add_(other, alpha=0.7)
    yield "sub_with", lambda x: x.sub_(other)
    yield "sub_with_alpha", lambda x: x.sub_(other, alpha=0.7)
    yield "div_with", lambda x: x.div_(other)
    for shape in ((64, 64), (9, 455), (1, 4096), (4096, 1)):
        size = shape[0] * shape[1]
        name = f"{shape[0]}x{shape[1]}"
        yield f"norm_along_{name}", lambda x, shape=shape, size=size: torch.norm_except_dim(x[:size].view(shape), 2, 0)
        if shape[1] > 1:
            yield f"norm_across_{name}", lambda x, shape=shape, size=size: torch.norm_except_dim(
                x[:size].view(shape), 2, 1)


def main():
    edition = edition_of(torch.__version__).replace(".", "_")
    torch.set_num_threads(1)
    for dtype in DTYPES:
        for name, call in operations(numbers(2246822519, dtype)):
            if name == "sqrt" and torch.backends.mkl.is_available():
                continue
            try:
                made = call(numbers(2654435761, dtype))
            except RuntimeError as refusal:  # "not implemented for 'Half'"
                print(name, dtype, refusal, file=sys.stderr)
                continue
            print(f'    {{"{name}", SOW_{str(dtype)[6:].upper()}, SOW_TORCH_{edition}, 0x{checksum(made):08x}u}},')


if __name__ == "__main__":
    main()
