"""HSDP: replicas of a sharded model, for which no replica has to wait for another's weights.

torchrun --nproc-per-node 4 hsdp.py
"""

import torch
from language_model import LanguageModel
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard

import sow

torch.distributed.init_process_group("gloo")
mesh = init_device_mesh("cpu", (2, torch.distributed.get_world_size() // 2), mesh_dim_names=("replicate", "shard"))

recording = sow.record(LanguageModel)
with torch.device("meta"):
    model = LanguageModel().bfloat16()  # what is stored in another type is what .to() makes of the recording's
for layer in model.layers:
    fully_shard(layer, mesh=mesh)
fully_shard(model, mesh=mesh)
sow.materialize(model, recording, "cpu", seed=42)

torch.manual_seed(42)
single = LanguageModel().bfloat16()
same = all(torch.equal(p.full_tensor(), single.get_parameter(name)) for name, p in model.named_parameters())
if torch.distributed.get_rank() == 0:
    print(f"HSDP of {tuple(mesh.shape)}: {'the bits of one process' if same else 'DIFFERS'}")
assert same
torch.distributed.destroy_process_group()
