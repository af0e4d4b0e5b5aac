"""How long a number takes at every size: sow with 1, 2 and 4 threads beside pip's torch with one, and memset.

torch's random fills are serial, so one thread is all that it has. The sides alternate, a round after another; a time
is the least of the rounds, which is what a shared machine disturbs least. Memory is warm, as in bench.py. What is
measured goes to OUTPUT.tsv, and gnuplot draws OUTPUT.svg from it.
"""
import argparse
import os
import subprocess
import sys

import bench
import bench_report
import bench_rows

CALLS = (bench_rows.UNIFORM, bench_rows.NORMAL)
THREADS = (1, 2, 4)
BYTES = bench_rows.BYTES['float32']
# The powers of two of a run's elements, its rounds, and the seconds that a measurement lasts at least.
SIZES = {
    'full': {'powers': range(10, 29, 2), 'rounds': 7, 'least': 0.02},
    'quick': {'powers': range(10, 25, 2), 'rounds': 3, 'least': 0.01},
    'smoke': {'powers': range(10, 13, 2), 'rounds': 1, 'least': 0.0},
}
SOW = [f'sow, {threads} thread{"s" if threads > 1 else ""}' for threads in THREADS]
SIDES = ['memset', 'torch', *SOW]


class Scaling:
    def __init__(self, given):
        self.notes = []
        self.size = SIZES[given.sizes]
        self.sow = bench.Side([given.sow])
        self.torch, self.torch_about = bench.start(bench.torch_side, given, self.notes, "pip's torch")
        for side in filter(None, (self.sow, self.torch)):
            side.ask(f'least {self.size["least"]}')
            side.ask('threads 1')

    def nanoseconds(self, name, count, call):
        """One measurement, for each element; None where the side is missing."""
        fill = f'fill newest float32 {count} {call}'
        if name == 'torch':
            return float(self.torch.ask(fill)) * 1e9 / count if self.torch else None
        self.sow.ask(f'threads {THREADS[SOW.index(name)] if name in SOW else 1}')
        return float(self.sow.ask(fill if name in SOW else f'memset {BYTES * count}')) * 1e9 / count

    def row(self, count, call):
        """The least of all rounds for every side, the first of which warms up."""
        rounds = []
        for i in range(self.size['rounds'] + 1):
            order = SIDES if i % 2 else SIDES[::-1]
            rounds.append({name: self.nanoseconds(name, count, call) for name in order})
        return {name: None if self.torch is None and name == 'torch' else min(one[name] for one in rounds[1:])
                for name in SIDES}

    def end(self):
        for side in filter(None, (self.sow, self.torch)):
            side.end()


def measure(scaling):
    rows = []
    for call in CALLS:
        for power in scaling.size['powers']:
            bench.show_progress(f'{call.split("(")[0]} 2^{power}')
            rows.append((call.split('(')[0], power, scaling.row(1 << power, call)))
    bench.show_progress('')
    return rows


def heading(scaling):
    abouts = [about for about in (scaling.sow.ask('about'), scaling.torch_about) if about]
    return [*bench.machine(), *abouts, f'sow takes {scaling.sow.ask("isas").split()[-1]} here; float32',
            f'ns for each element, the least of {scaling.size["rounds"]} rounds']


def table(rows):
    return [['function', 'elements', *SIDES],
            *([function, str(1 << power), *(bench_report.number(times[name]) if times[name] else '-' for name in SIDES)]
              for function, power, times in rows)]


def verdict(rows):
    """For each size how many times as fast as torch sow is, and whether any size is slower."""
    slower = 0
    for function, power, times in rows:
        if times['torch'] is None:
            continue
        gains = {name: times['torch'] / times[name] for name in SOW}
        late = [name for name in SOW if gains[name] < 1]
        slower += bool(late)
        shown = ', '.join(f'{bench_report.number(gains[name])} ({name})' for name in SOW)
        yield f'{function} 2^{power}: {shown} times torch' + (': SLOWER' if late else '')
    if any(times['torch'] for _, _, times in rows):
        yield f'{slower} sizes are slower than torch' if slower else 'no size is slower than torch'


def draw(output):
    script = os.path.join(bench.HERE, 'scaling.gnuplot')
    subprocess.run(['gnuplot', '-e', f"table='{output}.tsv'; picture='{output}.svg'", script], check=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--quick', dest='sizes', action='store_const', const='quick', default='full',
                        help='up to 2^24 elements and few rounds: a look, no result')
    parser.add_argument('--smoke', dest='sizes', action='store_const', const='smoke',
                        help='sizes that only show whether it runs')
    parser.add_argument('--sow', required=True, metavar='PROGRAM', help='bench_sow')
    parser.add_argument('--python', default=sys.executable, help="the one that has pip's torch")
    parser.add_argument('--output', metavar='PATH', default='build/bench/performance_scaling',
                        help='without .tsv and .svg')
    parser.add_argument('--no-picture', dest='picture', action='store_false', help='the table alone')
    return parser.parse_args()


def main():
    given = arguments()
    os.makedirs(os.path.dirname(given.output) or '.', exist_ok=True)
    scaling = Scaling(given)
    try:
        head = heading(scaling)
        rows = measure(scaling)
    finally:
        scaling.end()
    head.append(f'load at the end {os.getloadavg()[0]:.2f}')
    lines = table(rows)
    print('\n'.join(head), bench_report.aligned(lines), '\n'.join([*scaling.notes, *verdict(rows)]), sep='\n\n')
    bench_report.write_tsv(f'{given.output}.tsv', head + scaling.notes, lines)
    if given.picture:
        draw(given.output)


if __name__ == '__main__':
    main()
