"""Parameters of which a process has a range of elements: FSDP1's, and those of DeepSpeed's ZeRO-3.

Each rank is on its own, in torch's fake group: whatever needed another rank would come to nothing.
"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn

pytest.importorskip("torch.testing._internal.distributed.fake_pg")

from recorded import alone
from torch.distributed.fsdp import FullyShardedDataParallel, ShardingStrategy

import sow
from sow._flat import FlatShard

# Of torch: that FSDP1, or its way to keep tensors whole, is an old one.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")

CPU = torch.device("cpu")


class Net(nn.Module):
    """Tensors of none to four dimensions, two of them tied, and a buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(10, 6)
        self.body = nn.Sequential(nn.Linear(6, 7), nn.Conv2d(7, 5, 3))
        self.norm = nn.LayerNorm(5)
        self.extra = nn.Parameter(torch.randn(3, 4, 5))
        self.head = nn.Linear(6, 10)
        self.head.weight = self.embedding.weight
        self.register_buffer("table", torch.ones(3))


# ---- ranges ----


def test_a_range_is_made_of_rectangles() -> None:
    """Every range of every small shape: each element of it once, at its place."""
    for ndim in range(5):
        for shape in itertools.product((1, 2, 3), repeat=ndim):
            count = math.prod(shape)
            numbers = torch.arange(count).view(shape)
            for begin, end in itertools.combinations_with_replacement(range(count + 1), 2):
                blocks = FlatShard("", shape, numbers.view(-1)[begin:end], begin).blocks()
                assert len(blocks) <= max(2 * ndim - 1, 1)
                made = torch.full((end - begin,), -1)
                for block, (at,) in blocks:
                    part = numbers[tuple(slice(b, b + s) for b, s in zip(block.begin, block.size))]
                    made[at : at + part.numel()] = part.reshape(-1)
                assert made.tolist() == list(range(begin, end)), (shape, begin, end)


# ---- FSDP1 ----


def fsdp1(model: nn.Module, shown: bool, strategy: ShardingStrategy, inner: bool) -> FullyShardedDataParallel:
    def wrap(module: Any) -> FullyShardedDataParallel:
        return FullyShardedDataParallel(module, use_orig_params=shown, sharding_strategy=strategy, device_id=CPU)

    if inner:
        model.body = wrap(model.body)
    return wrap(model)


STRATEGIES = [ShardingStrategy.FULL_SHARD, ShardingStrategy.SHARD_GRAD_OP, ShardingStrategy.NO_SHARD]


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize(("rank", "world"), [(0, 1), (0, 2), (1, 2), (2, 3), (3, 7), (6, 7), (40, 64)])
def test_fsdp1_has_what_it_has_of_the_whole_model(rank: int, world: int, shown: bool) -> None:
    def check() -> None:
        recording = sow.record(Net)
        for seed, (strategy, inner, dtype) in enumerate(
            itertools.product(STRATEGIES, (True, False), (torch.float32, torch.bfloat16))
        ):
            torch.manual_seed(seed)
            wanted = fsdp1(Net().to(dtype), shown, strategy, inner)
            net = Net().to(dtype)
            for parameter in net.parameters():
                nn.init.constant_(parameter, 7.0)
            made = fsdp1(net, shown, strategy, inner)
            recording.fill(made, seed)
            for (name, one), (_, other) in zip(made.named_parameters(), wanted.named_parameters()):
                assert torch.equal(one, other), (name, strategy, inner, dtype)

    alone(rank, world, check)


def test_fsdp1_of_another_type_than_the_plan() -> None:
    """What cannot be written where it belongs is made beside it, in pieces."""

    def check() -> None:
        model = FullyShardedDataParallel(nn.Conv2d(3, 5, 3), use_orig_params=False, device_id=CPU)
        sow.record(lambda: nn.Conv2d(3, 5, 3)).plan(5, cast="bfloat16").fill(model)
        torch.manual_seed(5)
        layer: Any = nn.Conv2d(3, 5, 3).bfloat16().float()
        whole = torch.cat([layer.weight.detach().view(-1), layer.bias.detach()])
        assert torch.equal(next(model.parameters()), whole.chunk(3)[1])

    alone(1, 3, check)


def check_second_half(model: nn.Module) -> None:
    """Of a layer's 72 numbers the second process has 28 of the weight's, and the bias."""
    torch.manual_seed(5)
    layer = nn.Linear(8, 8)
    shards = torch.cat([parameter.detach().view(-1) for parameter in model.parameters()])
    assert torch.equal(shards, torch.cat([layer.weight.detach().view(-1)[36:], layer.bias.detach()]))


def test_fsdp1_after_a_forward() -> None:
    """The root's parameters stay gathered; they are thrown away."""

    def check() -> None:
        for shown in (True, False):
            model = FullyShardedDataParallel(nn.Linear(8, 8), use_orig_params=shown, device_id=CPU)
            model(torch.zeros(1, 8))
            sow.record(lambda: {"nets": [nn.Linear(8, 8)]}).fill({"nets": [model]}, 5)
            check_second_half(model)

    alone(1, 2, check)


def test_fsdp1_within_summon_full_params() -> None:
    def check() -> None:
        for shown in (True, False):
            model = FullyShardedDataParallel(nn.Linear(8, 8), use_orig_params=shown, device_id=CPU)
            with FullyShardedDataParallel.summon_full_params(model, writeback=True):
                sow.record(lambda: nn.Linear(8, 8)).fill(model, 5)
            check_second_half(model)

    alone(1, 2, check)


