"""Ways to spread a network over processes, by torch's own means."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Callable
from typing import Any, NamedTuple, Union

import torch
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Placement, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    RowwiseParallel,
    SequenceParallel,
    parallelize_module,
)
from torch.distributed.tensor.placement_types import _StridedShard

Dims = Union["int", "None"]

# Which dimension tensor parallel cuts, by glob; None: a replica that is a DTensor. The first that fits counts.
CUTS: dict[str, list[tuple[str, Dims]]] = {
    "llama": [
        ("embed_tokens.weight", 0),
        ("lm_head.weight", 0),
        ("*o_proj.weight", 1),
        ("*down_proj.weight", 1),
        ("*_proj.weight", 0),
        ("*norm.weight", None),
    ],
    "gpt2": [
        ("wte.weight", 0),
        ("lm_head.weight", 0),
        ("*c_attn.weight", 1),
        ("*c_fc.weight", 1),
        ("*c_attn.bias", 0),
        ("*c_fc.bias", 0),
        ("*_proj.weight", 0),
        ("*_proj.bias", None),
    ],
    "moe": [("*experts.*_proj", 0), ("*shared.down_proj.weight", 1), ("*shared.*", 0), ("embed_tokens.weight", 1)],
    "resnet": [("*conv1.weight", 0), ("*conv2.weight", 1), ("*bn1.*", 0), ("fc.weight", 1), ("*down.weight", 0)],
}


def replace(model: nn.Module, change: Callable[[str, torch.Tensor], torch.Tensor | None]) -> None:
    """Puts another tensor in the place of each for which there is one; ties stay."""
    done: dict[int, torch.Tensor] = {}
    for path, module in model.named_modules():
        tables: list[dict[str, Any]] = [module._parameters, module._buffers]
        for members in tables:
            for key, tensor in members.items():
                if tensor is None or id(tensor) in done:
                    members[key] = tensor if tensor is None else done[id(tensor)]
                    continue
                changed = change(f"{path}.{key}" if path else key, tensor)
                if changed is None:
                    continue
                if isinstance(tensor, nn.Parameter):
                    changed = nn.Parameter(changed, requires_grad=tensor.requires_grad)
                done[id(tensor)] = changed
                done[id(changed)] = changed
                members[key] = changed


def distribute(
    model: nn.Module, mesh: DeviceMesh, choose: Callable[[str, torch.Tensor], list[Placement] | None]
) -> None:
    def change(name: str, tensor: torch.Tensor) -> torch.Tensor | None:
        placements = choose(name, tensor)
        return None if placements is None else distribute_tensor(tensor.detach(), mesh, placements)

    replace(model, change)


def tensor_parallel(model: nn.Module, network: str, mesh: DeviceMesh) -> None:
    def choose(name: str, tensor: torch.Tensor) -> list[Placement] | None:
        for glob, dim in CUTS[network]:
            if fnmatch.fnmatch(name, glob) and (dim is None or dim < tensor.ndim):
                return [Replicate() if dim is None else Shard(dim)]
        return None

    distribute(model, mesh, choose)


def shard_layers(model: Any, **how: Any) -> None:
    """FSDP2 as people use it: each layer, then what is left."""
    for layer in model.h if hasattr(model, "h") else model.layers:
        fully_shard(layer, **how)
    fully_shard(model, **how)


class Group(NamedTuple):
    """The processes, and the network that is spread over them; tensors are on meta."""

    world: int
    network: str

    def mesh(self, *sizes: int, names: tuple[str, ...] | None = None) -> DeviceMesh:
        return _mesh(sizes or (self.world,), names)


@functools.cache
def _mesh(sizes: tuple[int, ...], names: tuple[str, ...] | None) -> DeviceMesh:
    """One for all networks: its groups connect every process to every other."""
    return init_device_mesh("cpu", sizes, mesh_dim_names=names)


# ---- layouts ----


def plain(model: nn.Module, group: Group) -> nn.Module:
    return model


def compiled(model: nn.Module, group: Group) -> nn.Module:
    wrapped: Any = torch.compile(model)
    return wrapped


def replicas(model: nn.Module, group: Group) -> nn.Module:
    distribute(model, group.mesh(), lambda name, tensor: [Replicate()])
    return model


def fsdp(model: nn.Module, group: Group) -> nn.Module:
    shard_layers(model, mesh=group.mesh())
    return model


def fsdp_root(model: nn.Module, group: Group) -> nn.Module:
    fully_shard(model, mesh=group.mesh(), reshard_after_forward=False)
    return model


def fsdp_checkpointed(model: Any, group: Group) -> nn.Module:
    """Activation checkpointing puts a word into names."""
    layers = model.h if hasattr(model, "h") else model.layers
    for at, layer in enumerate(layers):
        layers[at] = checkpoint_wrapper(layer)
    shard_layers(model, mesh=group.mesh())
    return compiled(model, group)


def fsdp_columns(model: nn.Module, group: Group) -> nn.Module:
    """FSDP2 of the last dimension where it can be divided."""

    def where(parameter: nn.Parameter) -> Shard | None:
        last = parameter.ndim - 1
        return Shard(last) if last > 0 and parameter.shape[last] % group.world == 0 else None

    shard_layers(model, mesh=group.mesh(), shard_placement_fn=where)
    return model


def fsdp_of_half(model: nn.Module, group: Group) -> nn.Module:
    """Each half of the processes shards for itself, and knows nothing of the other."""
    shard_layers(model, mesh=group.mesh(2, group.world // 2, names=("apart", "shard"))["shard"])
    return model


def hsdp(model: nn.Module, group: Group) -> nn.Module:
    shard_layers(model, mesh=group.mesh(2, group.world // 2, names=("replicate", "shard")))
    return model


def hsdp_narrow(model: nn.Module, group: Group) -> nn.Module:
    shard_layers(model, mesh=group.mesh(group.world // 2, 2, names=("replicate", "shard")))
    return model


def tp(model: nn.Module, group: Group) -> nn.Module:
    tensor_parallel(model, group.network, group.mesh())
    return model


def tp_sequence(model: Any, group: Group) -> nn.Module:
    """parallelize_module's own styles, sequence parallel for the norms."""
    mesh = group.mesh()
    plan = {
        "input_layernorm": SequenceParallel(),
        "post_attention_layernorm": SequenceParallel(),
        "self_attn.q_proj": ColwiseParallel(),
        "self_attn.k_proj": ColwiseParallel(),
        "self_attn.v_proj": ColwiseParallel(),
        "self_attn.o_proj": RowwiseParallel(output_layouts=Shard(1)),
        "mlp.gate_proj": ColwiseParallel(),
        "mlp.up_proj": ColwiseParallel(),
        "mlp.down_proj": RowwiseParallel(output_layouts=Shard(1)),
    }
    ends = {
        "embed_tokens": RowwiseParallel(input_layouts=Replicate(), output_layouts=Shard(1)),
        "norm": SequenceParallel(),
        "lm_head": ColwiseParallel(input_layouts=Shard(1), output_layouts=Replicate()),
    }
    parallelize_module(model, mesh, ends)
    for layer in model.layers:
        parallelize_module(layer, mesh, plan)
    return model


