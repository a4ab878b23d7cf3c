#!/usr/bin/env python3
"""Checks that nothing grows faster than its work.

The program runs each of its scenarios with none, n and 100 n of what it is
about, and callgrind writes how many instructions each run took. The cost of none
is subtracted from both others. Then 100 n may cost at most 110 times what n cost.
If the scenario allows a logarithm, that is multiplied by log(100 n) / log(n). This
holds for every machine and compiler, so no figure is kept.
"""

import argparse
import math
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ALLOWED = 110


def counts_of(folder, pid):
    """The instructions of each part of a process, in order."""
    counts = []
    while (dump := Path(folder, f'{pid}.{len(counts) + 1}')).exists():
        totals = re.search(r'^(?:summary|totals): (\d+)', dump.read_text(), re.MULTILINE)
        counts.append(int(totals.group(1)))
    return counts


def run(valgrind, program, names):
    """What the program wrote about its runs, and what each of them took."""
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, '--tool=callgrind', '--dump-before=mark', '--compress-strings=yes',
                   '--combine-dumps=no', f'--callgrind-out-file={folder}/%p', program, *names]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              check=False)
        if done.returncode != 0:
            sys.exit(f'{program}: status {done.returncode}\n{done.stderr}')
        pid = re.search(r'^==(\d+)==', done.stderr, re.MULTILINE).group(1)
        counts = counts_of(folder, pid)[1:]
        runs = []
        for line in done.stdout.splitlines()[:-1]:
            if line.startswith('child '):  # which does instead what the last run is about
                counts[len(runs) - 1] = counts_of(folder, line.split()[1])[1]
            else:
                runs.append(line.split())
    if len(runs) != len(counts):
        sys.exit(f'{program}: {len(runs)} runs, and {len(counts)} counts')
    return runs, counts


def factor(n, many, may_take_log):
    return ALLOWED * (math.log(many) / math.log(n) if may_take_log else 1)


def check(name, runs, may_grow):
    """Whether one scenario grows as it may; `runs` are triples of n, log allowed, count."""
    (_, _, none), (n, log, few), (many, _, all_of_them) = runs
    ratio = (all_of_them - none) / max(few - none, 1)
    well = may_grow or ratio <= factor(n, many, log)
    print(f'{name:36} {n:4} {(few - none) / n:10.0f}   {many:6} {(all_of_them - none) / many:10.0f}'
          f'   times {ratio:7.1f}{" (log)" if log else ""}{"" if well else ": too many"}')
    return well


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--valgrind', required=True)
    parser.add_argument('--may-grow', action='append', default=[], metavar='SCENARIO')
    parser.add_argument('program')
    parser.add_argument('scenario', nargs='?', help='this one alone')
    options = parser.parse_args()
    runs, counts = run(options.valgrind, options.program,
                       [options.scenario] if options.scenario else [])
    by_name = {}
    for (name, n, log), count in zip(runs, counts):
        by_name.setdefault(name, []).append((int(n), log == '1', count))
    print(f'{"scenario":36} {"n":>4} {"each":>10}   {"100 n":>6} {"each":>10}')
    results = [check(name, each[1:], name in options.may_grow) for name, each in by_name.items()]
    return 0 if results and all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
