"""Writes what bench.py measured.

docs/performance.md gets the tables, between its markers. The folder docs/performance
beside it gets every figure, and the charts.
"""

import math
import os
import sys
import textwrap

import svg
import targets

BEGIN, END = '<!-- measured: begin -->', '<!-- measured: end -->'
OURS = 'greenthread '


def figure(value):
    """Three digits, and no exponents."""
    if not value:
        return '' if value is None else '0'
    return f'{value:,.{min(4, max(0, 2 - math.floor(math.log10(abs(value)))))}f}'


def table(heading, rows):
    lines = [heading, ['---'] * len(heading), *rows]
    return '\n'.join('| ' + ' | '.join(cells) + ' |' for cells in lines)


class Measured:
    """What was measured, by runtime, row and n."""

    def __init__(self, content):
        self.about, self.rows = content['about'], content['rows']
        self.by_key = {(row['runtime'], row['row'], row['n']): row for row in self.rows}

    def median(self, runtime, row, n):
        found = self.by_key.get((runtime, row, n))
        return found['median'] if found else None

    def runtimes(self):
        """Ours first, the limits last, each in the order of the programs."""
        names = list(dict.fromkeys(row['runtime'] for row in self.rows))
        return sorted(names, key=lambda name: (not name.startswith(OURS), name.startswith('bare')))

    def keys(self):
        return list(dict.fromkeys((row['row'], row['n'], row['unit']) for row in self.rows))


def is_met(target, value):
    return value >= target.limit if target.at_least else value <= target.limit


def state(target, measured):
    """The cells that say whether a target is met."""
    runtime = measured.about['chosen'] if target.runtime == targets.CHOSEN else target.runtime
    found = measured.by_key.get((runtime, target.row, target.n))
    value, unit = (found['median'], found['unit']) if found else (None, '')
    if target.other:
        other = measured.median(target.other, target.row, target.n)
        value = value / other if value is not None and other else None
        unit = f'of {target.other}'
    verdict = 'not measured' if value is None else 'met' if is_met(target, value) else '**not met**'
    sign = '≥' if target.at_least else '≤'
    return [runtime, target.row, f'{target.n:,}', f'{sign} {target.limit:g}', figure(value), unit,
            verdict]


def target_table(measured):
    return table(['runtime', 'row', 'n', 'target', 'measured', 'unit', ''],
                 [state(target, measured) for target in targets.TARGETS])


def guards(measured, runtimes):
    guarded = {row['runtime']: row['guarded'] for row in measured.rows}
    return ['stacks guarded', '', ''] + [guarded[name] for name in runtimes]


def best_of(values, unit):
    """The best value of the runtimes. A bare switch is not a runtime."""
    full = [value for name, value in values.items() if value and not name.startswith('bare')]
    return max(full, default=None) if unit == '1/s' else min(full, default=None)


def side_by_side(measured):
    """The rows that another runtime has, too, with the best value in bold."""
    runtimes = [name for name in measured.runtimes() if not name.endswith('-shared')]
    lines = [guards(measured, runtimes)]
    for row, n, unit in measured.keys():
        values = {name: measured.median(name, row, n) for name in runtimes}
        if all(value is None for name, value in values.items() if not name.startswith(OURS)):
            continue
        best = best_of(values, unit)
        cells = [f'**{figure(value)}**' if value and value == best else figure(value)
                 for value in values.values()]
        lines.append([row, f'{n:,}', unit, *cells])
    return table(['row', 'n', 'unit'] + [name.removeprefix(OURS) for name in runtimes], lines)


def everything(measured):
    rows = [[row['runtime'], row['row'], f"{row['n']:,}", row['unit'], figure(row['median']),
             figure(row['minimum']), figure(row['spread'])] for row in measured.rows]
    return table(['runtime', 'row', 'n', 'unit', 'median', 'minimum', 'spread'], rows)


CHARTS = (
    ('yield', 'yield', 'One yield among n threads', 'threads', 'nanoseconds'),
    ('batch', 'batch cold', 'n threads spawned and run, the first time in a process', 'threads',
     'nanoseconds each'),
)


def draw(measured, folder):
    runtimes = [name for name in measured.runtimes() if not name.endswith('-shared')]
    for file, row, title, x_label, y_label in CHARTS:
        series = {}
        for name in runtimes:
            points = [(n, measured.median(name, row, n)) for found, n, _ in measured.keys()
                      if found == row]
            series[name.removeprefix(OURS)] = [point for point in points if point[1]]
        limits = [name for name in series if name.startswith('bare')]
        if any(series.values()):
            with open(os.path.join(folder, file + '.svg'), 'w', encoding='utf-8') as output:
                output.write(svg.chart(title, x_label, y_label, series, limits))


def heading(about):
    missing = ''
    if about['missing']:
        missing = f' Not installed, and left out: {", ".join(about["missing"])}.'
    text = (f'Measured on {about["date"]}: {about["machine"]}, {about["kernel"]}, '
            f'{about["compiler"]}; medians of {about["repetitions"]} repetitions. '
            f'The default backend here: {about["chosen"].removeprefix(OURS)}.{missing}')
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)


def write_section(path, text):
    with open(path, encoding='utf-8') as file:
        before, _, rest = file.read().partition(BEGIN)
    after = rest.partition(END)[2]
    if not after:
        sys.exit(f'{path}: there is nothing between {BEGIN} and {END} to replace')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(f'{before}{BEGIN}\n\n{text}\n\n{END}{after}')


def write(content, docs):
    """Writes the section of performance.md, and the files in `docs`/performance."""
    measured = Measured(content)
    folder = os.path.join(docs, 'performance')
    os.makedirs(folder, exist_ok=True)
    draw(measured, folder)
    with open(os.path.join(folder, 'measurements.md'), 'w', encoding='utf-8') as file:
        file.write(f'# Every measurement\n\n{heading(measured.about)}\n\n'
                   '[performance.md](../performance.md) says what the rows are. Spread is the '
                   f'distance from the least to\nthe greatest.\n\n{everything(measured)}\n')
    write_section(os.path.join(docs, 'performance.md'), '\n\n'.join([
        heading(measured.about), '### Targets', target_table(measured), '### Side by side',
        side_by_side(measured), '### As n grows', '![One yield](performance/yield.svg)',
        '![A batch](performance/batch.svg)',
        'Every median, minimum and spread: '
        '[performance/measurements.md](performance/measurements.md).']))
