"""What operations become: each way to write a tensor, against torch at three seeds."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from recorded import Program, check, check_bound, check_fast
from torch import nn
from torch.nn import functional as F

import sow
from sow import _torch
from sow._record import fast

T = torch.Tensor
INTEGERS = (torch.int8, torch.uint8, torch.int16, torch.int32, torch.bool)


def in_place(change: Callable[[T], Any], *shape: int) -> Callable[[], dict[str, T]]:
    def build() -> dict[str, T]:
        tensor = torch.empty(*(shape or (7, 5)))
        tensor.uniform_(0.1, 0.9)
        change(tensor)
        return {"x": tensor}

    return build


def of(made: Callable[[], T | tuple[T, ...]]) -> Callable[[], dict[str, T]]:
    def build() -> dict[str, T]:
        result = made()
        return {f"x{i}": tensor for i, tensor in enumerate(result if isinstance(result, tuple) else (result,))}

    return build


def sliced(tensor: T) -> None:
    tensor[1] = 0
    tensor[:, 2] = torch.ones(7)
    tensor[2:4, 1:3].normal_()
    tensor[::2].mul_(3)
    tensor.t()[0].fill_(9)


def with_default_dtype(dtype: torch.dtype, made: Callable[[], Any]) -> Any:
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        return made()
    finally:
        torch.set_default_dtype(before)


def rand16() -> T:
    return torch.rand(50).bfloat16()


def sparse() -> T:
    return torch.eye(2).to_sparse()


def half_written() -> T:
    """torch writes a part of what a step then draws into, and the other way round."""
    tensor = torch.arange(12.0).view(3, 4).clone()
    tensor[1].uniform_()
    tensor[0, 0] = 5
    return tensor


def numbers_of_others() -> tuple[T, ...]:
    """What torch writes by fill_ of a tensor without dimensions."""
    weight, bias, half = torch.randn(4, 3), torch.zeros(4), torch.empty(2, 3).half()
    pairs = torch.randn(2, dtype=torch.complex64)
    bias[1] = weight[0, 2]
    bias[2] = torch.tensor(0.5)
    half.fill_(weight[1, 1])
    pairs[1] = pairs[0]
    torch.randn(2, dtype=torch.complex64).tanh().fill_(pairs[0])
    weight[3] = bias[1]
    return weight, bias, half, pairs


def queue_of_views() -> tuple[T, ...]:
    whole = torch.randn(6, 4)
    first, second = whole.chunk(2)
    first.mul_(2)
    return whole, first, second, whole.view(2, 12).transpose(0, 1), whole[:, 1]


def replaced(layer: nn.Linear) -> nn.Module:
    layer.weight = nn.Parameter(torch.rand(4, 3))
    layer.bias.data = torch.rand(4)
    return layer


class Dotted(nn.Module):
    """As TensorDictParams of tensordict, in which torchrl keeps what an ensemble has."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Linear(2, 3)
        for name in ("a", "b.c", "b.d.e"):
            self._parameters[name] = nn.Parameter(torch.rand(3))


