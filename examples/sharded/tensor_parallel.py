"""FSDP2 over tensor parallel: a process has a block of rows or of columns, of which FSDP2 has cut its shard.

torchrun --nproc-per-node 4 tensor_parallel.py
"""

import torch
from language_model import LanguageModel, compare
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import Replicate, Shard
from torch.distributed.tensor.parallel import ColwiseParallel, RowwiseParallel, SequenceParallel, parallelize_module

import sow

torch.distributed.init_process_group("gloo")
mesh = init_device_mesh("cpu", (torch.distributed.get_world_size() // 2, 2), mesh_dim_names=("dp", "tp"))

recording = sow.record(LanguageModel)
with torch.device("meta"):
    model = LanguageModel()
parallelize_module(
    model,
    mesh["tp"],
    {
        "embeddings": RowwiseParallel(input_layouts=Replicate(), output_layouts=Shard(1)),
        "norm": SequenceParallel(),
        "output": ColwiseParallel(input_layouts=Shard(1), output_layouts=Replicate()),
    },
)
for layer in model.layers:
    parallelize_module(
        layer,
        mesh["tp"],
        {
            "attention_norm": SequenceParallel(),
            "attention.wq": ColwiseParallel(),
            "attention.wk": ColwiseParallel(),
            "attention.wv": ColwiseParallel(),
            "attention.wo": RowwiseParallel(output_layouts=Shard(1)),
            "ffn_norm": SequenceParallel(),
            "feed_forward.w1": ColwiseParallel(),
            "feed_forward.w2": RowwiseParallel(output_layouts=Shard(1)),
            "feed_forward.w3": ColwiseParallel(),
        },
    )
    fully_shard(layer, mesh=mesh["dp"])
fully_shard(model, mesh=mesh["dp"])

sow.materialize(model, recording, "cpu", seed=42)  # to_empty and fill in one

compare(model, 42, f"FSDP2 x TP of {tuple(mesh.shape)}")
torch.distributed.destroy_process_group()
