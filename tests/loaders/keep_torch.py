"""usage: keep_torch.py SOW WORK: a new head on torch's resnet18, made by sow and by torch from one generator state."""
import os
import sys

import torch_files as files
import torch
from torch_files import sow_well

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../oracle"))
import checkpoint_reader  # noqa: E402  (beside the oracle)

RULES = "named_parameters:\n  fc.weight = kaiming_normal_(mode='fan_out')\n  fc.bias = constant_(0.5)\n"


def compare(path, wanted, kind):
    made = checkpoint_reader.read(path)
    assert set(made) == set(wanted), kind
    for name, tensor in wanted.items():
        dtype, shape, data = made[name]
        assert (dtype, shape) == (files.TYPES[tensor.dtype], list(tensor.shape)), f"{kind}: {name}"
        assert bytes(data) == files.bytes_of(tensor), f"{kind}: {name} differs"


def apply_rules(model):
    """RULES, in torch."""
    torch.nn.init.kaiming_normal_(model.fc.weight, mode="fan_out")
    torch.nn.init.constant_(model.fc.bias, 0.5)


def main():
    files.enter_work_folder()
    trained = files.resnet18(1).state_dict()
    files.save(trained, "base.safetensors")
    with open("head.rules", "w", encoding="utf-8") as file:
        file.write(RULES)
    options = ("--rules", "head.rules", "--keep", "base.safetensors", "--seed", "7", "--torch", files.version(),
               "--force", "-q")

    # The model is built anew with a seed, its head made by the rules, and all else loaded.
    model = files.resnet18(7, num_classes=10)
    with open("resnet18.txt", "w", encoding="utf-8") as file:
        file.write(str(model))
    apply_rules(model)
    body = {name: tensor for name, tensor in trained.items() if not name.startswith("fc.")}
    model.load_state_dict(body, strict=False)
    sow_well("init", "resnet18.txt", *options, "-o", "printed.safetensors")
    compare("printed.safetensors", model.state_dict(), "from the print")

    # The head alone is made after torch.manual_seed, as one does with a model that is there.
    torch.manual_seed(7)
    apply_rules(model)
    with open("resnet18.shapes", "w", encoding="utf-8") as file:
        file.write(sow_well("plan", "resnet18.txt", "--format", "shapes").stdout)
    sow_well("init", "resnet18.shapes", *options, "-o", "listed.safetensors")
    compare("listed.safetensors", model.state_dict(), "from a list of shapes")

    # A bfloat16 checkpoint stays one.
    half = {name: t.to(torch.bfloat16) if t.is_floating_point() else t for name, t in trained.items()}
    files.save(half, "base.safetensors")
    sow_well("init", "resnet18.shapes", *options, "--cast", "bfloat16", "-o", "half.safetensors")
    wanted = {name: half[name] if name in body else t.to(torch.bfloat16) for name, t in model.state_dict().items()}
    compare("half.safetensors", wanted, "in bfloat16")
    print(f"torch {files.version()}: {len(body)} tensors kept, and a new head with torch's bits, in three ways")


main()
