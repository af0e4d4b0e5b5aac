"""FSDP1: each process makes its range of the elements of every tensor.

torchrun --nproc-per-node 4 fsdp1.py
"""

import torch
from language_model import LanguageModel, compare
from torch.distributed.fsdp import FullyShardedDataParallel
from torch.distributed.fsdp.wrap import ModuleWrapPolicy

import sow

torch.distributed.init_process_group("gloo")
cpu = torch.device("cpu")

recording = sow.record(LanguageModel)
with torch.device("meta"):
    model = LanguageModel()
model = FullyShardedDataParallel(
    model,
    auto_wrap_policy=ModuleWrapPolicy({type(model.layers[0])}),
    param_init_fn=lambda module: module.to_empty(device=cpu, recurse=False),
    device_id=cpu,
)
recording.fill(model, seed=42)

compare(model, 42, f"FSDP1 of {torch.distributed.get_world_size()}")
torch.distributed.destroy_process_group()
