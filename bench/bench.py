"""sow against pip's torch, NumPy, JAX and the machine's own ceilings: one table, in one run.

Every number is a median over pairs that alternate, torch then sow and sow then torch; a ratio is the median of
the pairs' ratios, beside its lowest and highest, and that of either side's least time. A run goes through all rows
several times, so that a row's pairs are minutes apart. Memory is warm: each side fills the same buffer every time.
"Crew" is the same work by as many processes at once as there are threads, each for itself: what the machine allows.
"portable" is measured with fewer elements, and "in cache" with so few that a core's own cache holds them:
what a row takes beyond that, it takes for memory.
"""
import argparse
import datetime
import mmap
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time

import bench_report
import bench_rows
from bench_report import Result

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)


class Refused(Exception):
    """A side answered "no"."""


def warm_memory(count):
    """Touches as many bytes and gives them back: a virtual machine's host takes pages that lie free, and is slow to bring
    them again, which no side is to be timed for. Large pages, since the kernel hands the large free pieces that came back
    last to whoever asks next, whole or cut; its clearing of pages stays in the time."""
    memory = mmap.mmap(-1, count, flags=mmap.MAP_PRIVATE)
    memory.madvise(mmap.MADV_HUGEPAGE)
    for page in range(0, count, mmap.PAGESIZE):
        memory[page] = 1
    memory.close()