def test_fsdp1_parameters_alone() -> None:
    def check() -> None:
        model = FullyShardedDataParallel(nn.Linear(8, 8), use_orig_params=True, device_id=CPU)
        with pytest.raises(
            sow.ShapeError, match=r"weight has the shape \[36\] in .*; fill the model itself, not its para"
        ):
            sow.record(lambda: nn.Linear(8, 8)).fill(dict(model.named_parameters()), 0)

    alone(0, 2, check)


def test_fsdp1_in_another_order_of_elements() -> None:
    """Newer torch keeps the order that a tensor has in memory; older ones have all of them row by row."""

    def check() -> None:
        def build() -> FullyShardedDataParallel:
            net: Any = nn.Conv2d(2, 3, 3)
            return FullyShardedDataParallel(net.to(memory_format=torch.channels_last), device_id=CPU)

        model: Any = build()
        recording = sow.record(lambda: nn.Conv2d(2, 3, 3))
        if hasattr(model._flat_param, "_contiguities"):
            with pytest.raises(sow.UnsupportedError, match="weight is flat in another order than row by row: fill bef"):
                recording.fill(model, 0)
        else:
            recording.fill(model, 3)
            torch.manual_seed(3)
            assert torch.equal(next(model.parameters()), next(build().parameters()))

    alone(0, 2, check)


# ---- ZeRO-3 ----


@pytest.fixture
def zero(monkeypatch: pytest.MonkeyPatch) -> Any:
    """DeepSpeed, on a processor alone."""
    monkeypatch.setenv("DS_ACCELERATOR", "cpu")
    deepspeed: Any = pytest.importorskip("deepspeed")
    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False  # which it would compile
    return deepspeed


def in_parts(deepspeed: Any, constructor: Callable[[], nn.Module], bfloat16: bool = False) -> nn.Module:
    group = torch.distributed
    os.environ.update(RANK=str(group.get_rank()), WORLD_SIZE=str(group.get_world_size()), LOCAL_RANK="0")
    deepspeed.init_distributed("gloo")
    config = {"train_batch_size": group.get_world_size(), "zero_optimization": {"stage": 3}}
    with deepspeed.zero.Init(config_dict_or_path={**config, "bf16": {"enabled": bfloat16}}):
        return constructor()


@pytest.mark.parametrize(("rank", "world"), [(0, 1), (0, 2), (1, 2), (2, 3), (6, 7), (40, 64)])
def test_zero3_has_what_it_has_of_the_whole_model(rank: int, world: int, zero: Any) -> None:
    def check() -> None:
        recording = sow.record(Net)
        for dtype in (torch.float32, torch.bfloat16):
            model = in_parts(zero, Net, dtype is torch.bfloat16)
            recording.fill(model, 3)
            torch.manual_seed(3)
            wanted = dict(Net().to(dtype).named_parameters())
            for name, parameter in model.named_parameters():
                size = -(-wanted[name].numel() // world)
                part = wanted[name].detach().flatten()[size * rank : size * (rank + 1)]
                shard: Any = parameter
                assert torch.equal(shard.ds_tensor[: part.numel()], part), name

    alone(rank, world, check)


class Late(nn.Module):
    """Its last word is said when the layer's parameters are in parts already."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(8, 8)
        nn.init.constant_(self.inner.weight, 7.0)


def test_zero3_of_a_constructor_that_comes_too_late(zero: Any) -> None:
    def check() -> None:
        model: Any = in_parts(zero, Late)
        part = model.inner.weight.ds_tensor
        assert not (part == 7).any()
        sow.record(Late).fill(model)
        assert (part == 7).all()

    alone(1, 2, check)


def test_zero3_that_is_gathered(zero: Any) -> None:
    """Both the whole tensor and the part, which stays: DeepSpeed does not cut it again."""

    def check() -> None:
        model: Any = in_parts(zero, lambda: nn.Linear(8, 8))
        with zero.zero.GatheredParameters(list(model.parameters())):
            sow.record(lambda: nn.Linear(8, 8)).fill(model, 5)
            torch.manual_seed(5)
            wanted = nn.Linear(8, 8).weight
            assert torch.equal(model.weight, wanted)
        assert torch.equal(model.weight.ds_tensor, wanted.view(-1)[32:])

    alone(1, 2, check)


def test_zero3_that_cannot_be_filled(zero: Any) -> None:
    def check() -> None:
        recording = sow.record(lambda: nn.Linear(8, 8))
        model: Any = in_parts(zero, lambda: nn.Linear(8, 8))
        part = model.weight.ds_tensor
        model.weight.ds_tensor = part[:5]
        with pytest.raises(sow.UnsupportedError, match=r"has 5 elements of \[8, 8\] here, .* on 2 ranks has 32"):
            recording.fill(model)
        model.weight.ds_tensor, model.weight.ds_secondary_tensor = part, part
        with pytest.raises(sow.UnsupportedError, match="does not know parts on NVMe, of MiCS, or of hpZ"):
            recording.fill(model)
        model.weight.ds_secondary_tensor, model.weight._z3_optimizer = None, object()
        with pytest.raises(sow.UnsupportedError, match=r"weight: .* has a copy of it already: fill before"):
            recording.fill(model)
        with pytest.raises(sow.UnsupportedError, match=r"weight was cut into parts by DeepSpeed: record .* outside"):
            sow.record(lambda: in_parts(zero, lambda: nn.Linear(8, 8)))

    alone(0, 2, check)
