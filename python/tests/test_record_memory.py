"""Memory that changes past torch's operations, belongs to others, or lies in an uncommon way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from recorded import built, check_bound, check_fast, differences, from_plan
from torch import nn

import sow
from sow._record.memory import bytes_of

T = torch.Tensor


# ---- storages ----


def shrunk() -> dict[str, T]:
    tensor = torch.randn(10_000_000)
    tensor.untyped_storage().resize_(40)
    return {"w": torch.empty(0).set_(tensor.untyped_storage(), 0, (10,), (1,))}


def swapped() -> dict[str, T]:
    tensor = torch.rand(4)
    tensor.untyped_storage().byteswap(torch.float32)
    return {"w": tensor}


@pytest.mark.parametrize(("build", "reason"), [(shrunk, "resize_ at"), (swapped, "byteswap at")])
def test_storages_that_change(build: Callable[[], dict[str, T]], reason: str) -> None:
    assert check_bound(build).bound[0].startswith(reason)


def test_storages_that_are_emptied_meanwhile() -> None:
    """As those who shard parameters do."""

    def build() -> nn.Module:
        layer = nn.Linear(30, 40)
        storage = layer.weight.untyped_storage()
        storage.resize_(0)
        storage.resize_(4800)
        layer.reset_parameters()
        return layer

    check_fast(build)
    assert sow.record(build).bound == []


@pytest.mark.parametrize("strategy", sorted(torch.multiprocessing.get_all_sharing_strategies()))
def test_memory_that_moves_keeps_what_it_holds(strategy: str) -> None:
    """share_memory() of what torch has read before, and of what nothing has read yet."""

    def build() -> dict[str, Any]:
        read, unread = nn.Linear(30, 40), nn.Linear(3, 4)
        flipped = read.weight.data.flip(0)
        for layer in (read, unread):
            layer.share_memory()
            layer.bias.data.mul_(2)
        return {"read": read, "unread": unread, "flipped": flipped, "again": read.weight.data.flip(0)}

    before = torch.multiprocessing.get_sharing_strategy()
    torch.multiprocessing.set_sharing_strategy(strategy)
    try:
        check_fast(build)
        plan = sow.record(build, seed=5).plan()
        assert differences(plan, from_plan(plan), built(build, 5)[0]) == []
    finally:
        torch.multiprocessing.set_sharing_strategy(before)


def test_storages_written_to_files_hold_true_values(tmp_path: Path) -> None:
    def build() -> T:
        tensor = torch.randn(8)
        with (tmp_path / "w").open("wb") as file:
            tensor.untyped_storage()._write_file(file, True, False, 4)
        return tensor

    check_bound(build)
    assert (tmp_path / "w").read_bytes() == bytes_of(built(build, 5)[0]["tensor"])


def test_memory_can_be_resized_afterwards() -> None:
    tables = [torch.arange(4.0), torch.arange(4.0)]
    sow.record(lambda: torch.rand(4) * tables[0])
    with sow.fast():
        torch.rand(4).mul_(tables[1])
    for table in tables:
        table.untyped_storage().resize_(0)


# ---- memory of others ----


def lent() -> dict[str, T]:
    buffer = bytearray(80)
    torch.frombuffer(buffer, dtype=torch.float32).copy_(torch.randn(20).sort().values)
    return {"w": torch.tensor(list(buffer))}


def test_bound_numbers_in_lent_memory() -> None:
    """Whoever lent it may go by them."""
    assert check_bound(lent).bound[0].startswith("sort at")


# ---- uncommon views ----


def negative() -> T:
    view = torch.view_as_complex(torch.randn(5, 2)).conj().imag
    assert view.is_neg()
    return view


NEGATIVE: dict[str, Callable[[], Any]] = {
    "read": lambda: {"x": negative() * 2, "y": torch.zeros(5).copy_(negative())},
    "written": lambda: (view := negative(), view.fill_(3), {"x": view.resolve_neg()})[2],
    "into real memory": lambda: (x := torch.arange(5.0), torch._neg_view(x).copy_(torch.rand(5)), {"x": x})[2],
}


@pytest.mark.parametrize("name", NEGATIVE)
def test_negative_views(name: str) -> None:
    check_bound(NEGATIVE[name])


def test_a_negative_view_has_no_name() -> None:
    with pytest.raises(sow.UnsupportedError, match=r"^tensor is the negative of what its memory holds"):
        sow.record(negative)


SEEN_AS: dict[str, Callable[[], T]] = {
    "number": lambda: torch.ones(4, dtype=torch.int32).view(torch.float32) * torch.rand(4),
    "in place": lambda: torch.rand(4).add_(torch.ones(4, dtype=torch.int32).view(torch.float32)),
    "half": lambda: torch.rand(4).half() * torch.rand(2).view(torch.float16),
    "mean": lambda: torch.normal(torch.ones(4, dtype=torch.int32).view(torch.float32), 1.0),
}


@pytest.mark.parametrize("name", SEEN_AS)
def test_operands_that_are_seen_as_another_type(name: str) -> None:
    check_bound(SEEN_AS[name])


ONE_ELEMENT: dict[str, Callable[[], dict[str, T]]] = {
    "named": lambda: {"x": torch.arange(2.0)[::2]},
    "read": lambda: {"x": torch.arange(2.0)[::2] * torch.rand(1), "y": torch.rand(4, 1).copy_(torch.arange(4.0)[::4])},
}


@pytest.mark.parametrize("name", ONE_ELEMENT)
def test_one_element_and_its_stride(name: str) -> None:
    check_fast(ONE_ELEMENT[name])
    recording = sow.record(ONE_ELEMENT[name])
    assert recording.bound == []
    assert differences(recording.plan(3), from_plan(recording.plan(3)), built(ONE_ELEMENT[name], 3)[0]) == []


def test_bytes() -> None:
    """Of all that torch has, in the order of its elements."""
    numbers = torch.arange(6, dtype=torch.int16).view(2, 3)
    assert bytes_of(numbers.t()) == numbers.t().contiguous().numpy().tobytes()
    assert bytes_of(torch._neg_view(numbers)) == (-numbers).numpy().tobytes()
    turned = torch.tensor([1 + 2j])
    assert bytes_of(turned.conj()) == turned.conj().resolve_conj().numpy().tobytes()
    assert bytes_of(torch.empty(0)) == b""
    assert bytes_of(torch.rand(3)[:0]) == b""


# ---- another device by default ----


def rows() -> dict[str, T]:
    table = torch.arange(12.0, device="cpu").view(3, 4)
    with torch.device("meta"):
        nn.init.trunc_normal_(table[1], mean=9.0)
        table[2].mul_(torch.rand(4, device="cpu"))
    return {"a": table[:2], "b": table}


@pytest.mark.filterwarnings("ignore:.*mean is more than 2 std")
def test_another_default_device() -> None:
    check_fast(rows)
    for device in ("cpu", "meta"):
        torch.set_default_device(device)
        try:
            recording = sow.record(rows, seed=5)
        finally:
            torch.set_default_device(None)
        assert recording.bound == []
        assert differences(recording.plan(6), from_plan(recording.plan(6)), built(rows, 6)[0]) == []
