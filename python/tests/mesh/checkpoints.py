"""A program of launch.py: networks into torch.distributed.checkpoint, and out of it.

arguments: save|load FOLDER: `load` takes what `save` has written with another number of processes
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.distributed.checkpoint.state_dict_loader import load as load_checkpoint
from torch.distributed.checkpoint.state_dict_saver import save as save_checkpoint

import sow
from mesh.layouts import LAYOUTS, Group
from mesh.networks import NETWORKS
from mesh.worker import differences, of_one_process, recorded

SEED = 42
SAVED = "FSDP2"
LOADED = ("FSDP2", "HSDP, 2 replicas", "FSDP2 x TP of 2", "plain")


def spread(network: str, layout: str, world: int) -> nn.Module:
    with torch.device("meta"):
        model = NETWORKS[network]()
    return LAYOUTS[layout].spread(model, Group(world, network))


def save(folder: Path, world: int) -> None:
    for network in NETWORKS:
        model = sow.materialize(spread(network, SAVED, world), recorded(NETWORKS[network]), seed=SEED, threads=1)
        save_checkpoint(model.state_dict(), checkpoint_id=folder / network)


def load(folder: Path, world: int) -> None:
    """Both the filled model's and the seed checkpoint, into every layout; and saved again for one process."""
    for network in NETWORKS:
        for layout in LOADED:
            for source in (network, f"{network}.seed"):
                # Of another seed, so that what is not loaded shows; buffers that no checkpoint holds are the same.
                model = spread(network, layout, world)
                sow.materialize(model, recorded(NETWORKS[network]), seed=SEED + 1, threads=1)
                state: dict[str, Any] = model.state_dict()
                load_checkpoint(state, checkpoint_id=folder / source)
                model.load_state_dict(state)
                found = differences(model, of_one_process(NETWORKS[network], torch.float32, SEED))
                assert found == [], f"{source} of {layout}: {found}"
        recorded(NETWORKS[network]).fill(model, seed=SEED)
        save_checkpoint(model.state_dict(), checkpoint_id=folder / f"{network}.again")


def run(work: Callable[[Path, int], None], folder: Path) -> None:
    torch.distributed.init_process_group("gloo")
    work(folder, torch.distributed.get_world_size())
    torch.distributed.destroy_process_group()


def prepare(what: str, folder: str) -> Callable[[], None]:
    return functools.partial(run, {"save": save, "load": load}[what], Path(folder))