CASES: dict[str, Callable[[], Any]] = {
    # draws
    "rand": of(lambda: (torch.rand(5), torch.rand(3, 2, dtype=torch.float64), torch.rand_like(torch.ones(4)))),
    "randn": of(lambda: (torch.randn(5), torch.randn(20, dtype=torch.bfloat16), torch.randn_like(torch.ones(40)))),
    "normal": of(lambda: (torch.normal(1.0, 2.0, (5,)), torch.normal(0.0, 1.0, size=(40,)))),
    "normal of tensors": of(lambda: torch.normal(torch.arange(20.0), 2.0)),
    "xavier": of(lambda: (nn.init.xavier_uniform_(torch.empty(4, 5)), nn.init.xavier_normal_(torch.empty(4, 5), 2.0))),
    "kaiming": of(lambda: nn.init.kaiming_normal_(torch.empty(4, 5, 3), mode="fan_out", nonlinearity="relu")),
    "sparse_": of(lambda: nn.init.sparse_(torch.empty(20, 5), 0.3, std=0.1)),
    "dirac_": of(lambda: (nn.init.dirac_(torch.empty(6, 4, 3), 2), torch.rand(2))),
    "eye_": of(lambda: (nn.init.eye_(torch.empty(4, 6)), torch.eye(3), torch.rand(2))),
    "orthogonal_": of(lambda: (nn.init.orthogonal_(torch.empty(6, 4), 2.0), torch.rand(3))),
    "trunc_normal_": of(lambda: nn.init.trunc_normal_(torch.empty(50), 0.1, 2.0, -1.0, 3.0)),
    "trunc_normal_ by erfinv": in_place(lambda t: t.uniform_(-0.9, 0.9).erfinv_().mul_(0.03).add_(0.1).clamp_(0, 0.2)),
    "no elements": of(lambda: (torch.randn(0, 3), torch.empty(0), torch.rand(2))),
    # constants
    "zeros": of(lambda: (torch.zeros(3), torch.ones(2, 2), torch.zeros(2, dtype=torch.int64), torch.ones(2).half())),
    "full": of(lambda: (torch.full((3,), 2.5), torch.full((2,), 7), torch.full((2,), True), torch.full((2,), -0.0))),
    "full_like": of(lambda: (torch.full_like(torch.ones(2), 3), torch.zeros_like(torch.rand(3)))),
    "new": of(lambda: (torch.rand(2).new_zeros(3), torch.rand(2).new_ones(3), torch.rand(2).new_full((2,), math.pi))),
    "inf": of(lambda: (torch.full((3,), float("-inf")), torch.full((2,), float("nan")))),
    "numbers": of(lambda: (torch.tensor([1.0, 2.0]), torch.arange(5), torch.linspace(0, 1, 7), torch.tensor(3))),
    "types": of(lambda: tuple(torch.arange(3).to(kind) for kind in INTEGERS)),
    "large integer": of(lambda: torch.full((3,), 2**62 + 1)),
    # arithmetic
    "mul": in_place(lambda t: t.mul_(0.3).mul_(torch.tensor(2.0))),
    "add": in_place(lambda t: t.add_(0.3).add_(2, alpha=0.5).sub_(1).sub_(0.1, alpha=3)),
    "div": in_place(lambda t: t.div_(3)),
    "pow": in_place(lambda t: t.pow_(2).square_()),
    "signs": in_place(lambda t: t.sub_(0.5).neg_().abs_()),
    "roots": in_place(lambda t: t.sqrt_().reciprocal_()),
    "trunc_normal_ of fastai": in_place(lambda t: t.normal_().fmod_(2).mul_(0.01).add_(0.1)),
    "fmod": of(lambda: torch.randn(50).fmod(-0.3)),
    "clamp": in_place(lambda t: t.clamp_(0.3, 0.6).clamp_min_(0.4).clamp_max_(0.5)),
    "exp": in_place(lambda t: t.exp_().log_().expm1_().log1p_()),
    "what a subtraction leaves": in_place(lambda t: t.mul_(0.2).add_(0.001).exp_().sub_(1).log_(), 40, 50),
    "out of place": of(lambda: -(torch.rand(9) * 2 - 1) / 3 + 0.1),
    "number first": of(lambda: (1 - torch.rand(4), 2 * torch.rand(4), 1 / (1 + torch.rand(4)))),
    "number first, by name": of(lambda: (torch.sub(1, torch.rand(4)), torch.add(1, torch.rand(4)))),
    "number first, 16 bits": of(lambda: (torch.mul(2, rand16()), torch.sub(0.5, rand16()), torch.add(3, rand16()))),
    "number first, out": of(lambda: torch.sub(2, torch.rand(4), out=torch.empty(4))),
    "dense plus sparse": of(lambda: (torch.zeros(2, 2).add_(sparse()), torch.ones(2, 2) - sparse())),
    "two tensors": of(lambda: torch.rand(4, 3) * torch.rand(4, 1) + torch.randn(3)),
    "with a table": of(lambda: torch.rand(4, 3) * torch.arange(3.0) - torch.arange(4.0).unsqueeze(1)),
    "by itself": in_place(lambda t: t.mul_(t).add_(t)),
    "by its transpose": in_place(lambda t: t.add_(t.t().clone()).sub_(t.clone().t()), 4, 4),
    "types meet": of(lambda: torch.rand(5, dtype=torch.bfloat16) * torch.rand(5) + torch.rand(5, dtype=torch.float64)),
    "out": of(lambda: torch.mul(torch.rand(5), 2, out=torch.empty(5))),
    "norms": of(lambda: (torch.rand(4, 6).norm(dim=1), F.normalize(torch.randn(3, 40), dim=0), torch.randn(9).norm())),
    "product over channels": of(lambda: F.normalize(torch.randn(2, 3, 40), dim=-1)),
    # copies
    "clone": of(lambda: torch.rand(3, 4).t().clone()),
    "contiguous": of(lambda: torch.rand(3, 4).t().contiguous()),
    "cast": of(lambda: (torch.rand(5).half(), torch.randn(5).double().bfloat16(), torch.rand(3).to(torch.float64))),
    "copy_": of(lambda: torch.zeros(4, 3).copy_(torch.rand(3))),
    "copy_ of numbers": in_place(lambda t: t[1:3].copy_(torch.arange(5))),
    "cat": of(lambda: (torch.cat([torch.rand(2, 3), torch.zeros(1, 3)]), torch.stack([torch.rand(3)] * 2, 1))),
    "repeat": of(lambda: (torch.rand(2, 3).repeat(2, 1, 2), torch.rand(1, 3).expand(4, 3).contiguous())),
    "deepcopy": of(lambda: copy.deepcopy((torch.rand(3), torch.rand(2).half()))),
    "slices": in_place(sliced),
    "half written": of(half_written),
    "numbers of others": of(numbers_of_others),
    "views": of(queue_of_views),
    "channels last": of(lambda: torch.empty(2, 3, 4, 4).to(memory_format=torch.channels_last).normal_()),
    "strided draw": of(lambda: (torch.empty(4, 3).t().uniform_(), torch.empty(6, 4)[:, ::2].normal_())),
    # parameters and modules
    "ties": lambda: nn.ModuleDict({"a": (a := nn.Linear(3, 4)), "b": a}),
    "data": lambda: replaced(nn.Linear(3, 4)),
    "default dtype": lambda: with_default_dtype(torch.float64, lambda: nn.Linear(3, 4)),
    "bfloat16 inside": lambda: nn.Linear(3, 4, dtype=torch.bfloat16),
    "padding": lambda: nn.Embedding(7, 3, padding_idx=2),
    "nested": lambda: {"nets": [nn.Linear(2, 2), (nn.Linear(2, 3),)], "scale": torch.rand(3), "a.b.c": torch.rand(2)},
    "one tensor": lambda: nn.Parameter(torch.rand(3)),
    "a module's names with dots": Dotted,
}


