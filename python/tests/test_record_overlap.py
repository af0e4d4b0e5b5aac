"""Operations on tensors that share memory: torch reads what it has just written, and so must whoever says the same."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from recorded import Program, built, check, check_fast, differences, from_plan

import sow
from sow._record.overlap import overlap

T = torch.Tensor


def changed(change: Callable[[T], object], dtype: torch.dtype = torch.float32) -> Callable[[], dict[str, T]]:
    def build() -> dict[str, T]:
        w = torch.randn(16, 70, dtype=dtype)
        change(w)
        return {"w": w}

    return build


SHARED: dict[str, Callable[[], dict[str, T]]] = {
    "every second": changed(lambda w: w[::2].copy_(w[:8])),
    "columns": changed(lambda w: w[:, 1:].copy_(w[:, :-1])),
    "sum of columns": changed(lambda w: w[:, 1:].add_(w[:, :-1])),
    "first column": changed(lambda w: w.sub_(w[:, :1])),
    "drawn number": changed(lambda w: w.mul_(torch.rand(())), torch.bfloat16),
    "filled with its own number": changed(lambda w: w.fill_(w[1, 1])),
}
APART: dict[str, Callable[[], dict[str, T]]] = {
    "halves": changed(lambda w: w[:, :35].copy_(w[:, 35:])),
    "odd and even": changed(lambda w: w[::2].sub_(w[1::2])),
    "rows": changed(lambda w: w[3:5].mul_(w[8])),
    "itself": changed(lambda w: w[:, ::2].copy_(w[:, ::2]).mul_(w[:, ::2])),
}


@pytest.mark.parametrize("name", SHARED)
def test_what_torch_alone_can_say(name: str) -> None:
    build = SHARED[name]
    check_fast(build)
    recording = sow.record(build, seed=5)
    assert differences(recording.plan(), from_plan(recording.plan()), built(build, 5)[0]) == []
    with pytest.raises(sow.InvalidArgumentError, match="1 tensor holds the numbers of seed 5"):
        recording.plan(6)


@pytest.mark.parametrize("name", APART)
def test_parts_that_share_nothing_are_steps(name: str, program: Program, tmp_path: Path) -> None:
    check(APART[name], program, tmp_path)
    check_fast(APART[name])


def test_what_torch_refuses_is_refused() -> None:
    for change in (lambda w: w.mul_(w[1, 1]), lambda w: w[1:].add_(w[1, 0])):
        with pytest.raises(RuntimeError, match="unsupported operation"), sow.fast():
            change(torch.ones(3, 4))


def test_overlap_is_never_overlooked() -> None:
    chance = random.Random(1)
    memory = torch.arange(60)

    def view() -> T:
        sizes = [chance.randint(1, 3) for _ in range(chance.randint(1, 3))]
        return memory.as_strided(sizes, [chance.randint(0, 9) for _ in sizes], chance.randint(0, 8))

    for _ in range(3000):
        first, second = view(), view()
        same = (first.shape, first.stride(), first.storage_offset()) == (
            second.shape, second.stride(), second.storage_offset(),
        )  # fmt: skip
        share = bool(set(first.flatten().tolist()) & set(second.flatten().tolist()))
        assert overlap(first, second) == share or same or first.shape == second.shape
