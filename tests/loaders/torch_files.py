"""What the tests with torch in this folder share: the program, and checkpoints that torch's tensors go into."""
import json
import os
import struct
import subprocess
import sys

SKIPPED = 77
try:
    import torch
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)
try:
    from safetensors.torch import save_file as save_with_safetensors
except ImportError:  # Debian's torch comes without it
    save_with_safetensors = None

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../python/tests"))
from models.resnet import ResNet18  # noqa: E402  (torchvision's, which not every torch has beside it)

SOW = os.path.abspath(sys.argv[1])
TYPES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.int64: "I64"}


def sow(*arguments):
    return subprocess.run([SOW, *arguments], capture_output=True, text=True, check=False)


def sow_well(*arguments):
    result = sow(*arguments)
    assert result.returncode == 0, result.stderr + result.stdout
    return result


def enter_work_folder():
    os.makedirs(sys.argv[2], exist_ok=True)
    os.chdir(sys.argv[2])


def version():
    return torch.__version__.split("+")[0]


def resnet18(seed, **more):
    """Drawn as its print has it: in that order, and once. Its constructor, torchvision's, does neither."""
    model = ResNet18(**more)
    torch.manual_seed(seed)
    for module in model.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    return model


def bytes_of(tensor):
    return tensor.contiguous().view(-1).view(torch.uint8).numpy().tobytes()


def same_bytes(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and bytes_of(a) == bytes_of(b)


def save_plainly(tensors, path):
    """A .safetensors file by the format's description."""
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in tensors.items():
        raw = bytes_of(tensor)
        header[name] = {"dtype": TYPES[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def save(tensors, path):
    if save_with_safetensors:
        save_with_safetensors({n: t.contiguous() for n, t in tensors.items()}, path, metadata={"format": "pt"})
    else:
        save_plainly(tensors, path)


def save_shards(tensors, folder, count):
    """In `count` files, tensors dealt out in turn, with their index."""
    os.makedirs(folder, exist_ok=True)
    names = list(tensors)
    files = {f"model-{i + 1:05}-of-{count:05}.safetensors": names[i::count] for i in range(count)}
    for file, held in files.items():
        save({name: tensors[name] for name in held}, f"{folder}/{file}")
    index = {"metadata": {"total_size": sum(t.numel() * t.element_size() for t in tensors.values())},
             "weight_map": {name: file for file, held in files.items() for name in held}}
    with open(f"{folder}/model.safetensors.index.json", "w", encoding="utf-8") as file:
        json.dump(index, file)
