#!/usr/bin/env python3
"""
Tells which lines and branches of the runtime the conformance suite reaches.

    coverage.py SOURCE SCRATCH

It builds the suite for coverage three times, for the three degrees of compat. It
runs the suite on every backend, with a process for each case and in one process,
and the C++ programs. Then it adds up what gcovr finds. The exit status is 0 if core
is covered as far as it has to be, and if docs/coverage.md lists the lines that no
case reaches. It must list exactly these, so that each has its reason.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

BUILDS = {
    "linux": [],
    "poll": ["-DGREENTHREAD_COMPAT=posix", "-DGREENTHREAD_POLLER=poll",
             "-DGREENTHREAD_C11_THREADS=pthread"],
    "generic": ["-DGREENTHREAD_COMPAT=generic"],
}
LEAST_LINES, LEAST_BRANCHES = 98, 90  # per cent of core


def run(command, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        sys.exit(f"this failed: {' '.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def cxx_programs(source):
    text = (source / "conformance" / "cxx" / "exceptions.cpp").read_text()
    return re.findall(r'^    \{"([a-z_]+)", \1\},$', text, re.M)


def measure(source, folder, options):
    """Builds and runs, and returns the name of gcovr's findings."""
    run(["cmake", "-G", "Ninja", "-S", source, "-B", folder, "-DCMAKE_BUILD_TYPE=Debug",
         "-DGREENTHREAD_COVERAGE=ON", "-DCMAKE_C_COMPILER=gcc", *options])
    targets = re.findall(r"^(greenthread-(?:conformance|cxx)-(?!objects)\w+): phony",
                         run(["ninja", "-C", folder, "-t", "targets", "all"]), re.M)
    run(["cmake", "--build", folder, "--parallel", "2", "--target", *targets])
    for counters in folder.rglob("*.gcda"):
        counters.unlink()
    suites = [target for target in targets if "-conformance-" in target]
    for target in suites:
        run([folder / "conformance" / target])
        run([folder / "conformance" / target, "--in-process"])
    for target in set(targets) - set(suites):
        for program in cxx_programs(source):
            run([folder / "conformance" / "cxx" / target, program])
    found = folder / "coverage.json"
    backends = [target.rsplit("-", 1)[1] for target in suites]
    libraries = ["compat"] + [f"{backend}-objects" for backend in backends]
    objects = [folder / "CMakeFiles" / f"greenthread-{name}.dir" for name in libraries]
    run(["gcovr", "--root", source, "--json", found, "--filter", f"{source}/(core|backends|compat)/",
         "--gcov-ignore-parse-errors", *objects])
    return found


def add_up(source, findings):
    """For each file, how often each line and each branch was reached."""
    lines = defaultdict(lambda: defaultdict(int))
    branches = defaultdict(lambda: defaultdict(int))
    for path in findings:
        for file in json.loads(path.read_text())["files"]:
            for line in file["lines"]:
                if line.get("gcovr/noncode"):
                    continue
                number = line["line_number"]
                lines[file["file"]][number] += line["count"]
                for i, branch in enumerate(line["branches"]):
                    if not branch["throw"]:  # each call has one: a C++ exception could pass it
                        branches[file["file"]][number, i] += branch["count"]
    return lines, branches


def share(counts):
    return sum(1 for n in counts if n), len(counts)


def per_cent(reached, all_of_them):
    return 100 * reached / all_of_them if all_of_them else 100


def print_table(lines, branches):
    print(f"{'file':40} {'lines':>15} {'branches':>15}")
    for file in sorted(lines):
        columns = []
        for counts in (lines[file].values(), branches[file].values()):
            reached, n = share(counts)
            columns.append(f"{reached:5}/{n:<4}{per_cent(reached, n):4.0f}%")
        print(f"{file:40} {columns[0]:>15} {columns[1]:>15}")
    totals = {}
    for part in ("core", "backends", "compat"):
        counts = [[n for file in table if file.startswith(part + "/") for n in table[file].values()]
                  for table in (lines, branches)]
        totals[part] = [per_cent(*share(c)) for c in counts]
        print(f"{part}: {totals[part][0]:.1f} % of {len(counts[0])} lines, "
              f"{totals[part][1]:.1f} % of {len(counts[1])} branches")
    return totals


def function_at(text, number):
    """The function that contains a line: the last one that begins before it."""
    for line in reversed(text[:number]):
        found = re.match(r"\w[^;=]*?(\w+)\(", line)
        if found:
            return found.group(1)
    return ""


def unreached(source, lines):
    """The lines that no case reaches: file, function, text."""
    found = set()
    for file in lines:
        text = (source / file).read_text().splitlines()
        for number, n in lines[file].items():
            if not n and re.search(r"\w", text[number - 1]):
                found.add((file, function_at(text, number), text[number - 1].strip()))
    return found


ENTRY = r"`([^`]+)`(?:, `([^`]+)`(?:: `([^`]+)`)?)?"


def listed(page):
    """
    What the page lists. "- `file`, `function`: `text`" is a line. Without the text it
    means all lines of the function that are not reached, and without the function all
    such lines of the file. The entry after "- sometimes" may be reached or not.
    """
    text = page.read_text()
    return re.findall("^- " + ENTRY + "$", text, re.M), re.findall("^- sometimes " + ENTRY + "$", text, re.M)


def covers(entry, line):
    return all(not given or given == found for given, found in zip(entry, line))


def main():
    source, scratch = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    findings = [measure(source, scratch / name, options) for name, options in BUILDS.items()]
    lines, branches = add_up(source, findings)
    totals = print_table(lines, branches)
    missing = unreached(source, lines)
    known, sometimes = listed(source / "docs" / "coverage.md")
    unlisted = [line for line in sorted(missing)
                if not any(covers(entry, line) for entry in known + sometimes)]
    stale = [entry for entry in known if not any(covers(entry, line) for line in missing)]
    for line in unlisted:
        print("not reached, and not listed in docs/coverage.md: `%s`, `%s`: `%s`" % line)
    for entry in stale:
        print("listed in docs/coverage.md, but reached or gone: `%s`, `%s`: `%s`" % entry)
    enough = totals["core"][0] >= LEAST_LINES and totals["core"][1] >= LEAST_BRANCHES
    if not enough:
        print(f"core has to have {LEAST_LINES} % of lines and {LEAST_BRANCHES} % of branches")
    return 0 if enough and not unlisted and not stale else 1


if __name__ == "__main__":
    sys.exit(main())
