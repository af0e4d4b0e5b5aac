"""Constructors that talk to other processes, make tensors of other kinds, or write memory by its address."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

import pytest
import torch

pytest.importorskip("torch.distributed.tensor.placement_types")

from recorded import alone, built, check_fast, differences, from_plan
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Shard, distribute_tensor

import sow

dist: Any = torch.distributed


# ---- parts that the constructor cuts ----


class Part(nn.Module):
    """It draws the whole weight for its part of it, as Megatron-Core's layers do on the CPU."""

    def __init__(self, dim: int, dtype: torch.dtype) -> None:
        super().__init__()
        rank, world = dist.get_rank(), dist.get_world_size()
        whole = torch.empty(12, 8, dtype=torch.float32, requires_grad=False)
        nn.init.normal_(whole, std=0.02)
        whole = whole.to(dtype)
        size = whole.shape[dim] // world
        parts = torch.split(whole, size, dim=dim)
        self.weight = nn.Parameter(torch.empty_like(parts[0]))
        with torch.no_grad():
            self.weight.data.copy_(torch.cat(parts[rank::world], dim=dim))


@pytest.mark.parametrize(("rank", "world"), [(0, 1), (0, 2), (1, 2), (3, 4)])
def test_a_part_of_what_was_drawn(rank: int, world: int) -> None:
    def check() -> None:
        for dim in (0, 1):
            for dtype in (torch.float32, torch.bfloat16):
                build = functools.partial(Part, dim, dtype)
                recording = sow.record(build)
                assert not recording.bound
                model = build()
                recording.fill(model, 9)
                torch.manual_seed(9)
                assert torch.equal(model.weight, build().weight)
                torch.manual_seed(9)
                whole = nn.init.normal_(torch.empty(12, 8), std=0.02).to(dtype)
                assert torch.equal(model.weight, whole.chunk(world, dim)[rank])

    alone(rank, world, check)


# ---- collectives ----


def reduced() -> nn.Module:
    layer = nn.Linear(3, 3)
    dist.all_reduce(layer.weight.data)
    layer.weight.data.mul_(2)
    return layer


def gathered() -> dict[str, torch.Tensor]:
    made = [torch.empty(4) for _ in range(2)]
    dist.all_gather(made, torch.ones(4))
    return {"w": torch.cat(made)}


def broadcast() -> dict[str, torch.Tensor]:
    made = torch.zeros(4)
    dist.broadcast(made, 0, async_op=True).wait()
    return {"w": made}


@pytest.mark.parametrize("build", [reduced, gathered, broadcast])
def test_collectives_bind(build: Callable[[], Any]) -> None:
    """Also where no random number of this process went in."""

    def check() -> None:
        check_fast(build)
        recording = sow.record(build, seed=5)
        assert "test_record_distributed.py" in recording.bound[0]
        plan = recording.plan(5)
        assert differences(plan, from_plan(plan), built(build, 5)[0]) == []
        with pytest.raises(sow.InvalidArgumentError, match=r"1 tensor holds the numbers of seed 5"):
            recording.plan(6)

    alone(0, 2, check)


# ---- tensors made of others ----


def sharded() -> nn.Module:
    layer = nn.Linear(4, 4)
    layer.weight = nn.Parameter(distribute_tensor(layer.weight, init_device_mesh("cpu", (2,)), [Shard(0)]))
    for initialize in (nn.init.trunc_normal_, nn.init.kaiming_normal_, nn.init.uniform_):
        initialize(layer.weight)
    assert isinstance(layer.weight, DTensor)
    layer.weight = nn.Parameter(layer.weight.to_local())
    return layer


def check_sharded() -> None:
    torch.manual_seed(5)
    with sow.fast():  # first, while DTensor has not found yet what its operations return
        made: Any = sharded()
    wanted, _ = built(sharded, 5)
    assert torch.equal(made.weight, wanted["weight"])
    recording = sow.record(sharded, seed=5)
    assert torch.equal(from_plan(recording.plan(5))["weight"], wanted["weight"])


@pytest.mark.filterwarnings("ignore:DTensor random operators")
def test_dtensor() -> None:
    alone(0, 2, check_sharded)


def columns(name: str) -> dict[str, torch.Tensor]:
    whole: Any = distribute_tensor(torch.zeros(6, 8), init_device_mesh("cpu", (2,)), [Shard(1)])
    return {"w": getattr(nn.init, name)(whole).to_local()}


def check_fans() -> None:
    for name in ("kaiming_normal_", "kaiming_uniform_", "xavier_normal_", "xavier_uniform_"):
        build = functools.partial(columns, name)
        plan = sow.record(build, seed=5).plan(6)
        assert differences(plan, from_plan(plan), built(build, 6)[0]) == []


@pytest.mark.filterwarnings("ignore:DTensor random operators")
def test_fans_are_those_of_the_whole_tensor() -> None:
    alone(0, 2, check_fans)


def test_fake_tensors() -> None:
    def build() -> nn.Module:
        with FakeTensorMode():
            fake = nn.Linear(3, 4)
            nn.init.kaiming_normal_(fake.weight)
            fake(torch.rand(2, 3))
        return nn.Linear(3, 4)

    check_fast(build)
    recording = sow.record(build, seed=5)
    assert recording.bound == []
    assert differences(recording.plan(6), from_plan(recording.plan(6)), built(build, 6)[0]) == []


# ---- memory that is written by its address ----


def written_unseen(dtype: torch.dtype) -> torch.Tensor:
    """As torch's C++ does."""
    made = torch.empty(6, dtype=dtype)
    source = torch.arange(6).to(dtype)
    address = torch._C.TensorBase.data_ptr
    torch.zeros(()).item()  # what is late is done
    ctypes.memmove(address(made), address(source), source.nbytes)
    return made


READERS: dict[str, Callable[[torch.Tensor], Any]] = {
    "clone": lambda t: t.clone(),
    "type": lambda t: t.to(torch.float64),
    "storage": lambda t: torch.empty(6, dtype=t.dtype).set_(t.untyped_storage().clone()),
    "cat": lambda t: torch.cat([t, torch.rand(3).to(t.dtype)]),
    "repeat": lambda t: t.repeat(2),
    "copy": lambda t: torch.rand(6).to(t.dtype).copy_(t),
    "sum": lambda t: torch.rand(6).add_(t),
    "itself": lambda t: t.mul_(2),
    "a part": lambda t: t[1:3].zero_(),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("dtype", [torch.int64, torch.float32])
def test_written_unseen(name: str, dtype: torch.dtype) -> None:
    def build() -> dict[str, torch.Tensor]:
        made = written_unseen(dtype)
        return {"read": READERS[name](made), "made": made}

    check_fast(build)


@pytest.mark.parametrize("name", ["clone", "type", "storage", "repeat", "copy"])
def test_integers_written_unseen_are_recorded(name: str) -> None:
    def build() -> torch.Tensor:
        read: torch.Tensor = READERS[name](written_unseen(torch.int64))
        return read

    assert torch.equal(torch.from_numpy(sow.record(build).plan(1)["tensor"]), built(build, 1)[0]["tensor"])
