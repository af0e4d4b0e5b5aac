"""How results lie in memory within a recording: as torch lays them out, for what is drawn into them goes by it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from recorded import Program, check, check_fast
from torch import nn

import sow

T = torch.Tensor

# ---- strides ----

ONE: dict[str, Callable[[T], T]] = {
    "number": lambda x: x * 3,
    "number first": lambda x: 1 - x,
    "neg": lambda x: -x,
    "pow": lambda x: x**2,
    "clamp": lambda x: x.clamp(-1, 1),
    "clone": lambda x: x.clone(),
    "to": lambda x: x.to(torch.float64),
    "zeros_like": torch.zeros_like,
    "randn_like": torch.randn_like,
    "cat": lambda x: torch.cat([x, x]),
    "stack": lambda x: torch.stack([x, x]),
    "repeat": lambda x: x.repeat(*[2] * x.dim()),
    "expanded": lambda x: x.expand(2, *x.shape).clone(),
    "norm": lambda x: x.norm(dim=0, keepdim=True),
}
TWO: dict[str, Callable[[T, T], T]] = {
    "add": torch.add,
    "sub": torch.sub,
    "mul": torch.mul,
    "div": torch.div,
    "types": lambda x, y: x * y.double(),
}


def drawn(sizes: list[int], chance: random.Random) -> Callable[[], T]:
    """A random view of a drawn tensor."""
    dims = list(range(len(sizes)))
    if chance.random() < 0.7:
        chance.shuffle(dims)
    base = [sizes[dims.index(dim)] for dim in range(len(sizes))]
    step = chance.choice([1, 1, 2])
    base[-1] *= step
    return lambda: torch.randn(base)[..., ::step].permute(dims)


def case(chance: random.Random) -> tuple[str, Callable[[], T]]:
    """A random operation on views of random sizes, ones among them."""
    sizes = [chance.choice([1, 2, 3, 5]) for _ in range(chance.randint(1, 4))]

    def part() -> list[int]:
        given = [1 if chance.random() < 0.35 else size for size in sizes]
        return given[chance.randrange(len(given)) :] if chance.random() < 0.3 else given

    x, y = drawn(part(), chance), drawn(part(), chance)
    name = chance.choice([*ONE, *TWO, *TWO])
    return name, (lambda: ONE[name](x())) if name in ONE else (lambda: TWO[name](x(), y()))


def test_results_have_torchs_strides() -> None:
    chance = random.Random(1)
    for _ in range(600):
        name, made = case(chance)
        with sow.fast():
            within = made()
        assert (within.shape, within.stride()) == (made().shape, made().stride()), name


# ---- numbers ----


def filled(made: Callable[[], T]) -> Callable[[], dict[str, T]]:
    return lambda: {"w": made().normal_()}


CASES: dict[str, Callable[[], dict[str, T]]] = {
    "broadcast": filled(lambda: torch.randn(20, 30, 1).transpose(0, 2) - torch.randn(40, 1, 20)),
    "larger operand second": filled(lambda: torch.randn(30, 20).t() * torch.randn(4, 30, 20).permute(0, 2, 1)),
    "ones": filled(lambda: -torch.randn(16, 1, 17).transpose(0, 2)),
    "cat": filled(lambda: torch.cat([torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)] * 2)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_drawn_into_a_result(name: str, program: Program, tmp_path: Path) -> None:
    check(CASES[name], program, tmp_path)
    check_fast(CASES[name])


def test_parameter_of_a_broadcast_is_filled_in_torchs_order(program: Program, tmp_path: Path) -> None:
    def build() -> nn.Module:
        module = nn.Module()
        module.w = nn.Parameter(torch.randn(20, 30, 1).transpose(0, 2) - torch.randn(40, 1, 20))
        nn.init.trunc_normal_(module.w)
        return module

    check(build, program, tmp_path)
    check_fast(build)
