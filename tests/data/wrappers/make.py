"""python3 make.py >wrappers.txt, with torch 2.13 from PyPI. Of each wrapped model what print() shows, and the names that
state_dict() and named_parameters() have."""
import os
import warnings

import torch
from torch import nn
from torch.distributed._composable.replicate_with_fsdp import replicate as replicate_fsdp
from torch.distributed._composable.replicate import replicate
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import checkpoint_wrapper, offload_wrapper
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FullyShardedDataParallel, fully_shard
from torch.nn.parallel import DataParallel, DistributedDataParallel
from torch.optim.swa_utils import AveragedModel

warnings.filterwarnings("ignore")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.blocks = nn.ModuleList(nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4)) for _ in range(2))


def fsdp1(module):
    return FullyShardedDataParallel(module, device_id=torch.device("cpu"), use_orig_params=True)


def inside(wrap):
    net = Net()
    net.fc = wrap(net.fc)
    for i, block in enumerate(net.blocks):
        net.blocks[i] = wrap(block)
    return net


def encoder(wrap):
    stack = nn.TransformerEncoder(nn.TransformerEncoderLayer(4, 2, 8, bias=False), 2)
    for i, layer in enumerate(stack.layers):
        stack.layers[i] = wrap(layer)
    return stack


def in_place(shard):
    net = Net()
    for module in (net.fc, *net.blocks, net):
        shard(module)
    return net


def models(mesh):
    yield "data_parallel", DataParallel(Net())
    yield "distributed_data_parallel", DistributedDataParallel(Net())
    yield "data_parallel_twice", DataParallel(DataParallel(nn.Linear(3, 4)))
    yield "checkpoint_outside", checkpoint_wrapper(Net())
    yield "checkpoint_inside", inside(checkpoint_wrapper)
    yield "checkpoint_twice", checkpoint_wrapper(checkpoint_wrapper(Net()))
    yield "offload", inside(offload_wrapper)
    yield "compiled_outside", torch.compile(Net())
    yield "compiled_inside", inside(torch.compile)
    yield "compiled_leaf", torch.compile(nn.Linear(3, 4))
    yield "averaged", AveragedModel(Net())
    yield "averaged_of_distributed", AveragedModel(DistributedDataParallel(Net()))
    yield "averaged_of_checkpoint", AveragedModel(checkpoint_wrapper(Net()))
    yield "distributed_of_compiled", DistributedDataParallel(torch.compile(Net()))
    yield "compiled_of_distributed", torch.compile(DistributedDataParallel(Net()))
    yield "distributed_of_checkpoint", DistributedDataParallel(inside(checkpoint_wrapper))
    yield "checkpoint_of_compiled", inside(lambda module: checkpoint_wrapper(torch.compile(module)))
    yield "compiled_of_checkpoint", inside(lambda module: torch.compile(checkpoint_wrapper(module)))
    yield "fsdp1_outside", fsdp1(Net())
    yield "fsdp1_nested", fsdp1(inside(fsdp1))
    yield "fsdp1_of_checkpoint", fsdp1(inside(lambda module: fsdp1(checkpoint_wrapper(module))))
    yield "checkpoint_of_fsdp1", fsdp1(inside(lambda module: checkpoint_wrapper(fsdp1(module))))
    yield "fsdp1_of_compiled", fsdp1(torch.compile(Net()))
    yield "compiled_of_fsdp1", torch.compile(fsdp1(Net()))
    yield "fsdp2", in_place(lambda module: fully_shard(module, mesh=mesh))
    yield "fsdp2_layers", nn.Sequential(*map(lambda module: fully_shard(module, mesh=mesh) or module, (
        nn.Conv1d(4, 4, 3), nn.MultiheadAttention(4, 2), nn.LayerNorm(4), nn.Embedding(5, 4, padding_idx=0),
        nn.LSTM(4, 4), nn.PReLU())))
    yield "replicate", in_place(replicate)
    yield "replicate_fsdp", in_place(lambda module: replicate_fsdp(module, mesh=mesh))
    yield "encoder_checkpoint", encoder(checkpoint_wrapper)
    yield "encoder_fsdp2", encoder(lambda module: fully_shard(module, mesh=mesh) or module)
    yield "encoder_fsdp1", fsdp1(encoder(fsdp1))


def main():
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29617", RANK="0", WORLD_SIZE="1")
    torch.distributed.init_process_group("gloo", rank=0, world_size=1)
    for name, model in models(init_device_mesh("cpu", (1,))):
        print(f"=== {name}\n{model}\n--- state_dict")
        for key, tensor in model.state_dict().items():
            print(key, str(tensor.dtype).replace("torch.", ""), list(tensor.shape))
        print("--- named_parameters")
        for key, _ in model.named_parameters():
            print(key)


if __name__ == "__main__":
    main()
