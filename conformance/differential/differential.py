#!/usr/bin/env python3
"""Runs programs on backends and on the model, and compares what they print.

    differential.py check   [--seeds N] [--first S] PROGRAM...  random programs
    differential.py replay  --files FILE... -- PROGRAM...       programs that were kept
    differential.py forever [--save FOLDER] PROGRAM...          random programs until you stop it
    differential.py print   SEED                                a random program, as text
    differential.py trace   FILE                                what the model says of a program
    differential.py self-test PROGRAM                           finds planted differences

PROGRAM is greenthread-differential-BACKEND. The driver shrinks a program that differs, and prints
it with the difference. The status is 1 if a program differs.
"""
import argparse
import difflib
import os
import subprocess
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import model
from generator import generate
from interpreter import Interpreter
from programs import read, write
from shrinker import shrink

BATCH = 250
LINES = 40  # of a difference that is printed
PATIENCE = 600  # seconds that a batch may take; it takes one or two, so it hangs


class Hangs(Exception):
    """Not shrunk, because that takes long: the first program that hangs ends the comparison."""

    def __init__(self, program):
        Exception.__init__(self)
        self.program = program


def split(output):
    return [part.splitlines()[1:] for part in ("\n" + output).split("\n== ")[1:]]


def run_batch(command, programs):
    """The traces of the first programs, at least one, up to the one that ended the process."""
    text = "".join(write(program) for program in programs)
    try:
        ran = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             encoding="utf-8", errors="replace", timeout=PATIENCE)
    except subprocess.TimeoutExpired as late:
        reached = split((late.stdout or b"").decode("utf-8", "replace"))
        raise Hangs(programs[max(len(reached), 1) - 1])
    traces = split(ran.stdout) or [ran.stdout.splitlines()]
    if ran.returncode != 0 or len(traces) < len(programs):
        traces[-1].append("ended with status %d" % ran.returncode)
    return traces


def run_all(command, programs):
    """The trace of each. If a program ends the process, only its own trace is lost."""
    traces = []
    while len(traces) < len(programs):
        traces += run_batch(command, programs[len(traces):len(traces) + BATCH])
    return traces


def run_model(program, hub_class=model.Hub):
    return Interpreter(program, hub_class).run()


class Comparison:
    """Compares the model with one executable for each backend."""

    def __init__(self, commands, hub_class=model.Hub):
        self.commands = commands
        self.hub_class = hub_class

    def traces(self, programs):
        """The traces of each program, the model's first."""
        columns = [[run_model(program, self.hub_class) for program in programs]]
        columns += [run_all(command, programs) for command in self.commands]
        return list(zip(*columns))

    def which_differ(self, programs):
        return [any(trace != traces[0] for trace in traces) for traces in self.traces(programs)]

    def explain(self, program):
        """The smallest program that still differs, and the difference."""
        small = shrink(program, self.which_differ)
        print("\nseed %d differs; the smallest program that does has %d statements:\n\n%s"
              % (program.seed, small.size(), write(small)))
        expected, *others = self.traces([small])[0]
        for command, trace in zip(self.commands, others):
            name = os.path.basename(command[-1])
            lines = list(difflib.unified_diff(expected, trace, "model", name, lineterm="", n=8))
            print("\n".join(lines[:LINES] + ["..."] * (len(lines) > LINES)))
        sys.stdout.flush()
        return small

    def check(self, programs):
        """The programs that differ, shrunk."""
        differing = [one for one, differs in zip(programs, self.which_differ(programs)) if differs]
        return [self.explain(program) for program in differing[:3]] + differing[3:]


def check(comparison, options):
    last = options.first + options.seeds
    differing = 0
    for first in range(options.first, last, BATCH):
        seeds = range(first, min(first + BATCH, last))
        differing += len(comparison.check([generate(seed) for seed in seeds]))
        if differing > 3:
            break
    print("%d programs differ of those with seeds %d to %d" % (differing, options.first, last - 1))
    return 1 if differing else 0


def replay(comparison, options):
    programs = []
    for name in options.files:
        with open(name) as file:
            programs += read(file.read())
    differing = comparison.check(programs)
    print("%d of %d kept programs differ" % (len(differing), len(programs)))
    return 1 if differing or not programs else 0


def forever(comparison, options):
    """Runs seeds from a first one; without one, from a different one every time."""
    os.makedirs(options.save, exist_ok=True)
    seed = options.first or int.from_bytes(os.urandom(4), "big") * 1000
    try:
        while True:
            save(differing_from(comparison, seed), options.save)
            seed += BATCH
            print("seed %d" % seed, flush=True)
    except KeyboardInterrupt:
        return 0


def differing_from(comparison, seed):
    try:
        return comparison.check([generate(one) for one in range(seed, seed + BATCH)])
    except Hangs as hangs:
        return [hangs.program]


def save(programs, folder):
    for program in programs:
        with open(os.path.join(folder, "%d.txt" % program.seed), "w") as file:
            file.write(write(program))


class WrongHub(model.Hub):
    """Wakes waiters in the wrong order."""

    def wake_all(self, waiters):
        while waiters:
            self.wake(waiters.pop())


def self_test(options):
    """A wrong model, and a backend that dies, must be found, and the program be made small."""
    programs = [generate(seed) for seed in range(500)]
    wrong = Comparison(options.commands, WrongHub)
    found = [one for one, differs in zip(programs, wrong.which_differ(programs)) if differs]
    if not found:
        print("a wrong model was not found out")
        return 1
    small = wrong.explain(found[0])
    again = read(write(small))
    dead = Comparison([[sys.executable, "-c", "print('== 0'); exit(3)"]])
    if small.size() > 12 or not wrong.which_differ(again)[0] or not dead.which_differ(programs[:2])[0]:
        print("it was not made small, or its text does not differ, or a death was not noticed")
        return 1
    print("%d of 500 programs told the wrong model; the first was made small" % len(found))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "replay", "forever", "print", "trace", "self-test"])
    parser.add_argument("programs", nargs="+", help="executables, or a seed, or a file")
    parser.add_argument("--seeds", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--files", nargs="*", default=[])
    parser.add_argument("--under", default="", help="what runs executables of another processor")
    parser.add_argument("--save", default="differing")
    options = parser.parse_args()
    options.commands = [options.under.split() + [program] for program in options.programs]
    if options.what == "print":
        print(write(generate(int(options.programs[0]))), end="")
        return 0
    if options.what == "trace":
        with open(options.programs[0]) as file:
            for program in read(file.read()):
                print("\n".join(run_model(program)))
        return 0
    if options.what == "self-test":
        return self_test(options)
    comparison = Comparison(options.commands)
    try:
        return {"check": check, "replay": replay, "forever": forever}[options.what](comparison, options)
    except Hangs as hangs:
        print("seed %d hangs:\n\n%s" % (hangs.program.seed, write(hangs.program)))
        return 1


if __name__ == "__main__":
    sys.exit(main())
