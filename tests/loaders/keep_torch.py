"""usage: keep_torch.py SOW WORK: a new head on torch's resnet18, made by sow and by torch from one generator state."""
import json
import os
import struct
import subprocess
import sys
import unittest.mock

SKIPPED = 77
try:
    import torch
    import torchvision
except ImportError as missing:
    print(f"keep_torch: skipped: {missing}")
    sys.exit(SKIPPED)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../oracle"))
import checkpoint_reader  # noqa: E402  (beside the oracle)

SOW, WORK = os.path.abspath(sys.argv[1]), sys.argv[2]
RULES = "named_parameters:\n  fc.weight = kaiming_normal_(mode='fan_out')\n  fc.bias = constant_(0.5)\n"
TYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.int64: "I64"}


def bytes_of(tensor):
    return tensor.contiguous().view(-1).view(torch.uint8).numpy().tobytes()


def save(tensors, path):
    """A .safetensors file, by the format's description; Debian's torch comes without the library."""
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = bytes_of(tensor)
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def sow(*arguments):
    result = subprocess.run([SOW, *arguments], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result


def compare(path, wanted, kind):
    made = checkpoint_reader.read(path)
    assert set(made) == set(wanted), kind
    for name, tensor in wanted.items():
        dtype, shape, data = made[name]
        assert (dtype, shape) == (TYPES[tensor.dtype], list(tensor.shape)), f"{kind}: {name}"
        assert bytes(data) == bytes_of(tensor), f"{kind}: {name} differs"


def apply_rules(model):
    """RULES, in torch."""
    torch.nn.init.kaiming_normal_(model.fc.weight, mode="fan_out")
    torch.nn.init.constant_(model.fc.bias, 0.5)


def main():
    os.makedirs(WORK, exist_ok=True)
    os.chdir(WORK)
    version = torch.__version__.split("+")[0]
    torch.manual_seed(1)
    trained = torchvision.models.resnet18()
    save(trained.state_dict(), "base.safetensors")
    with open("head.rules", "w", encoding="utf-8") as file:
        file.write(RULES)
    options = ("--rules", "head.rules", "--keep", "base.safetensors", "--seed", "7", "--torch", version, "--force", "-q")

    # The model is built anew with a seed, its head made by the rules, and all else loaded. torchvision draws its
    # convolutions a second time, which a print does not tell: without that.
    torch.manual_seed(7)
    with unittest.mock.patch("torch.nn.init.kaiming_normal_"):
        model = torchvision.models.resnet18(num_classes=10)
    with open("resnet18.txt", "w", encoding="utf-8") as file:
        file.write(str(model))
    apply_rules(model)
    body = {name: tensor for name, tensor in trained.state_dict().items() if not name.startswith("fc.")}
    model.load_state_dict(body, strict=False)
    sow("init", "resnet18.txt", *options, "-o", "printed.safetensors")
    compare("printed.safetensors", model.state_dict(), "from the print")

    # The head alone is made after torch.manual_seed, as one does with a model that is there.
    torch.manual_seed(7)
    apply_rules(model)
    shapes = sow("plan", "resnet18.txt", "--format", "shapes").stdout
    with open("resnet18.shapes", "w", encoding="utf-8") as file:
        file.write(shapes)
    sow("init", "resnet18.shapes", *options, "-o", "listed.safetensors")
    compare("listed.safetensors", model.state_dict(), "from a list of shapes")

    # A bfloat16 checkpoint stays one.
    half = {name: t.to(torch.bfloat16) if t.is_floating_point() else t for name, t in trained.state_dict().items()}
    save(half, "base.safetensors")
    sow("init", "resnet18.shapes", *options, "--cast", "bfloat16", "-o", "half.safetensors")
    wanted = {name: half[name] if name in body else t.to(torch.bfloat16) for name, t in model.state_dict().items()}
    compare("half.safetensors", wanted, "in bfloat16")
    print(f"torch {version}: {len(body)} tensors kept, and a new head with torch's bits, in three ways")


main()
