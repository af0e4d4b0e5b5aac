"""torch.distributed.checkpoint: filled under one mesh, loaded under another; and sow's file as a seed checkpoint."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

pytest.importorskip("torch.distributed.tensor.placement_types")

from mesh.networks import NETWORKS
from test_sharded import COMPARED, torchrun
from torch.distributed.checkpoint.state_dict_loader import load as load_checkpoint
from torch.distributed.checkpoint.state_dict_saver import save as save_checkpoint

import sow

SEED = 42

# That torch.distributed is disabled is what no_dist asks for.
pytestmark = [
    COMPARED,
    pytest.mark.usefixtures("torchrun_works"),
    pytest.mark.filterwarnings("ignore:torch.distributed is disabled"),
]


def seed_checkpoint(network: str, folder: Path) -> None:
    """What plan.write has written, converted by one process that has no group."""
    plan = sow.record(NETWORKS[network]).plan(SEED)
    file = folder / f"{network}.safetensors"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sow.Warning)  # a tied tensor is stored once
        plan.write(file)
    tensors = load_file(file)
    tensors.update({name: tensors[tied] for name in plan if (tied := plan.tied_to(name)) is not None})
    save_checkpoint(tensors, checkpoint_id=folder / f"{network}.seed", no_dist=True)


def loaded(folder: Path, like: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    state = {name: torch.full_like(tensor, 7) for name, tensor in like.items()}
    load_checkpoint(state, checkpoint_id=folder, no_dist=True)
    return state


def test_saved_by_two_processes_and_loaded_by_four(tmp_path: Path) -> None:
    for network in NETWORKS:
        seed_checkpoint(network, tmp_path)
    torchrun(2, "checkpoints", "save", tmp_path)
    torchrun(4, "checkpoints", "load", tmp_path)
    for network, constructor in NETWORKS.items():
        torch.manual_seed(SEED)
        wanted = constructor().state_dict()
        for source in (network, f"{network}.seed", f"{network}.again"):
            state = loaded(tmp_path / source, wanted)
            assert [name for name in wanted if not torch.equal(state[name], wanted[name])] == [], source
