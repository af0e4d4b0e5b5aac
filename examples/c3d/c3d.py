"""C3D in PyTorch: prints the model, or compares every tensor of a checkpoint with torch's, bit for bit.

usage: c3d.py [--compare FILE] [--seed N]
"""
import argparse
import json
import sys

import torch
from torch import nn

from weights_init import weights_init


class C3D(nn.Module):
    """Tran et al. 2015, for the 487 classes of Sports-1M."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv3d(3, 64, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.pool1 = nn.MaxPool3d(kernel_size=(1, 2, 2), stride=(1, 2, 2))
        self.conv2 = nn.Conv3d(64, 128, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.pool2 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2))
        self.conv3a = nn.Conv3d(128, 256, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.conv3b = nn.Conv3d(256, 256, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.pool3 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2))
        self.conv4a = nn.Conv3d(256, 512, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.conv4b = nn.Conv3d(512, 512, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.pool4 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2))
        self.conv5a = nn.Conv3d(512, 512, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.conv5b = nn.Conv3d(512, 512, kernel_size=(3, 3, 3), padding=(1, 1, 1))
        self.pool5 = nn.MaxPool3d(kernel_size=(2, 2, 2), stride=(2, 2, 2), padding=(0, 1, 1))
        self.fc6 = nn.Linear(8192, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, 487)
        self.dropout = nn.Dropout(p=0.5)
        self.relu = nn.ReLU()
        self.softmax = nn.Softmax()


def safetensors(path):
    """The float32 tensors of a file as int32 bit patterns, by name."""
    with open(path, 'rb') as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), 'little')))
        data = bytearray(file.read())
    header.pop('__metadata__', None)
    found = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        if entry['dtype'] != 'F32':
            sys.exit(f'{path}: {name} is {entry["dtype"]}, not F32')
        bits = torch.frombuffer(data, dtype=torch.int32, count=(end - begin) // 4, offset=begin)
        found[name] = bits.reshape(entry['shape'])
    return found


def compare(path, seed):
    """The number of tensors that differ."""
    torch.manual_seed(seed)
    model = C3D()
    model.apply(weights_init)
    expected = {name: tensor.view(torch.int32) for name, tensor in model.state_dict().items()}
    found = safetensors(path)
    different = [name for name in sorted(expected.keys() | found.keys())
                 if name not in found or name not in expected or not torch.equal(found[name], expected[name])]
    for name in different:
        print(f'{name}: differs')
    print(f'{len(expected) - len(different)} of {len(expected)} tensors are equal to torch, bit for bit')
    return len(different)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--compare', metavar='FILE')
    parser.add_argument('--seed', type=int, default=0)
    given = parser.parse_args()
    if given.compare is None:
        print(C3D())
        return 0
    return 1 if compare(given.compare, given.seed) else 0


if __name__ == '__main__':
    sys.exit(main())
