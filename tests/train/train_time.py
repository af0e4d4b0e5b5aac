"""Times the training example against torch on one core, in turns.

usage: OMP_NUM_THREADS=1 taskset -c 0 python3 train_time.py TRAIN [STEPS [TURNS]]

torch learns from one batch that it has already; the example's time includes its start and making its clips.
"""
import resource
import subprocess
import sys
import time

import torch
from torch import nn

from train_torch import C3D


def weights_init(m):
    if isinstance(m, (nn.Conv3d, nn.Linear)):
        nn.init.xavier_normal_(m.weight)
        nn.init.constant_(m.bias, 0.0)


def torch_turn(steps):
    model = C3D(8)
    model.apply(weights_init)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    clips = torch.randn(16, 3, 8, 32, 32)
    labels = torch.randint(4, (16,))
    for _ in range(steps):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(clips), labels).backward()
        optimizer.step()


def timed(function, who):
    """Wall and processor seconds of a call; `who` says whose processor time it is."""
    wall, used = time.monotonic(), resource.getrusage(who)
    function()
    after = resource.getrusage(who)
    return time.monotonic() - wall, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


def main():
    train = sys.argv[1]
    steps = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    turns = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    command = [train, '--init', 'weights_init', '--steps', str(steps)]
    torch.set_num_threads(1)
    torch_turn(2)
    print(f'seconds for {steps} steps, wall and processor')
    for _ in range(turns):
        theirs = timed(lambda: torch_turn(steps), resource.RUSAGE_SELF)
        ours = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL), resource.RUSAGE_CHILDREN)
        print(f'torch {theirs[0]:6.1f} {theirs[1]:6.1f}   train {ours[0]:6.1f} {ours[1]:6.1f}', flush=True)


if __name__ == '__main__':
    main()