@pytest.mark.parametrize("name", CASES)
def test_recorded(name: str, program: Program, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if name in ("norms", "product over channels"):
        request.getfixturevalue("norms_are_followed")
    check(CASES[name], program, tmp_path)


@pytest.mark.parametrize("name", CASES)
def test_fast(name: str) -> None:
    check_fast(CASES[name])


def rounds(change: Callable[[T], T]) -> Callable[[], dict[str, T]]:
    def build() -> dict[str, T]:
        tensor = torch.rand(3)
        for _ in range(70):
            tensor = change(tensor)
        return {"x": tensor}

    return build


def test_copies_of_wholes_are_not_deep(program: Program, tmp_path: Path) -> None:
    check(rounds(lambda t: (t + torch.rand(3)).clone().mul_(0.9)), program, tmp_path)


DEEP: dict[str, Callable[[T], T]] = {
    "sum": lambda t: torch.rand(3) + t,
    "difference": lambda t: torch.rand(3).sub_(t),
    "cat": lambda t: torch.cat([t[1:], torch.rand(1)]),
    "mean": lambda t: torch.normal(t, 1.0),
}


@pytest.mark.parametrize("name", DEEP)
def test_too_deep(name: str) -> None:
    """Storages that read one another are torch's where a plan could not follow."""
    check_bound(rounds(DEEP[name]))


def test_first_trial_within_modes() -> None:
    """Whether torch draws as sow does is tried within the block, whatever is on there."""
    fast._agrees.cache_clear()
    _torch._same.cache_clear()
    tensor = torch.empty(30, 40)
    with sow.fast(), torch.inference_mode(), torch.device("meta"):
        nn.init.sparse_(tensor, 0.5)
        assert {"sparse_", "normal_"} <= {name for name in fast._TRIED if fast._agrees(name, torch.float32)}
    check_fast(lambda: nn.Linear(3, 4))
