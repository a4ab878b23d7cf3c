#!/usr/bin/env python3
"""Counts instructions by callgrind and compares them with the kept figures.

The count of an operation is the difference of two runs, one with twice as many
of it. It does not depend on the machine's speed or load, but it depends on the
compiler and the C library. So figures.txt says for which ones it holds. With others
there is nothing to compare with, and the check is skipped.
"""

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile

OPERATIONS = ('yield', 'spawn', 'semaphore', 'kill', 'link', 'raise', 'try')
TIMES = 6400  # a multiple of the switches between two polls of timers
ALLOWED = 1.03
SKIPPED = 77


def run(valgrind, program, operation, times):
    """How many instructions the whole process executes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [valgrind, '--tool=callgrind', f'--callgrind-out-file={folder}/profile',
                   program, operation, str(times)]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
    collected = re.search(r'Collected\s*:\s*(\d+)', done.stderr)
    if done.returncode != 0 or not collected:
        sys.exit(f'{program} {operation}: status {done.returncode}\n{done.stderr}')
    return int(collected.group(1))


def count(valgrind, program, operation):
    once, twice = (run(valgrind, program, operation, times) for times in (TIMES, 2 * TIMES))
    return round((twice - once) / TIMES, 1)


def toolchain(compiler):
    return f'{compiler}, {os.confstr("CS_GNU_LIBC_VERSION")}, {platform.machine()}'


def read_figures(path):
    """What the figures hold for, and the figures by 'backend operation'."""
    with open(path, encoding='utf-8') as file:
        lines = [line.strip() for line in file if line.strip() and not line.startswith('#')]
    figures = (line.rsplit(maxsplit=1) for line in lines[1:])
    return lines[0], {name: float(value) for name, value in figures}


def write_figures(path, holds_for, figures):
    with open(path, encoding='utf-8') as file:
        heading = [line for line in file if line.startswith('#')]
    with open(path, 'w', encoding='utf-8') as file:
        file.writelines([*heading, holds_for + '\n',
                         *(f'{name:20} {figures[name]:8.1f}\n' for name in sorted(figures))])


def check(counted, kept):
    """True if none of the figures has grown too much. Prints the verdict on each."""
    well = True
    for name, now in counted.items():
        if name not in kept:
            print(f'{name}: {now} instructions, and no figure to compare with')
            well = False
            continue
        change = 100 * (now / kept[name] - 1)
        too_many = now > kept[name] * ALLOWED
        print(f'{name}: {now} instructions, kept: {kept[name]} ({change:+.1f} %)'
              f'{", too many" if too_many else ""}')
        well = well and not too_many
    return well


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--valgrind', required=True)
    parser.add_argument('--compiler', required=True)
    parser.add_argument('--figures', required=True)
    parser.add_argument('--renew', action='store_true', help='write the figures instead')
    parser.add_argument('programs', nargs='+', help='BACKEND=PATH')
    options = parser.parse_args()

    holds_for, kept = read_figures(options.figures)
    here = toolchain(options.compiler)
    if here != holds_for and not options.renew:
        print(f'skipped: the figures are for {holds_for}; this is {here}')
        return SKIPPED
    counted = {}
    for backend, program in (each.split('=', 1) for each in options.programs):
        for operation in OPERATIONS:
            counted[f'{backend} {operation}'] = count(options.valgrind, program, operation)
    if options.renew:
        write_figures(options.figures, here, counted)
        return 0
    return 0 if check(counted, kept) else 1


if __name__ == '__main__':
    sys.exit(main())