class Side:
    """A program that obeys one command a line."""

    def __init__(self, command, environment=None, folder=None):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=environment, cwd=folder)

    def send(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()

    def receive(self):
        answer = self.process.stdout.readline()
        if not answer:
            raise Refused('it ended')
        word, _, text = answer.rstrip('\n').partition(' ')
        if word != 'ok':
            raise Refused(text)
        return text

    def ask(self, line):
        self.send(line)
        return self.receive()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def torch_side(given):
    return Side([given.python, '-W', 'ignore', f'{HERE}/bench_torch.py'], without_openblas())


def old_torch_side(given):
    """Debian's torch 1.13; what would choose OpenBLAS's kernel for it is not in its environment."""
    if not given.old:
        raise FileNotFoundError('--old PYTHON names one that has torch 1.13')
    environment = without_openblas()
    if given.openblas:
        environment['LD_LIBRARY_PATH'] = given.openblas
    return Side([given.old, '-W', 'ignore', f'{HERE}/bench_torch.py'], environment)


def build_side(given):
    if not given.package:
        raise FileNotFoundError('--package FOLDER names one that holds the package sow')
    return Side([given.python, '-W', 'ignore', f'{HERE}/bench_build.py'],
                {**without_openblas(), 'PYTHONPATH': os.path.abspath(given.package), 'HF_HUB_OFFLINE': '1'})


def without_openblas():
    return {name: value for name, value in os.environ.items() if not name.startswith('OPENBLAS_')}


def start(make, given, notes, name):
    """The side, greeted; None, with a note, where there is none."""
    side = None
    try:
        side = make(given)
        return side, side.ask('about')
    except (OSError, Refused) as error:
        notes.append(f'not measured: {name} ({error})')
        return None, None


class Bench:
    def __init__(self, given):
        self.given, self.notes = given, []
        self.size = bench_rows.SIZES[given.sizes]
        self.sow = Side([given.sow])
        self.torch, torch_about = start(torch_side, given, self.notes, "pip's torch")
        self.old, old_about = start(old_torch_side, given, self.notes, 'torch 1.13')
        self.builder, _ = start(build_side, given, self.notes, 'models built within sow.fast()')
        *self.isas, self.used = self.sow.ask('isas').split()
        self.isas = [isa for isa in self.isas if isa != self.used] + [self.used]
        self.abouts = [about for about in (self.sow.ask('about'), torch_about, old_about) if about]
        self.crew = [Side([given.sow]) for _ in range(given.threads)] if given.threads > 1 else []
        for side in (self.sow, self.torch, self.old, self.builder, *self.crew):
            if side:
                side.ask(f'clock {"processor" if given.busy else "wall"}')

    def sides(self, row):
        other = {'old torch': self.old, 'whole': self.sow, 'plain': self.builder}.get(row.against, self.torch)
        found = {'sow': self.builder if row.against == 'plain' else self.sow, 'torch': other,
                 'numpy': self.torch, 'jax': self.torch}
        return {name: side for name, side in found.items() if side and name in row.commands}

    def once(self, result, name, side, keep=True):
        """One measurement; what a refusing side had said before is dropped, and it is not asked again."""
        if name in result.refused:
            return
        row = result.row
        if row.fresh:
            warm_memory(row.fresh)
        try:
            seconds = float(side.ask(row.commands.get(name, row.commands['sow'])))
            if keep:
                result.times.setdefault(name, []).append(seconds)
        except Refused as error:
            result.times.pop(name, None)
            result.refused[name] = str(error)

    def measure(self, result, first):
        """What one part of the run gives a row: some pairs, and one measurement of whatever stands beside them."""
        row = result.row
        sides = self.sides(row)
        pair = {name: side for name, side in sides.items() if name in ('sow', 'torch')}
        self.prepare(result, {*sides.values(), self.sow})
        stale = first or not row.fresh  # memory holds what another row left
        if stale and (result.threads == 1 or not row.single):
            for name, side in pair.items():
                self.once(result, name, side, keep=False)
        if result.threads == 1:
            self.measure_others(result, sides)
        self.measure_pairs(result, pair)

    def crew_of(self, result):
        return self.crew if result.threads > 1 and result.row.is_steady() else []

    def prepare(self, result, sides):
        """What a side is told before a row; the crew makes its tensors ready as well."""
        least = self.size['steady' if result.row.is_steady() else 'least']
        for side in sides:
            side.ask(f'threads {result.threads}')
            side.ask(f'least {least}')
        for side in self.crew_of(result):
            side.ask('threads 1')
            side.ask(f'least {least}')
            side.ask(result.row.commands['sow'])

    def measure_pairs(self, result, pair):
        most, least, patience = self.size['targeted' if result.row.targets else 'plain']
        begin = time.monotonic()
        for i in range(most):
            if i >= least and time.monotonic() - begin > patience:
                break
            for name in list(pair) if i % 2 else list(pair)[::-1]:
                if result.threads > 1:
                    time.sleep(0.02)  # the other side's idle threads spin for a moment
                self.once(result, name, pair[name])
            if self.crew_of(result):
                self.measure_crew(result)

    def measure_crew(self, result):
        """Processes of one thread that do the row's work at once, each for itself: what the machine's processors and memory
        allow just then, however well threads divide the work."""
        for side in self.crew:
            side.send(result.row.commands['sow'])
        slowest = max(float(side.receive()) for side in self.crew)
        result.times.setdefault('crew', []).append(slowest / len(self.crew))

    def measure_others(self, result, sides):
        """NumPy and JAX; sow by the instruction sets that it does not take by itself, and in the cache."""
        row = result.row
        for name in ('numpy', 'jax'):
            if name in sides:
                self.once(result, name, sides[name])
        others = self.isas[:-1] if row.alone else []
        for name in others + [name for name in row.commands if name == 'cached']:
            self.sow.ask(f'isa {name if name in others else self.used}')
            self.once(result, name, self.sow)
        self.sow.ask(f'isa {self.used}')

    def end(self):
        for side in (self.sow, self.torch, self.old, self.builder, *self.crew):
            if side:
                side.end()


def processor():
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as file:
            text = file.read()
    except OSError:
        return platform.processor()
    name, flags = re.search(r'model name\s*: (.*)', text), re.search(r'flags\s*: (.*)', text)
    widest = [flag for flag in ('avx2', 'avx512f', 'asimd') if flags and flag in flags.group(1).split()]
    return f'{name.group(1) if name else platform.machine()}, {" ".join(widest)}'


def machine():
    memory = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') >> 30
    return [f'{datetime.datetime.now():%Y-%m-%d %H:%M}, load {os.getloadavg()[0]:.2f}',
            f'{processor()}, {os.cpu_count()} processors, {memory} GiB, Linux {platform.release()}']


def heading(bench, threads):
    return [*machine(), *bench.abouts, f'sow takes {bench.used} here; all threads are {threads}; '
            f'fills have {bench.size["edge"]}² elements',
            f'times are {"processor time" if bench.given.busy else "the wall clock"}']


def wanted_rows(bench, folders):
    given = bench.given
    rows = [*bench_rows.ceilings(bench.size, folders), *bench_rows.fills(bench.size),
            *bench_rows.blocks(), *bench_rows.matrices(bench.size), *bench_rows.jumps()]
    if given.sizes != 'smoke':
        rows += [*bench_rows.c3d(ROOT, folders), *bench_rows.looks(ROOT, folders), *bench_rows.constructors()]
    if given.whole:
        rows += bench_rows.gpt2(ROOT, folders)
    if given.busy:  # a disk is not waited for in processor time
        rows = [row for row in rows if 'disk' not in row.name]
    return [row for row in rows if re.search(given.only, f'{row.name} {row.dtype} {row.edition}')]


def show_progress(text):
    if sys.stderr.isatty():
        print(f'\r\033[K{text}', end='', file=sys.stderr, flush=True)


def thread_counts(row, threads):
    counts = [1] if row.single else []
    return counts + [threads] if row.threaded and (threads > 1 or not counts) else counts


def run(bench, rows, threads):
    """All rows in each of the run's parts, so that a row's spread is that of half an hour, not of some seconds."""
    results = [Result(row, count, {}, {}) for row in rows for count in thread_counts(row, threads)]
    parts = bench.size['parts']
    for part in range(parts):
        for number, result in enumerate(results):
            show_progress(f'part {part + 1} of {parts}, {number + 1}/{len(results)} {result.row.name} {result.row.dtype}')
            bench.measure(result, first=part == 0)
    show_progress('')
    for result in results:
        row = result.row
        work = f'{row.name} {row.dtype}, edition {row.edition}, threads {result.threads}'
        bench.notes += [f'{work}: {side}: {reason}' for side, reason in result.refused.items()]
    return results


def check_whole(folder):
    """A model of 6 GB needs twice that on the disk and torch's copy of it in memory."""
    free = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_AVPHYS_PAGES')
    if shutil.disk_usage(folder).free < 20e9 or free < 12e9:
        sys.exit('bench: --whole needs 20 GB of disk and 12 GB of memory')


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--quick', dest='sizes', action='store_const', const='quick', default='full',
                        help='small sizes and few pairs: a look, no result')
    parser.add_argument('--smoke', dest='sizes', action='store_const', const='smoke',
                        help='sizes that only show whether it runs')
    parser.add_argument('--whole', action='store_true', help='a GPT-2 XL-shaped model as well: 6 GB, minutes')
    parser.add_argument('--only', metavar='REGEX', default='',
                        help='the rows whose "name dtype edition" it matches')
    parser.add_argument('--busy', action='store_true',
                        help="one thread, by processor time: for a machine that others keep busy")
    parser.add_argument('--threads', type=int, default=len(os.sched_getaffinity(0)), help='what "all" means')
    parser.add_argument('--sow', required=True, metavar='PROGRAM', help='bench_sow')
    parser.add_argument('--python', default=sys.executable, help="the one that has pip's torch, JAX, transformers")
    parser.add_argument('--package', metavar='FOLDER', help='that holds the package sow, for models within sow.fast()')
    parser.add_argument('--old', metavar='PYTHON', help="one that has torch 1.13, such as Debian's /usr/bin/python3")
    parser.add_argument('--openblas', metavar='FOLDER',
                        help="of a libblas.so.3 for torch 1.13, where it is not the system's")
    parser.add_argument('--folder', default='build/bench',
                        help='for the files that are written, and for results.tsv')
    parser.add_argument('--memory', default='/dev/shm', help='a folder that lies in memory')
    given = parser.parse_args()
    if given.busy:
        given.threads = 1
    return given


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # an exception, so that the files go
    os.makedirs(given.folder, exist_ok=True)
    if given.whole:
        check_whole(given.folder)
    memory = f'{given.memory}/sow-bench-{os.getpid()}'
    os.makedirs(memory)
    folders = {'memory': memory, 'disk': f'{os.path.abspath(given.folder)}/files'}
    os.makedirs(folders['disk'], exist_ok=True)
    bench = None
    try:
        bench = Bench(given)
        head = heading(bench, given.threads)
        results = run(bench, wanted_rows(bench, folders), given.threads)
    finally:
        if bench:
            bench.end()
        for folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
    head.append(f'load at the end {os.getloadavg()[0]:.2f}')
    lines = bench_report.table(results, bench.isas)
    print('\n'.join(head), bench_report.aligned(lines), '\n'.join(bench.notes),
          '\n'.join(bench_report.summary(results)), sep='\n\n')
    bench_report.write_tsv(f'{given.folder}/results.tsv', head + bench.notes, lines)
    measured = [result for result in results if 'sow' in result.times]
    return 0 if len(measured) == len(results) else 1


if __name__ == '__main__':
    sys.exit(main())
