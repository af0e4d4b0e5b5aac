"""usage: loader_torch.py SOW WORK: safetensors and torch read what sow writes, and sow reads what they write."""
import json
import os
import subprocess
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

SOW, WORK = os.path.abspath(sys.argv[1]), sys.argv[2]
MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/models/resnet18-2.14.txt")
DAMAGED = "layer3.0.conv2.weight"


def sow(*arguments):
    return subprocess.run([SOW, *arguments], capture_output=True, text=True, check=False)


def made(*arguments):
    result = sow("init", MODEL, "--seed", "5", "-q", "--force", *arguments)
    assert result.returncode == 0, result.stderr


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


def same_bytes(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and torch.equal(
        a.contiguous().view(-1).view(torch.uint8), b.contiguous().view(-1).view(torch.uint8))


def check_statistics(path, tensors):
    result = sow("inspect", path, "--format", "json")
    assert result.returncode == 0, result.stderr
    listed = json.loads(result.stdout)["tensors"]
    assert {t["name"] for t in listed} == set(tensors)
    for found in listed:
        values = tensors[found["name"]].double()
        expected = {"mean": values.mean(), "min": values.min(), "max": values.max()}
        if values.numel() > 1:
            expected["std"] = values.std()
        for key, value in expected.items():
            assert abs(found[key] - value.item()) <= 1e-6 * abs(value.item()), (path, found["name"], key)
        assert found["zeros"] == int((values == 0).sum()), found["name"]


def check_damage(tensors, cast, function, finding):
    """`function` of one tensor is told from the recipe, and `finding` without the seed, if anything."""
    damaged = dict(tensors)
    damaged[DAMAGED] = function(tensors[DAMAGED].clone())
    save_file(damaged, "damaged.safetensors", metadata={"format": "pt"})
    result = sow("check", "damaged.safetensors", MODEL, "--seed", "5", *cast)
    assert result.returncode == 1 and f"{DAMAGED}: " in result.stdout, result.stdout
    assert "1 tensor differs" in result.stdout, result.stdout
    result = sow("check", "damaged.safetensors", MODEL, *cast)
    assert result.returncode == (finding is not None), result.stdout
    assert finding is None or f"{DAMAGED}: {finding}" in result.stdout, result.stdout


def flip(tensor):
    tensor.view(-1).view(torch.int32)[12345] ^= 1
    return tensor


def repeat_half(tensor):
    half = len(tensor) // 2
    tensor[half:] = tensor[:half]
    return tensor


def truncate(tensor):
    return ((tensor.view(torch.int32) >> 16) << 16).view(torch.float32).to(torch.bfloat16)


def main():
    os.makedirs(WORK, exist_ok=True)
    os.chdir(WORK)
    loaded = {}
    for cast in ((), ("--cast", "bfloat16")):
        made("-o", "model.safetensors", *cast)
        tensors = load_file("model.safetensors")
        os.makedirs("shards", exist_ok=True)
        made("-o", "shards", "--max-shard-size", "5MB", *cast)
        shards = load_shards("shards")
        assert set(shards) == set(tensors) and all(same_bytes(shards[n], tensors[n]) for n in tensors)
        with safe_open("model.safetensors", framework="pt") as file:
            assert file.metadata()["format"] == "pt" and file.metadata()["sow.seed"] == "5"
        save_file(tensors, "theirs.safetensors", metadata={"format": "pt"})
        result = sow("check", "theirs.safetensors", MODEL, "--seed", "5", *cast)
        assert result.returncode == 0, result.stdout
        check_statistics("theirs.safetensors", tensors)
        check_statistics("shards", tensors)
        loaded[cast] = tensors
    full, half = loaded.values()
    check_damage(full, (), flip, None)
    check_damage(full, (), torch.zeros_like, "every element is 0.0")
    check_damage(full, (), lambda t: t * 0.97, "its standard deviation is")
    check_damage(full, (), repeat_half, "its two halves are equal")
    check_damage(half, ("--cast", "bfloat16"), lambda t: truncate(full[DAMAGED]), "its standard deviation is")
    print(f"safetensors and torch {torch.__version__} read what sow writes, and sow reads what they write")


main()
