"""sow.init beside torch.nn.init: the same call on the same tensor, in pairs that alternate.

Times are medians, a ratio is the median of the pairs' ratios beside its lowest and highest. The target is four times
torch with one thread, for uniform_ and normal_ of float32 with a million elements and more.
"""
import argparse
import os
import time
from statistics import median

import torch

import sow

ROWS = [  # function, type, elements, target
    ('uniform_', torch.float32, 2**13, None),
    ('uniform_', torch.float32, 2**20, 4),
    ('uniform_', torch.float32, 2**24, 4),
    ('normal_', torch.float32, 2**13, None),
    ('normal_', torch.float32, 2**20, 4),
    ('normal_', torch.float32, 2**24, 4),
    ('normal_', torch.float64, 2**20, None),
    ('normal_', torch.bfloat16, 2**20, None),
    ('kaiming_uniform_', torch.float32, 2**20, None),
    ('trunc_normal_', torch.float32, 2**20, None),
]


def seconds(function, tensor):
    """One call; of what is short, as many as take 20 ms."""
    count, spent = 1, 0.0
    while True:
        begin = time.perf_counter()
        for _ in range(count):
            function(tensor)
        spent = time.perf_counter() - begin
        if spent >= 0.02:
            return spent / count
        count *= 2


def measure(name, dtype, elements, pairs):
    tensor = torch.empty(elements // 64, 64, dtype=dtype)
    sides = [getattr(torch.nn.init, name), getattr(sow.init, name)]
    for side in sides:
        side(tensor)
    times = []
    for pair in range(pairs):
        order = (0, 1) if pair % 2 == 0 else (1, 0)
        found = {side: seconds(sides[side], tensor) for side in order}
        times.append((found[0], found[1]))
    return times


def shown(time_):
    return f'{time_ * 1e6:.1f} us' if time_ < 1e-3 else f'{time_ * 1e3:.2f} ms'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--pairs', type=int, default=9, help='of timings for each row')
    parser.add_argument('--threads', type=int, default=1, help="torch's threads, and so sow's")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print(f'torch {torch.__version__} ({torch.backends.cpu.get_cpu_capability()}), sow {sow.__version__}, '
          f'{given.threads} of {len(os.sched_getaffinity(0))} processors')
    print(f'{"function":<18}{"dtype":<10}{"elements":>10}{"torch":>12}{"sow":>12}{"ratio":>8}  lowest to highest')
    missed = []
    for name, dtype, elements, target in ROWS:
        times = measure(name, dtype, elements, given.pairs)
        ratios = sorted(torch_ / sow_ for torch_, sow_ in times)
        row = f'{name:<18}{str(dtype)[6:]:<10}{elements:>10}'
        print(f'{row}{shown(median(t for t, _ in times)):>12}{shown(median(s for _, s in times)):>12}'
              f'{median(ratios):>8.2f}  {ratios[0]:.2f} to {ratios[-1]:.2f}'
              + (f', target {target}' if target and given.threads == 1 else ''), flush=True)
        if target and given.threads == 1 and median(ratios) < target:
            missed.append(row.rstrip())
    for row in missed:
        print('missed:', row)


if __name__ == '__main__':
    main()
