"""DeepSpeed's ZeRO-3: each process makes its range of the elements of every tensor.

DS_ACCELERATOR=cpu torchrun --nproc-per-node 4 zero3.py
"""

import deepspeed
import torch
from language_model import LanguageModel, compare

import sow

deepspeed.init_distributed("gloo")
config = {"train_batch_size": torch.distributed.get_world_size(), "zero_optimization": {"stage": 3}}

recording = sow.record(LanguageModel)  # outside of zero.Init
with deepspeed.zero.Init(config_dict_or_path=config):
    model = LanguageModel()  # what it does to parameters that are in parts already does not matter
recording.fill(model, seed=42)  # before deepspeed.initialize

with deepspeed.zero.GatheredParameters(list(model.parameters())):
    compare(model, 42, f"ZeRO-3 of {torch.distributed.get_world_size()}")
torch.distributed.destroy_process_group()
