"""Compares a step of the training example with torch's, on the same weights and clips.

usage: train_torch.py FOLDER…

Each FOLDER is named WIDTH-NAME and holds what train_dump wrote. Every tensor may differ by 1e-4 of its largest value.
"""
import os
import sys

import numpy
import torch
from torch import nn

LIMIT = 1e-4


class C3D(nn.Module):
    def __init__(self, width):
        super().__init__()
        convolution = {'kernel_size': 3, 'padding': 1}
        self.conv1 = nn.Conv3d(3, width, **convolution)
        self.pool1 = nn.MaxPool3d((1, 2, 2))
        self.conv2 = nn.Conv3d(width, 2 * width, **convolution)
        self.pool2 = nn.MaxPool3d(2)
        self.conv3a = nn.Conv3d(2 * width, 4 * width, **convolution)
        self.conv3b = nn.Conv3d(4 * width, 4 * width, **convolution)
        self.pool3 = nn.MaxPool3d(2)
        self.conv4a = nn.Conv3d(4 * width, 8 * width, **convolution)
        self.conv4b = nn.Conv3d(8 * width, 8 * width, **convolution)
        self.pool4 = nn.MaxPool3d(2)
        self.conv5a = nn.Conv3d(8 * width, 8 * width, **convolution)
        self.conv5b = nn.Conv3d(8 * width, 8 * width, **convolution)
        self.fc6 = nn.Linear(8 * width * 4, 64 * width)
        self.fc7 = nn.Linear(64 * width, 64 * width)
        self.fc8 = nn.Linear(64 * width, 4)

    def forward(self, x, seen=None):
        """The scores. `seen` gets each layer's output as the next one sees it and as it was before the ReLU."""
        for name, layer in self.named_children():
            before = layer(x.flatten(1) if name == 'fc6' else x)
            pools_or_ends = isinstance(layer, nn.MaxPool3d) or name == 'fc8'
            x = before if pools_or_ends else torch.relu(before)
            if seen is not None:
                before.retain_grad()
                seen[name] = (x, before)
        return x


class Comparison:
    def __init__(self, folder):
        self.folder = folder
        self.count = self.failures = 0

    def load(self, name):
        return torch.from_numpy(numpy.load(os.path.join(self.folder, name + '.npy')))

    def check(self, name, expected):
        found = self.load(name).reshape(expected.shape)
        largest = expected.abs().max().item()
        difference = (found - expected).abs().max().item()
        self.count += 1
        if largest == 0 or not difference <= LIMIT * largest:
            self.failures += 1
            print(f'{name}: differs by {difference:g}, where the largest value is {largest:g}')


def compare(folder):
    """The number of tensors and losses that differ."""
    width = int(os.path.basename(folder).split('-')[0])
    comparison = Comparison(folder)
    model = C3D(width)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(comparison.load(name).reshape(parameter.shape))
    numbers = comparison.load('losses_and_labels')
    losses, labels = numbers[:2], numbers[2:].long()
    clips = comparison.load('clips').reshape(len(labels), 3, 8, 32, 32)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    expected_losses = []
    for step in range(2):
        optimizer.zero_grad()
        seen = {}
        loss = nn.functional.cross_entropy(model(clips, seen), labels)
        loss.backward()
        expected_losses.append(loss.item())
        if step == 0:
            for name, (output, before) in seen.items():
                comparison.check(f'{name}.output', output.detach())
                comparison.check(f'{name}.output_gradient', before.grad)
            for name, parameter in model.named_parameters():
                comparison.check(f'{name}_gradient', parameter.grad)
        optimizer.step()
    for name, parameter in model.named_parameters():
        comparison.check(f'{name}_after', parameter.detach())
    for step in range(2):
        if not abs(losses[step].item() - expected_losses[step]) <= LIMIT * expected_losses[step]:
            print(f'the loss of step {step + 1} is {losses[step].item()}, not {expected_losses[step]}')
            comparison.failures += 1
    print(f'{folder}: {comparison.count - comparison.failures} of {comparison.count} tensors agree')
    return comparison.failures


def main():
    torch.set_num_threads(1)
    return 1 if sum(compare(folder) for folder in sys.argv[1:]) else 0


if __name__ == '__main__':
    sys.exit(main())