def fsdp_tp(model: nn.Module, group: Group, tensor: int = 2) -> nn.Module:
    mesh = group.mesh(group.world // tensor, tensor, names=("dp", "tp"))
    tensor_parallel(model, group.network, mesh["tp"])
    shard_layers(model, mesh=mesh["dp"])
    return model


def fsdp_tp_sequence(model: nn.Module, group: Group) -> nn.Module:
    mesh = group.mesh(group.world // 2, 2, names=("dp", "tp"))

    class Within(NamedTuple):
        def mesh(self) -> DeviceMesh:
            return mesh["tp"]

    tp_sequence(model, Within())  # type: ignore[arg-type]
    shard_layers(model, mesh=mesh["dp"])
    return model


def fsdp_columns_tp(model: nn.Module, group: Group) -> nn.Module:
    """FSDP2 of a dimension other than tensor parallel's."""
    mesh = group.mesh(group.world // 2, 2, names=("dp", "tp"))
    tensor_parallel(model, group.network, mesh["tp"])

    def where(parameter: nn.Parameter) -> Shard | None:
        even = parameter.ndim > 1 and parameter.shape[1] % group.world == 0
        return Shard(1) if even else None

    shard_layers(model, mesh=mesh["dp"], shard_placement_fn=where)
    return model


def hsdp_tp(model: nn.Module, group: Group) -> nn.Module:
    mesh = group.mesh(2, group.world // 4, 2, names=("replicate", "shard", "tp"))
    tensor_parallel(model, group.network, mesh["tp"])
    shard_layers(model, mesh=mesh["replicate", "shard"])
    return model


def mixed(model: Any, group: Group) -> nn.Module:
    """One layer by FSDP2, one by tensor parallel, the rest plain."""
    layers = model.h if hasattr(model, "h") else model.layers
    fully_shard(layers[0], mesh=group.mesh())
    tensor_parallel(layers[1], group.network, group.mesh())
    return model


def rows_twice(model: nn.Module, group: Group) -> nn.Module:
    """Two dimensions of the mesh cut the rows, the outer one first."""
    mesh = group.mesh(group.world // 2, 2)
    distribute(model, mesh, lambda name, tensor: [Shard(0), Shard(0)] if tensor.ndim > 0 else None)
    return model


def rows_and_columns(model: nn.Module, group: Group) -> nn.Module:
    mesh = group.mesh(group.world // 2, 2)
    distribute(model, mesh, lambda name, tensor: [Shard(tensor.ndim - 1), Shard(0)] if tensor.ndim > 0 else None)
    return model


def three_dimensions(model: nn.Module, group: Group) -> nn.Module:
    def choose(name: str, tensor: torch.Tensor) -> list[Placement] | None:
        last = tensor.ndim - 1
        return [Shard(last), Replicate(), Shard(0)] if last >= 0 else [Replicate()] * 3

    distribute(model, group.mesh(2, group.world // 4, 2), choose)
    return model


def strided(model: nn.Module, group: Group, factor: int = 3) -> nn.Module:
    """Strided shards that no order of plain cuts makes: a process has several rectangles of a tensor."""
    mesh = group.mesh()

    def change(name: str, tensor: torch.Tensor) -> torch.Tensor | None:
        if tensor.ndim == 0:
            return None
        return whole(tensor, mesh).redistribute(placements=[_StridedShard(tensor.ndim - 1, split_factor=factor)])

    replace(model, change)
    return model


def whole(tensor: torch.Tensor, mesh: DeviceMesh) -> Any:
    """A replica on every process, from which torch cuts without communication."""
    return distribute_tensor(tensor.detach(), mesh, [Replicate()] * mesh.ndim)


class Layout(NamedTuple):
    spread: Callable[[nn.Module, Group], nn.Module]
    least: int = 2  # processes
    networks: tuple[str, ...] | None = tuple(CUTS)  # None: any
    runs: bool = False  # its forward is that of one process, bit for bit


LAYOUTS: dict[str, Layout] = {
    "plain": Layout(plain, runs=True, networks=None),
    "torch.compile": Layout(compiled),
    "replicas as DTensors": Layout(replicas, networks=None),
    "FSDP2": Layout(fsdp, runs=True),
    "FSDP2 of the root": Layout(fsdp_root, runs=True, networks=None),
    "FSDP2, checkpoint_wrapper, torch.compile": Layout(fsdp_checkpointed),
    "FSDP2 of columns": Layout(fsdp_columns, runs=True),
    "FSDP2 of each half": Layout(fsdp_of_half, 4, runs=True),
    "HSDP, 2 replicas": Layout(hsdp, runs=True),
    "HSDP of pairs": Layout(hsdp_narrow, 8, runs=True),
    "TP": Layout(tp),
    "TP, sequence parallel": Layout(tp_sequence, networks=("llama",)),
    "FSDP2 x TP of 2": Layout(fsdp_tp),
    "FSDP2 x TP of 4": Layout(functools.partial(fsdp_tp, tensor=4), 8),
    "FSDP2 x TP, sequence parallel": Layout(fsdp_tp_sequence, 4, networks=("llama",)),
    "FSDP2 of columns x TP": Layout(fsdp_columns_tp, 4),
    "HSDP x TP": Layout(hsdp_tp, 8),
    "FSDP2 of a layer, TP of another": Layout(mixed),
    "rows twice": Layout(rows_twice, 4, networks=None),
    "rows and columns": Layout(rows_and_columns, 4),
    "three dimensions": Layout(three_dimensions, 8),
    "strided by 3": Layout(strided, networks=None),
    "strided by 5": Layout(functools.partial(strided, factor=5), 4),
}
