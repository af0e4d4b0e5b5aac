"""Two runs of the benchmark beside each other: do they agree, and which targets did either miss?

A row's spread is the range of its pairs' ratios, taken minutes apart. Two runs agree in a row where these ranges
meet. Reads what bench.py leaves as results.tsv. Exit status: 0 they agree, 1 they do not, 2 trouble.
"""
import argparse
import re
import signal
import sys

from bench_report import number, read_tsv, title


def refuse(reason):
    """Trouble is 2, as diff's; 1 is "they do not agree"."""
    print(f'bench_compare: {reason}', file=sys.stderr)
    sys.exit(2)


class Run:
    """The rows of one results.tsv, by work, dtype and number of threads."""

    def __init__(self, path):
        try:
            comments, table = read_tsv(path)
        except (OSError, UnicodeDecodeError) as error:
            refuse(f'{path}: {getattr(error, "strerror", None) or "no text"}')
        heads, *lines = table or [[]]
        if 'ratio' not in heads or not comments:
            refuse(f'{path} is no results.tsv of ./dev bench')
        self.when = comments[0].split(',')[0]
        self.sow = [head for head in heads if head.startswith('sow ')][-1]
        self.rows = {(row['work'], row['dtype'], row['threads']): row
                     for row in (dict(zip(heads, line)) for line in lines)}

    def ratios(self):
        return {key: row for key, row in self.rows.items() if row['ratio']}

    def targets(self):
        """The rows that have to be so many times faster than torch."""
        return {key: row for key, row in self.ratios().items() if row['target'] and row['beside'] != 'whole'}


def spread(row):
    return float(row['low']), float(row['high'])


def apart(one, other):
    """The factor between two rows' ranges; at most 1 where they meet."""
    (low, high), (other_low, other_high) = spread(one), spread(other)
    return max(low / other_high, other_low / high)


class Comparison:
    def __init__(self, earlier, later):
        self.earlier, self.later = earlier, later
        self.before = earlier.ratios()
        self.both = {key: (self.before[key], row) for key, row in later.ratios().items() if key in self.before}
        factors = {key: apart(*rows) for key, rows in self.both.items()}
        self.strangers = {key: factor for key, factor in sorted(factors.items(), key=lambda item: -item[1]) if factor > 1}

    def agreement(self):
        agree = len(self.both) - len(self.strangers)
        text = f'Of {len(self.both)} rows with a ratio in both runs {agree} agree: their ranges meet.'
        if self.strangers:
            text += f' The others are apart by a factor of {max(self.strangers.values()):.2f} at most.'
        return text

    def report(self):
        """For a person at a terminal."""
        yield f'{self.earlier.when}, and {self.later.when}'
        if self.earlier.sow != self.later.sow:
            yield f'by other instructions: {self.earlier.sow.removeprefix("sow ")}, then {self.later.sow.removeprefix("sow ")}'
        yield self.agreement()
        for key, factor in self.strangers.items():
            before, now = self.both[key]
            yield f'apart by {factor:.2f}: {title(*key)}: {before["low"]} to {before["high"]}, {now["low"]} to {now["high"]}'
        for key, now in self.later.targets().items():
            before = self.before.get(key)
            if now['met'] != 'yes' or before and before['met'] != 'yes':
                yield (f'target missed: {title(*key)}: {before["ratio"] if before else "-"} and {now["ratio"]}, '
                       f'wanted {now["target"]}')


def with_spread(row):
    return f'{row["ratio"]} ({row["low"]} to {row["high"]})'


def processes(row):
    """torch's time beside that of as many processes as there are threads, which share nothing."""
    return number(float(row['torch takes']) / float(row['crew'])) if row['crew'] else '–'


def markdown(comparison):
    """What docs/performance.md has: a table for each number of threads, and the agreement."""
    earlier, later = comparison.earlier, comparison.later
    targets = later.targets()
    for threads in sorted({key[2] for key in targets}, key=int):
        alone = threads == '1'
        heads = ['one thread' if alone else f'{threads} threads', 'torch', 'sow', 'ratio (lowest to highest)', 'of least',
                 *([] if alone else ['processes']), earlier.when, 'target', 'met']
        yield f'| {" | ".join(heads)} |'
        yield '|---' * len(heads) + '|'
        for key, row in targets.items():
            if key[2] != threads:
                continue
            name = re.sub(r'^(\w+_)(?!\w)', r'`\1`', key[0]) + (f' {key[1]}' if key[1] != 'float32' else '')
            before = comparison.before.get(key)
            cells = [name, f'{row["torch takes"]} {row["unit"]}', f'{row[later.sow]} {row["unit"]}', with_spread(row),
                     row['of least'], *([] if alone else [processes(row)]), with_spread(before) if before else '–',
                     row['target'].removeprefix('at least '), row['met'].lower()]
            yield f'| {" | ".join(cells)} |'
        yield ''
    yield comparison.agreement()


def check(path, comparison):
    """Whether a document has all lines of these tables, as they are."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    missing = [line for line in markdown(comparison) if line not in text]
    for line in missing:
        print(f'bench_compare: {path} lacks: {line}', file=sys.stderr)
    return 1 if missing else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--markdown', action='store_true', help='the tables of docs/performance.md')
    parser.add_argument('--check', metavar='FILE', help='fail unless FILE has these tables, as they are')
    parser.add_argument('earlier', metavar='EARLIER.tsv')
    parser.add_argument('later', metavar='LATER.tsv')
    given = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # for `| head`
    comparison = Comparison(Run(given.earlier), Run(given.later))
    if given.check:
        return check(given.check, comparison)
    print('\n'.join(markdown(comparison) if given.markdown else comparison.report()))
    return 1 if comparison.strangers else 0


if __name__ == '__main__':
    sys.exit(main())
