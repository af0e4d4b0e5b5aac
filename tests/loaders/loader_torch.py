"""usage: loader_torch.py SOW WORK: safetensors and torch read what sow writes, and sow reads what they write."""
import json
import os

import torch_files as files
from safetensors import safe_open
from safetensors.torch import load_file
from torch_files import sow_well

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/models/resnet18-2.14.txt")


def load_shards(folder):
    with open(f"{folder}/model.safetensors.index.json", encoding="utf-8") as file:
        index = json.load(file)
    tensors = {}
    for shard in sorted(set(index["weight_map"].values())):
        for name, tensor in load_file(f"{folder}/{shard}").items():
            assert index["weight_map"][name] == shard, name
            tensors[name] = tensor
    assert set(tensors) == set(index["weight_map"])
    assert index["metadata"]["total_size"] == sum(t.numel() * t.element_size() for t in tensors.values())
    return tensors


def main():
    files.enter_work_folder()
    for cast in ((), ("--cast", "bfloat16")):
        made = ("init", MODEL, "--seed", "5", "-q", "--force", *cast)
        sow_well(*made, "-o", "model.safetensors")
        tensors = load_file("model.safetensors")
        os.makedirs("shards", exist_ok=True)
        sow_well(*made, "-o", "shards", "--max-shard-size", "5MB")
        shards = load_shards("shards")
        assert set(shards) == set(tensors) and all(files.same_bytes(shards[n], tensors[n]) for n in tensors)
        with safe_open("model.safetensors", framework="pt") as file:
            assert file.metadata()["format"] == "pt" and file.metadata()["sow.seed"] == "5"
        files.save(tensors, "theirs.safetensors")
        sow_well("check", "theirs.safetensors", MODEL, "--seed", "5", *cast)
    print(f"safetensors and torch {files.version()} read what sow writes, and sow reads what they write")


main()
