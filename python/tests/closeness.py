"""How far a tensor may be from torch's where functions of another library made it (docs/fidelity.md).

A function of a library may be ULPS units of its own result away. What the steps behind it make of that difference is
worked out from the values: the steps are undone one by one, from the last to the function, and at each the difference
grows by the derivative there. So what a subtraction leaves of two large numbers may differ by units of those numbers,
each element for itself, and no other tensor may.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy
import torch

from sow._record.initializers import VERSION

LIBRARY = ["sqrt_", "rsqrt_", "exp_", "expm1_", "log_", "log1p_", "pow_", "erfinv_"]
if VERSION < (2, 12):
    LIBRARY += ["trunc_normal_", "norm_"]
ULPS = 4

Values = Any  # of NumPy, float64
# Of a result y and the step's numbers: what went in, and the derivative there.
UNDO: dict[str, Callable[..., tuple[Values, Values]]] = {
    "neg_": lambda y: (-y, 1.0),
    "mul_": lambda y, other: (y / other, abs(other)),
    "div_": lambda y, other: (y * other, 1 / abs(other)),
    "add_": lambda y, other, alpha: (y - other * alpha, 1.0),
    "sub_": lambda y, other, alpha: (y + other * alpha, 1.0),
    "clamp_": lambda y, *_: (y, 1.0),  # where it held the value back, the difference is less
    "reciprocal_": lambda y: (1 / y, y * y),
    "sqrt_": lambda y: (y * y, 0.5 / y),
    "rsqrt_": lambda y: (1 / (y * y), abs(y * y * y) / 2),
    "exp_": lambda y: (numpy.log(y), y),
    "expm1_": lambda y: (numpy.log1p(y), y + 1),
    "log_": lambda y: (numpy.exp(y), numpy.exp(-y)),
    "log1p_": lambda y: (numpy.expm1(y), numpy.exp(-y)),
    "erfinv_": lambda y: (torch.erf(torch.from_numpy(y)).numpy(), numpy.sqrt(numpy.pi) / 2 * numpy.exp(y * y)),
}
CALL = re.compile(r"([a-z0-9_]+)\((.*)\)")
NUMBERS = re.compile(r"(?:[a-z]+=)?(-?[0-9][^, ]*|None)(?:, |$)")


def from_library(line: str) -> set[str]:
    """The functions of other libraries among a tensor's steps."""
    return {call for call in [*LIBRARY, "orthogonal_"] if re.search(rf"\b{call}\(", line)}


def is_close(line: str, made: Any, wanted: torch.Tensor) -> bool:
    """Whether an array is within what docs/fidelity.md allows a tensor with such steps."""
    calls = from_library(line)
    if not calls or wanted.dtype not in (torch.float32, torch.float64):
        return False
    ours, theirs = numpy.asarray(made), wanted.numpy()
    if "orthogonal_" in calls:  # LAPACK's
        return bool(numpy.allclose(ours, theirs, rtol=0, atol=1e-5 * max(1.0, float(numpy.abs(theirs).max()))))
    with numpy.errstate(all="ignore"):
        near = numpy.abs(ours - theirs) <= allowed(line, theirs)
    return bool((near | (ours == theirs)).all())


def allowed(line: str, theirs: Values) -> Values:
    """The difference that is allowed each element."""
    steps = split(line)
    y, growth, total = theirs.astype(numpy.float64), numpy.ones(theirs.shape), numpy.zeros(theirs.shape)
    while from_library("; ".join(steps)):
        step = steps.pop()
        call, numbers = parse(step)
        if call not in UNDO or numbers is None:  # a draw, another tensor, a part: as if nothing large went in
            return total + growth * ULPS * unit(numpy.abs(y).max(), theirs)
        total += growth * unit(y, theirs) * (ULPS if call in LIBRARY else 1)
        y, derivative = UNDO[call](y, *numbers)
        growth = growth * derivative
    return numpy.where(numpy.isfinite(total), total, 0)


def unit(values: Values, like: Values) -> Values:
    """Of the last place, in the dtype of `like`."""
    return numpy.spacing(numpy.abs(values).astype(like.dtype)).astype(numpy.float64)


def split(line: str) -> list[str]:
    """The steps of a plan's line, those within brackets left together."""
    steps, depth = [""], 0
    for character in line:
        depth += (character in "([") - (character in ")]")
        if character == ";" and depth == 0:
            steps.append("")
        else:
            steps[-1] += character
    return [step.strip() for step in steps]


def parse(step: str) -> tuple[str, list[float | None] | None]:
    """Its name, and its numbers, None where it reads something else."""
    match = CALL.fullmatch(step)
    if match is None:
        return step, None
    name, text = match.groups()
    if NUMBERS.sub("", text):
        return name, None
    return name, [None if one == "None" else float(one) for one in NUMBERS.findall(text)]
