#!/usr/bin/env python3
"""
Puts the faults of mutations.txt into the runtime, one at a time, and tells
which of them the conformance suite does not notice.

    mutate.py [--jobs N] [--only REGEX] [--list] SCRATCH
    mutate.py --systematic FILE[:FUNCTION] ... [--sample N] [--build NAME] SCRATCH

Each worker has a copy of the tree under SCRATCH, in which it changes one line,
builds the suite's program again, runs it until its first failure, and puts the
line back. A fault is caught if a case fails, or if the program crashes or
hangs. A fault that no longer fits the source, or does not compile, is an error:
the list has to be corrected. The exit status is 0 if all were caught.

The program runs in one process first, which is much faster and finds most of
the faults. Then it runs with a process for each case. A case with a name has to
catch a fault, so if the first run crashes, the second one counts.

With --systematic the faults are not those of the list but all that systematic.py
makes of a file. Each that no case notices is printed with its place. Many of these
are not faults, because no program can see them.
"""

import argparse
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, namedtuple
from pathlib import Path
from signal import SIGKILL

import systematic

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# Name of a build: options for CMake, and which of its programs runs.
Build = namedtuple("Build", "options program kind", defaults=["conformance"])
BUILDS = {
    "fcontext": Build([], "fcontext"),
    "inline": Build([], "inline"),
    "threads": Build([], "threads"),
    "count": Build([], "fcontext", "faults"),
    "hostile": Build(["-DGREENTHREAD_HOSTILE=ON"], "fcontext"),
    "poll": Build(["-DGREENTHREAD_COMPAT=posix", "-DGREENTHREAD_POLLER=poll"], "fcontext"),
    "hostile-poll": Build(["-DGREENTHREAD_HOSTILE=ON", "-DGREENTHREAD_COMPAT=posix",
                           "-DGREENTHREAD_POLLER=poll"], "fcontext"),
    "generic": Build(["-DGREENTHREAD_COMPAT=generic"], "fcontext"),
}
TOGETHER = {"inline": "fcontext", "threads": "fcontext", "count": "fcontext"}  # builds that share a folder

CASE_HANG = 5  # seconds for one case at the least; no case takes as long as all of them together

Mutation = namedtuple("Mutation", "title build file function old new line")


class Unfit(Exception):
    """A mutation that cannot be tried: the list is out of date."""


# The list


def parse(path):
    """
    Blocks, set apart by blank lines, of

        # subject: what goes wrong [build]
        core/file.c function
        - the text that is there, within one line
        + the text to put in its place
    """
    mutations = []
    for block in re.finditer(r"^# (\w.*): (.+?)(?: \[([\w-]+)\])?\n(\S+)(?: (\w+))?\n- (.+)\n\+ ?(.*)$",
                             path.read_text(), re.M):
        subject, what, build, file, function, old, new = block.groups()
        line = path.read_text()[:block.start()].count("\n") + 1
        mutations.append(Mutation(f"{subject}: {what}", build or "fcontext", file, function,
                                  old, new, line))
    headings = len(re.findall(r"^# \w.*: ", path.read_text(), re.M))
    if headings != len(mutations):
        sys.exit(f"{path}: {headings} headings, but {len(mutations)} blocks can be read")
    return mutations


def body_of(text, function):
    """Where the definition of a function, or of a macro, begins and ends."""
    found = (re.search(rf"^\w[^\n;]*\b{function}\((?:[^;{{]*)\n{{\n.*?^}}", text, re.M | re.S) or
             re.search(rf"^#define {function}\((?:.*\\\n)*.*", text, re.M))
    if not found:
        raise Unfit(f"there is no function {function}")
    return found.span()


def mutate(text, mutation):
    if isinstance(mutation, systematic.Change):
        return text[:mutation.at] + mutation.new + text[mutation.at + len(mutation.old):]
    start, end = body_of(text, mutation.function) if mutation.function else (0, len(text))
    n = text.count(mutation.old, start, end)
    if n != 1:
        raise Unfit(f"its text is there {n} times")
    at = text.index(mutation.old, start, end)
    return text[:at] + mutation.new + text[at + len(mutation.old):]


# A copy of the tree


def not_source(folder, names):
    """What is not part of the tree: its history, and what was built in it."""
    return {name for name in names if name in (".git", "build") or
            (Path(folder) / name / "CMakeCache.txt").exists()}


class Tree:
    def __init__(self, folder, cmake_options):
        self.folder = folder
        self.source = folder / "source"
        self.cmake_options = cmake_options
        if folder.exists():
            shutil.rmtree(folder)
        shutil.copytree(ROOT, self.source, ignore=not_source)

    def program(self, name):
        """Builds the program of a build, and returns its path."""
        build = BUILDS[name]
        folder = self.folder / TOGETHER.get(name, name)
        if not (folder / "build.ninja").exists():
            run(["cmake", "-G", "Ninja", "-S", self.source, "-B", folder,
                 "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O1",
                 *self.cmake_options, *build.options])
        target = f"greenthread-{build.kind}-{build.program}"
        run(["cmake", "--build", folder, "--target", target, "--parallel", "1"])
        return folder / "conformance" / target

    def try_out(self, mutation, patience):
        """How the mutation was caught, or None."""
        file = self.source / mutation.file
        original = file.read_text()
        try:
            file.write_text(mutate(original, mutation))
            return failure(self.program(mutation.build), patience)
        finally:
            file.write_text(original)


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Unfit("this failed: " + " ".join(map(str, command)) + "\n" + done.stdout)


