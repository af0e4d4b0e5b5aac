"""The table of a run, aligned for a person and tab-separated for a program."""
from statistics import median

SCALE = {'ns': 1e9, 'µs': 1e6, 'ms': 1e3}


def number(value):
    """Three figures, without an exponent."""
    if value is None:
        return ''
    return f'{value:.{0 if value >= 99.95 else 1 if value >= 9.995 else 2 if value >= 0.995 else 3}f}'


class Result:
    """The times of one row with one number of threads: a list by side, in the order in which they were taken."""

    def __init__(self, row, threads, times, refused):
        self.row, self.threads, self.times, self.refused = row, threads, times, refused

    def shown(self, side):
        taken = self.times.get(side)
        return median(taken) * SCALE[self.row.unit] / (self.row.items if self.row.unit == 'ns' else 1) if taken else None

    def speed(self):
        taken = self.times.get('sow')
        return self.row.bytes / median(taken) / 1e9 if taken and self.row.bytes else None

    def ratios(self):
        """torch to sow, pair by pair."""
        return [theirs / ours for theirs, ours in zip(self.times.get('torch', ()), self.times.get('sow', ()))]

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


def table(results, isas):
    """The table as rows of text, the heads first. One instruction set a column; the last is the one sow takes."""
    head = ['work', 'dtype', 'torch', 'threads', 'unit', 'torch takes', 'NumPy'] + [f'sow {isa}' for isa in isas] + \
           ['GB/s', 'ratio', 'low', 'high', 'target', 'met', 'to 1 thread']
    lines = [head]
    single = {}
    for result in results:
        row = result.row
        if result.threads == 1:
            single[id(row)] = result
        ratios, alone = result.ratios(), single.get(id(row))
        gain = ''
        if result.threads != 1 and alone and 'sow' in alone.times and 'sow' in result.times:
            gain = number(median(alone.times['sow']) / median(result.times['sow']))
        against = '' if row.against == 'limit' or 'torch' not in row.commands else row.against
        label = row.name + (', edition 2.12' if row.edition == '2.12' else '')
        lines.append([label, row.dtype, against, str(result.threads), row.unit, number(result.shown('torch')),
                      number(result.shown('numpy'))] +
                     [number(result.shown(isa)) for isa in isas[:-1]] +
                     [number(result.shown('sow')), number(result.speed()),
                      number(median(ratios)) if ratios else '', number(min(ratios)) if ratios else '',
                      number(max(ratios)) if ratios else '', target_text(result), met_text(result), gain])
    return lines


def aligned(lines):
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    text = []
    for line in lines:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width) for i, (cell, width) in enumerate(zip(line, widths))]
        text.append('  '.join(cells).rstrip())
    return '\n'.join(text)


def write_tsv(path, heading, lines):
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines(f'# {line}\n' for line in heading)
        file.writelines('\t'.join(line) + '\n' for line in lines)


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
            found = f'{number(median(ratios))} times torch {row.against}' if ratios else 'not measured'
        edition = f', edition {row.edition}' if row.edition != '1.13' else ''
        yield f'{met_text(result):12}  {row.name} {row.dtype}{edition}, {result.threads} thread' \
              f'{"s" if result.threads > 1 else ""}: {found}, wanted {target_text(result)}'
