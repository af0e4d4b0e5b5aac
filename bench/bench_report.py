"""The table of a run, aligned for a person and tab-separated for a program."""
from statistics import median

SCALE = {'ns': 1e9, 'ms': 1e3}


def number(value):
    """Three figures, without an exponent."""
    if value is None:
        return ''
    return f'{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2 if value >= 0.995 else 3}f}'


class Result:
    """The times of one row with one number of threads, in the order in which they were taken, by side."""

    def __init__(self, row, threads, times, refused):
        self.row, self.threads, self.times, self.refused = row, threads, times, refused

    def shown(self, side):
        """The side's median in the row's unit."""
        taken = self.times.get(side)
        if not taken:
            return None
        items = self.row.counts.get(side, self.row.items) if self.row.unit == 'ns' else 1
        return median(taken) * SCALE[self.row.unit] / items

    def median(self, side):
        return median(self.times[side])

    def speed(self):
        """GB/s that sow writes."""
        return self.row.bytes / self.median('sow') / 1e9 if self.row.bytes and 'sow' in self.times else None

    def ratios(self):
        """torch to sow, pair by pair."""
        return [theirs / ours for theirs, ours in zip(self.times.get('torch', ()), self.times.get('sow', ()))]

    def least_ratio(self):
        """What either side took undisturbed, as far as it ever was: other machines of a host make all times longer."""
        torch, sow = self.times.get('torch'), self.times.get('sow')
        return min(torch) / min(sow) if torch and sow else None

    def of_crew(self):
        """How fast sow's threads are beside as many processes that share nothing, pair by pair."""
        found = [crew / ours for crew, ours in zip(self.times.get('crew', ()), self.times.get('sow', ()))]
        return median(found) if found else None

    def target(self):
        return self.row.targets.get(self.threads)

    def met(self):
        """None where there is nothing to judge."""
        target = self.target()
        if target is None or 'sow' not in self.times:
            return None
        if self.row.against == 'limit':
            return median(self.times['sow']) <= target
        return median(self.ratios()) >= target if self.ratios() else None


def target_text(result):
    target = result.target()
    if target is None:
        return ''
    return f'at most {number(target * 1e3)}' if result.row.against == 'limit' else f'at least {target:g}'


def met_text(result):
    if result.target() is None:
        return ''
    return {None: 'not measured', True: 'yes', False: 'NO'}[result.met()]


def heads(isas):
    """The last instruction set is the one that sow takes by itself."""
    return ['work', 'dtype', 'beside', 'threads', 'unit', 'torch takes', 'NumPy', 'JAX',
            *(f'sow {isa}' for isa in isas), 'in cache', 'crew', 'of crew', 'GB/s', 'pairs', 'ratio', 'low', 'high',
            'of least', 'target', 'met', 'to 1 thread']


def cells(result, isas, single):
    """One line; `single` is the row's result with one thread."""
    row, ratios = result.row, result.ratios()
    gain = None
    if row.single and single is not result and 'sow' in single.times and 'sow' in result.times:
        gain = single.median('sow') / result.median('sow')
    return [row.name, row.dtype,
            row.against if 'torch' in row.commands else '', str(result.threads), row.unit,
            number(result.shown('torch')), number(result.shown('numpy')), number(result.shown('jax')),
            *(number(result.shown(isa)) for isa in isas[:-1]), number(result.shown('sow')),
            number(result.shown('cached')), number(result.shown('crew')), number(result.of_crew()), number(result.speed()),
            str(len(ratios) or ''), *(number(of(ratios)) if ratios else '' for of in (median, min, max)),
            number(result.least_ratio()), target_text(result), met_text(result), number(gain)]


def table(results, isas):
    lines, single = [heads(isas)], None
    for result in results:
        if result.threads == 1:
            single = result
        lines.append(cells(result, isas, single))
    return lines


def aligned(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = []
    for line in lines:
        left = [cell.ljust(width) for cell, width in zip(line[:2], widths)]
        right = [cell.rjust(width) for cell, width in zip(line[2:], widths[2:])]
        text.append('  '.join(left + right).rstrip())
    return '\n'.join(text)


def write_tsv(path, heading, lines):
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(f'# {line}\n' for line in heading)
        file.writelines('\t'.join(line) + '\n' for line in lines)


def read_tsv(path):
    """What write_tsv was given."""
    with open(path, encoding='utf-8') as file:
        written = file.read().splitlines()
    return ([line[2:] for line in written if line.startswith('# ')],
            [line.split('\t') for line in written if not line.startswith('# ')])


def title(work, dtype, threads):
    return f'{work} {dtype}'.strip() + f', {threads} thread{"s" if int(threads) > 1 else ""}'


def summary(results):
    """Which targets are met, one line each."""
    for result in results:
        if result.target() is None:
            continue
        row = result.row
        if row.against == 'limit':
            found = f'{number(result.shown("sow"))} ms'
        else:
            ratios = result.ratios()
            found = f'{number(median(ratios))} times {row.against}, {number(result.least_ratio())} of the least' \
                if ratios else 'not measured'
        if result.times.get('crew'):
            found += f', {number(result.of_crew())} of what processes do'
        work = title(row.name, row.dtype, result.threads)
        yield f'{met_text(result):12}  {work}: {found}, wanted {target_text(result)}'
