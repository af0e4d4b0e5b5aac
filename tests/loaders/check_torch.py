"""usage: check_torch.py SOW WORK: files that torch wrote are inspected, checked, and told apart when damaged."""
import json

import torch_files as files
import torch
from torch_files import sow, sow_well

SEED = "5"
DAMAGED = "layer3.0.conv2.weight"


def check_statistics(path, tensors):
    listed = json.loads(sow_well("inspect", path, "--format", "json").stdout)["tensors"]
    assert {t["name"] for t in listed} == set(tensors)
    for found in listed:
        values = tensors[found["name"]].double()
        expected = {"mean": values.mean(), "min": values.min(), "max": values.max()}
        if values.numel() > 1:
            expected["std"] = values.std()
        for key, value in expected.items():
            assert abs(found[key] - value.item()) <= 1e-6 * abs(value.item()), (path, found["name"], key)
        assert found["zeros"] == int((values == 0).sum()), found["name"]


def check_damage(tensors, options, function, finding):
    """`function` of one tensor is told from the recipe, and `finding` without the seed, if anything."""
    damaged = dict(tensors)
    damaged[DAMAGED] = function(tensors[DAMAGED].clone())
    files.save(damaged, "damaged.safetensors")
    result = sow("check", "damaged.safetensors", "model.txt", "--seed", SEED, *options)
    assert result.returncode == 1 and f"{DAMAGED}: " in result.stdout, result.stdout
    assert "1 tensor differs" in result.stdout, result.stdout
    result = sow("check", "damaged.safetensors", "model.txt", *options)
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
    files.enter_work_folder()
    model = files.resnet18(int(SEED))
    with open("model.txt", "w", encoding="utf-8") as file:
        file.write(str(model))
    full = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    half = {name: t.to(torch.bfloat16) if t.is_floating_point() else t for name, t in full.items()}
    edition = ("--torch", files.version())
    cast = (*edition, "--cast", "bfloat16")
    for tensors, options in ((full, edition), (half, cast)):
        files.save(tensors, "model.safetensors")
        files.save_shards(tensors, "shards", 3)
        for path in ("model.safetensors", "shards"):
            check_statistics(path, tensors)
            sow_well("check", path, "model.txt", "--seed", SEED, *options)
    check_damage(full, edition, flip, None)
    check_damage(full, edition, torch.zeros_like, "every element is 0.0")
    check_damage(full, edition, lambda t: t * 0.97, "its standard deviation is")
    check_damage(full, edition, repeat_half, "its two halves are equal")
    check_damage(half, cast, lambda t: truncate(full[DAMAGED]), "its standard deviation is")
    print(f"torch {files.version()}: its files have its statistics and its bits, and five damages are told")


main()
