"""A program of launch.py: fills every network on every layout, and writes down what differs.

arguments: FOLDER RANDOM [transformers]: RANDOM is how many layouts are drawn for each network
"""

from __future__ import annotations

import copy
import functools
import json
import logging
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import nn
from torch.distributed.tensor import DTensor
from torch.distributed.tensor._utils import compute_local_shape_and_global_offset
from torch.distributed.tensor.debug import CommDebugMode

import sow
from mesh.layouts import LAYOUTS, Group, Layout
from mesh.networks import NETWORKS, example, from_transformers
from mesh.scattered import scatter

SEEDS = (0, 2**40 + 7)


def whole_tensors(model: nn.Module) -> dict[str, torch.Tensor]:
    tensors = {
        **dict(model.named_parameters(remove_duplicate=False)),
        **dict(model.named_buffers(remove_duplicate=False)),
    }
    return {name: whole(one) if isinstance(one, DTensor) else one for name, one in tensors.items()}


def whole(tensor: DTensor) -> torch.Tensor:
    """full_tensor(). Of an empty shard FSDP2 forgets what tensor parallel has left of columns, and torch then fails."""
    local = tensor.to_local()
    if local.numel() == 0:
        shape, _ = compute_local_shape_and_global_offset(tensor.shape, tensor.device_mesh, tensor.placements)
        if math.prod(shape) == 0 and shape != tuple(local.shape):
            local = local.new_empty(shape)
            tensor = DTensor.from_local(
                local, tensor.device_mesh, tensor.placements, shape=tensor.shape, stride=tensor.stride()
            )
    return tensor.full_tensor()


def bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8)


def plain_name(name: str) -> str:
    words = ("_orig_mod", "_checkpoint_wrapped_module")
    return ".".join(part for part in name.split(".") if part not in words)


def differences(made: nn.Module, wanted: nn.Module) -> list[str]:
    """Names of tensors that are not the same in type, shape and every bit."""
    ours = {plain_name(name): tensor for name, tensor in whole_tensors(made).items()}
    theirs = whole_tensors(wanted)
    assert sorted(ours) == sorted(theirs)
    return [
        name
        for name, tensor in theirs.items()
        if ours[name].dtype != tensor.dtype
        or ours[name].shape != tensor.shape
        or not torch.equal(bits(ours[name]), bits(tensor))
    ]


def silent(fill: Callable[[], object]) -> None:
    """Calls it, and holds that nothing is sent."""
    with CommDebugMode() as watched:
        fill()
    assert watched.get_total_counts() == 0, watched.get_comm_counts()


@functools.cache
def recorded(constructor: Callable[[], nn.Module]) -> sow.Recording:
    return sow.record(constructor)


@functools.cache
def of_one_process(constructor: Callable[[], nn.Module], dtype: torch.dtype, seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return constructor().to(dtype)


class Case:
    """A network on a layout: filled from meta, and filled again by another seed."""

    def __init__(
        self, network: str, constructor: Callable[[], nn.Module], spread: Callable[[nn.Module], nn.Module], half: bool
    ) -> None:
        self.network = network
        self.constructor = constructor
        self.dtype = torch.bfloat16 if half else torch.float32
        with torch.device("meta"):
            model = constructor()
        self.model = spread(model.to(self.dtype))
        self.recording = recorded(constructor)

    def check(self, seed: int, runs: bool) -> list[str]:
        wanted = of_one_process(self.constructor, self.dtype, seed)
        found = differences(self.model, wanted)
        if runs and not found and self.dtype == torch.float32:
            given = example(self.network)
            with torch.no_grad():
                # What FSDP2 gathers for its forward is not what full_tensor() does.
                if not torch.equal(copy.deepcopy(wanted)(given), self.model(given)):
                    found.append("the output of forward")
        return found

    def run(self, runs: bool) -> Iterator[tuple[int, list[str]]]:
        for seed in SEEDS:
            if seed == SEEDS[0]:
                silent(lambda: sow.materialize(self.model, self.recording, seed=SEEDS[0], threads=1))
            else:
                silent(lambda: self.recording.fill(self.model, SEEDS[1], threads=1))
            # BatchNorm counts in forward: only after the last fill.
            yield seed, self.check(seed, runs and seed == SEEDS[-1])


def _spread(layout: Layout, group: Group, model: nn.Module) -> nn.Module:
    return layout.spread(model, group)


def _scatter(seed: int, group: Group, model: nn.Module) -> nn.Module:
    return scatter(model, group, seed)[0]


def cases(group: Group, drawn: int) -> Iterator[tuple[str, Callable[[nn.Module], nn.Module], bool]]:
    for name, layout in LAYOUTS.items():
        if group.world >= layout.least and (layout.networks is None or group.network in layout.networks):
            yield name, functools.partial(_spread, layout, group), layout.runs
    for number in range(drawn):
        # Every network gets others.
        seed = 10000 * group.world + 100 * sum(group.network.encode()) + number
        yield f"random {seed}", functools.partial(_scatter, seed, group), False


def fill_all(folder: Path, drawn: int, networks: dict[str, Callable[[], nn.Module]]) -> None:
    torch.distributed.init_process_group("gloo")
    rank, world = torch.distributed.get_rank(), torch.distributed.get_world_size()
    done: dict[str, list[str]] = {}
    for network, constructor in networks.items():
        for at, (name, spread, runs) in enumerate(cases(Group(world, network), drawn)):
            case = Case(network, constructor, spread, half=at % 3 == 2)
            for seed, found in case.run(runs and network in NETWORKS):
                done[f"{network}, {name}, {case.dtype}, seed {seed}"] = found
    (folder / f"{rank}.json").write_text(json.dumps(done))
    torch.distributed.destroy_process_group()


def prepare(folder: str, drawn: str, *which: str) -> Callable[[], None]:
    logging.getLogger("torch.distributed.tensor").setLevel(logging.ERROR)  # of full_tensor()
    torch.compile(nn.Identity())  # imports the compiler
    networks = from_transformers() if "transformers" in which else NETWORKS
    return functools.partial(fill_all, Path(folder), int(drawn), networks)
