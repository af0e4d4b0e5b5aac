"""FSDP2: each process makes its shard of every tensor.

torchrun --nproc-per-node 4 fsdp2.py
"""

import torch
from language_model import LanguageModel, compare
from torch.distributed.fsdp import fully_shard

import sow

torch.distributed.init_process_group("gloo")

recording = sow.record(LanguageModel)  # or sow.load("model.sow"), which recording.save("model.sow") has written
with torch.device("meta"):
    model = LanguageModel()
for layer in model.layers:
    fully_shard(layer)
fully_shard(model)

model.to_empty(device="cpu")
recording.fill(model, seed=42)

compare(model, 42, f"FSDP2 of {torch.distributed.get_world_size()}")
torch.distributed.destroy_process_group()