# The suite


def failure(program, patience):
    """The first failure of the suite, or None if it passes. It begins with the name of a case."""
    case_hang = ["--timeout", f"{max(CASE_HANG, patience / 5):.0f}"]
    at_once = run_suite([program, "--in-process", *case_hang], patience)
    if at_once and not at_once.startswith("it "):
        return at_once
    return run_suite([program, *case_hang], 10 * patience) or at_once


def run_suite(command, seconds):
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True,
                                   errors="replace", start_new_session=True,
                                   env=dict(os.environ, GREENTHREAD_FAULTS="count"))
        hung = threading.Event()

        def end_all(): # the suite's own watch holds the pipe, too
            hung.set()
            os.killpg(process.pid, SIGKILL)

        watchdog = threading.Timer(seconds, end_all)
        watchdog.start()
        first = next((line for line in process.stdout if line.startswith("not ok")), None)
        if first:
            process.kill()
        status = process.wait()
        process.stdout.close()
        watchdog.cancel()
    if first:
        return re.sub(r"^not ok (\d+ )?- ", "", first.strip())
    if hung.is_set():
        return "it hung"
    return f"it ended with status {status}" if status else None


# All of them


def work(tree, todo, patience, results):
    while True:
        try:
            mutation = todo.get_nowait()
        except queue.Empty:
            return
        begin = time.monotonic()
        try:
            caught = tree.try_out(mutation, patience[mutation.build])
            verdict = "MISSED" if not caught else "UNNAMED" if caught.startswith("it ") else "caught"
        except Unfit as error:
            caught, verdict = str(error), "UNFIT"
        results.append((mutation, verdict))
        if isinstance(mutation, systematic.Change) and verdict in ("caught", "UNFIT"):
            continue
        print(f"{verdict:7} {time.monotonic() - begin:5.1f} s  {mutation.title}\n"
              f"        {caught or 'no case fails'}", flush=True)


def check_unchanged(tree, names):
    """
    Without a fault the suite has to pass, or every fault would count as caught. Returns
    for each build the seconds after which a run in one process counts as hung.
    """
    patience = {}
    for name in names:
        program = tree.program(name)
        begin = time.monotonic()
        wrong = failure(program, 300)
        if wrong:
            sys.exit(f"the suite fails without a fault, in the build {name}: {wrong}")
        patience[name] = 3 + 5 * (time.monotonic() - begin)
    return patience


def main():
    arguments = argparse.ArgumentParser(description="Tries the suite against planted faults.")
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--only", default="", help="those whose title or file matches")
    arguments.add_argument("--list", action="store_true")
    arguments.add_argument("--cmake", action="append", default=[], help="an option for CMake")
    arguments.add_argument("--systematic", action="append", default=[],
                           metavar="FILE[:FUNCTION]", help="all changes of a file instead")
    arguments.add_argument("--sample", type=int, default=0, help="so many of them, 0: all")
    arguments.add_argument("--seed", type=int, default=1, help="which ones")
    arguments.add_argument("--build", default="inline", choices=BUILDS, help="for them")
    arguments.add_argument("scratch", type=Path)
    options = arguments.parse_args()

    if options.systematic:
        mutations = systematic.changes(ROOT, options.systematic, options.build)
        if options.sample and options.sample < len(mutations):
            mutations = random.Random(options.seed).sample(mutations, options.sample)
    else:
        mutations = parse(HERE / "mutations.txt")
    mutations = [m for m in mutations if re.search(options.only, f"{m.title} {m.file}")]
    if options.list:
        for m in mutations:
            print(f"{m.file}: {m.title} [{m.build}]")
        return 0
    begin = time.monotonic()
    todo, results = queue.Queue(), []
    for mutation in sorted(mutations, key=lambda m: list(BUILDS).index(m.build)):
        todo.put(mutation)
    trees = [Tree(options.scratch / f"tree-{i}", options.cmake) for i in range(options.jobs)]
    patience = check_unchanged(trees[0], sorted({m.build for m in mutations}))
    workers = [threading.Thread(target=work, args=(tree, todo, patience, results))
               for tree in trees]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    if options.systematic:
        count = Counter(verdict for _, verdict in results)
        print(f"{len(results)} changes: {count['caught']} caught, {count['UNNAMED']} by no case, "
              f"{count['MISSED']} missed, {count['UNFIT']} do not compile, "
              f"in {time.monotonic() - begin:.0f} s")
        return 0
    failed = [(m, verdict) for m, verdict in results if verdict != "caught"]
    for mutation, verdict in failed:
        print(f"{HERE / 'mutations.txt'}:{mutation.line}: {verdict}: {mutation.title}")
    print(f"{len(results) - len(failed)} of {len(mutations)} faults caught "
          f"in {time.monotonic() - begin:.0f} s")
    return 0 if mutations and not failed and len(results) == len(mutations) else 1


if __name__ == "__main__":
    sys.exit(main())
