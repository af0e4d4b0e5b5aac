"""A seed checkpoint of torch.distributed.checkpoint, written by all processes, that every mesh can load.

torchrun --nproc-per-node 4 dcp.py FOLDER
"""

import sys

import torch
import torch.distributed.checkpoint as dcp
from language_model import LanguageModel, compare
from torch.distributed.checkpoint.state_dict import get_model_state_dict
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import sow

folder = sys.argv[1] if len(sys.argv) > 1 else "checkpoint"
torch.distributed.init_process_group("gloo")
world = torch.distributed.get_world_size()


def sharded(sizes, names):
    with torch.device("meta"):
        model = LanguageModel()
    mesh = init_device_mesh("cpu", sizes, mesh_dim_names=names)
    for layer in model.layers:
        fully_shard(layer, mesh=mesh)
    return fully_shard(model, mesh=mesh).to_empty(device="cpu")


model = sharded((world,), ("shard",))
sow.record(LanguageModel).fill(model, seed=42)
dcp.save(get_model_state_dict(model), checkpoint_id=folder)

other = sharded((2, world // 2), ("replicate", "shard"))  # another mesh, with two replicas
state = get_model_state_dict(other)
dcp.load(state, checkpoint_id=folder)
other.load_state_dict(state)

compare(other, 42, f"saved by FSDP2 of {world}, loaded by HSDP of {(2, world // 2)}")
torch.distributed.destroy_process_group()
