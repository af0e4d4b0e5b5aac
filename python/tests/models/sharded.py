"""Small models of four kinds, and one process of a group that fills them: test_sharded.py starts several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, parallelize_module

import sow


class Block(nn.Module):
    """Attention's and a feed-forward's matrices: `up` and `down` are what tensor parallel cuts."""

    def __init__(self, width: int, hidden: int, bias: bool) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, hidden, bias=bias)
        self.down = nn.Linear(hidden, width, bias=bias)
        nn.init.normal_(self.down.weight, std=0.02 / 2**0.5)


class Llama(nn.Module):
    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.embed = nn.Embedding(50, width)
        self.layers = nn.ModuleList(Block(width, 64, bias=False) for _ in range(2))
        self.head = nn.Linear(width, 50, bias=False)
        self.register_buffer("inv_freq", 10000 ** -(torch.arange(0, 8, 2) / 8), persistent=False)


class GPT2(nn.Module):
    """With its head tied to the table, and sizes that no number of processes divides."""

    def __init__(self) -> None:
        super().__init__()
        self.wte = nn.Embedding(53, 19)
        self.layers = nn.ModuleList(Block(19, 76, bias=True) for _ in range(2))
        self.head = nn.Linear(19, 53, bias=False)
        self.head.weight = self.wte.weight
        nn.init.trunc_normal_(self.wte.weight, std=0.02)
        self.register_buffer("mask", torch.tril(torch.ones(6, 6)))


class MoE(nn.Module):
    """Experts in one parameter of three dimensions; three rows are fewer than four processes."""

    def __init__(self) -> None:
        super().__init__()
        self.router = nn.Linear(16, 3, bias=False)
        self.experts = nn.Parameter(torch.empty(6, 16, 10))
        nn.init.kaiming_uniform_(self.experts)
        self.layers = nn.ModuleList([Block(16, 32, bias=True)])


class ResNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 10, 3, bias=False)
        self.bn = nn.BatchNorm2d(10)
        self.layers = nn.ModuleList([Block(10, 16, bias=True)])
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out")


MODELS: dict[str, Callable[[], nn.Module]] = {"llama": Llama, "gpt2": GPT2, "moe": MoE, "resnet": ResNet}

# The mesh's sizes as fractions of the world: FSDP2 alone, tensor parallel alone, both, and HSDP with 2 replicas.
PLACEMENTS = ("fsdp", "tp", "fsdp_tp", "hsdp")


def _parallelised(model: Any, placement: str, world: int) -> nn.Module:
    two = {"fsdp_tp": ("dp", "tp"), "hsdp": ("replicate", "shard")}.get(placement)
    shape = (world // 2, 2) if placement == "fsdp_tp" else (2, world // 2)
    mesh = init_device_mesh("cpu", shape if two else (world,), mesh_dim_names=two or (placement,))
    if "tp" in placement:
        plan = {"up": ColwiseParallel(), "down": RowwiseParallel()}
        for layer in model.layers:
            parallelize_module(layer, mesh["tp"], plan)
    if placement != "tp":
        over = mesh["dp"] if placement == "fsdp_tp" else mesh
        for layer in model.layers:
            fully_shard(layer, mesh=over)
        fully_shard(model, mesh=over)
    parallel: nn.Module = model
    return parallel


def _tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    tensors = {**dict(model.named_parameters(remove_duplicate=False)), **dict(model.named_buffers())}
    return {name: one.full_tensor() if isinstance(one, DTensor) else one for name, one in tensors.items()}


def differences(made: nn.Module, wanted: nn.Module) -> list[str]:
    """Names of tensors that are not the same bit for bit."""
    ours, theirs = _tensors(made), _tensors(wanted)
    assert list(ours) == list(theirs)
    return [name for name in theirs if ours[name].detach().numpy().tobytes() != theirs[name].detach().numpy().tobytes()]


def run(rank: int, world: int, store: str) -> None:
    """One process: every model on every placement, at two seeds."""
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", f"file://{store}", rank=rank, world_size=world)
    for kind, constructor in MODELS.items():
        recording = sow.record(constructor)
        for placement in PLACEMENTS:
            with torch.device("meta"):
                model = constructor()
            model = _parallelised(model, placement, world)
            for seed in (0, 2**40 + 7):
                # Once from meta, and then over what is there.
                if seed == 0:
                    sow.materialize(model, recording, seed=seed, threads=1)
                else:
                    recording.fill(model, seed, threads=1)
                torch.manual_seed(seed)
                found = differences(model, constructor())
                assert found == [], f"{kind} {placement} of {world}, rank {rank}, seed {seed}: {found}"
    torch.distributed.destroy_process_group()
