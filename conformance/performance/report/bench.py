#!/usr/bin/env python3
"""Runs the programs of the benchmark in turns and keeps what they measured.

The runtimes take turns: each repeats a scenario once before any repeats it again,
each time in a fresh process. So if the machine is slower for a while, it is slower for
all of them. If a program finds its own result wrong, the whole run fails, after
everything else has been measured and reported.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time

import report

MILLION = 1000000
MEMORY_FOR_A_MILLION = 8 << 30
PATIENCE_S = 120  # for a repetition of a scenario


def read_programs(path):
    """The (most, command) pairs to run, and the (runtime, package) pairs that are missing."""
    programs, missing = [], []
    with open(path, encoding='utf-8') as file:
        for line in file:
            kind, *words = line.strip().split('|')
            if kind == 'missing':
                missing.append(words)
            elif os.path.exists(words[-1]):
                programs.append((int(words[0]), words[1:]))
            else:
                print(f'{words[-1]} was not built: left out')
    return programs, missing


def list_scenarios(programs):
    """Each (row, n) in the order in which it is first met, with the commands that have it."""
    scenarios = {}
    for most, command in programs:
        listed = subprocess.run([*command, '--list'], capture_output=True, check=True, text=True)
        for scenario in json.loads(listed.stdout):
            if scenario['n'] <= most:
                scenarios.setdefault((scenario['row'], scenario['n']), []).append(command)
    return scenarios


def repeat_once(command, name, n, quick):
    """The rows of one repetition, or None if it failed and has printed why."""
    flags = ['--json', '--repetitions', '1'] + ['--quick'] * quick
    try:
        done = subprocess.run([*command, *flags, f'{name}:{n}'], stdout=subprocess.PIPE,
                              text=True, timeout=PATIENCE_S, check=True)
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        print(f'failed: {error}', file=sys.stderr)
        return None


def summarize(rows):
    """One row made of all its repetitions."""
    values = [row['median'] for row in rows]
    return {**rows[0], 'median': statistics.median(values), 'minimum': min(values),
            'spread': max(values) - min(values), 'repetitions': len(values)}


def measure(name, n, commands, options):
    """The rows of a scenario, and whether all succeeded. A runtime that failed is left out."""
    gathered, failed = {}, set()
    for _ in range(options.repetitions):
        for i, command in enumerate(commands):
            rows = None if i in failed else repeat_once(command, name, n, options.quick)
            if rows is None:
                failed.add(i)
            for row in rows or []:
                gathered.setdefault((i, row['row']), []).append(row)
    summaries = [summarize(rows) for (i, _), rows in gathered.items() if i not in failed]
    return [{**row, 'n': n} for row in summaries], not failed


def with_older(path, measured):
    """The rows that were not measured again, as they were, in the old order."""
    with open(path, encoding='utf-8') as file:
        older = json.load(file)['rows']
    again = {(row['row'], row['n']) for row in measured}
    places = [(row['row'], row['n']) for row in older]
    rows = [row for row in older if (row['row'], row['n']) not in again] + measured
    return sorted(rows, key=lambda row: places.index((row['row'], row['n']))
                  if (row['row'], row['n']) in places else len(places))


def available_memory():
    with open('/proc/meminfo', encoding='ascii') as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith('MemAvailable'))


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        names = [line.split(':')[1].strip() for line in file if line.startswith('model name')]
    return f'{names[0]}, {len(names)} processors' if names else platform.machine()


def describe(options, missing):
    return {'date': datetime.date.today().isoformat(), 'machine': processor(),
            'kernel': f'{platform.system()} {platform.release()}', 'compiler': options.compiler,
            'repetitions': options.repetitions, 'chosen': options.chosen,
            'missing': [f'{runtime} ({package})' for runtime, package in missing]}


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--programs', required=True, help='the list that CMake writes')
    parser.add_argument('--compiler', default='unknown')
    parser.add_argument('--chosen', required=True, help='the runtime of the default backend')
    parser.add_argument('--repetitions', type=int, default=7)
    parser.add_argument('--quick', action='store_true')
    parser.add_argument('--only', default='',
                        help='scenarios whose NAME:N begins so; the rest stays as it was')
    parser.add_argument('--docs', help='the folder in which performance.md is written')
    parser.add_argument('measured', help='the JSON to write')
    options = parser.parse_args()

    programs, missing = read_programs(options.programs)
    for runtime, package in missing:
        print(f'{runtime} is not installed (Debian: {package}): left out')
    begin, all_well, measured = time.monotonic(), True, []
    for (name, n), able in list_scenarios(programs).items():
        if not f'{name}:{n}'.startswith(options.only):
            continue
        if n >= MILLION and not options.quick and available_memory() < MEMORY_FOR_A_MILLION:
            print(f'{name}:{n} needs 8 GiB of memory: left out')
            continue
        start = time.monotonic()
        rows, well = measure(name, n, able, options)
        measured += rows
        all_well = all_well and well
        print(f'{name}:{n}  {time.monotonic() - start:.1f} s', flush=True)
    print(f'all in {time.monotonic() - begin:.0f} s')
    if options.only and os.path.exists(options.measured):
        measured = with_older(options.measured, measured)
    content = {'about': describe(options, missing), 'rows': measured}
    with open(options.measured, 'w', encoding='utf-8') as file:
        json.dump(content, file, indent=1)
    if options.docs and measured:
        report.write(content, options.docs)
    return 0 if all_well and measured else 1


if __name__ == '__main__':
    sys.exit(main())
