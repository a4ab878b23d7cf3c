#!/usr/bin/env python3
"""
Makes the rows of docs/platforms.md: platforms.py [--again] [--only BACKEND] PRESET...

A preset must have been built, in build/PRESET. The program of each of its backends runs once,
under the emulator that ctest uses. What it prints stays in build/PRESET/platforms/BACKEND.tap and
is not made again without --again. The rows of these presets in the page are replaced, and the
others are left as they are.
"""

import argparse
import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "platforms.md"
POINT = re.compile(r"^(not ok|ok) \d+ - (\S+)(?: # SKIP (.*))?$", re.M)
PLAN = re.compile(r"^1\.\.(\d+)$", re.M)
HEAD = "| preset | backend | run | failed | not applicable | runs under | date |"
LIMIT = 3600  # seconds; the suite notices a hang earlier


def programs(build):
    """{backend: command} of the suite's programs that are built."""
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"],
                            check=True, capture_output=True, text=True).stdout
    commands = {test["name"]: test.get("command") for test in json.loads(listed)["tests"]}
    found = {}
    for name, command in commands.items():
        if name.endswith(".inventory") and command and all(
                Path(word).exists() for word in command if word.startswith(str(build))):
            found[name.removesuffix(".inventory")] = command[:-1]
    return found


def run(command, tap):
    tap.parent.mkdir(exist_ok=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", timeout=LIMIT)
    tap.write_text(done.stdout)


def emulator(command):
    """What runs the program, with its version; `the processor itself` if nothing does."""
    for word in command[:-1]:
        name = Path(word).name
        if name.startswith("qemu-"):
            version = subprocess.run([word, "--version"], check=True, capture_output=True, text=True)
            return f"{name.removesuffix('-static')} {version.stdout.split()[2]}"
    return "the processor itself"


def row(preset, backend, command, tap):
    text = tap.read_text()
    points = POINT.findall(text)
    plan = PLAN.search(text)
    if not points or not plan or int(plan.group(1)) != len(points):
        sys.exit(f"{tap}: the suite did not run to its end")
    failed = [name for verdict, name, _ in points if verdict == "not ok"]
    reasons = Counter(reason.removeprefix("not applicable: ") for _, _, reason in points if reason)
    skipped = "; ".join(f"{n}: {reason}" for reason, n in reasons.most_common()) or "0"
    wrong = f"{len(failed)}: {', '.join(failed)}" if failed else "0"
    date = time.strftime("%Y-%m-%d", time.localtime(tap.stat().st_mtime))
    ran = len(points) - sum(reasons.values())
    return f"| `{preset}` | {backend} | {ran} | {wrong} | {skipped} | {emulator(command)} | {date} |"


def replace(presets, rows):
    """Puts the rows into the table of the page, in the order of their presets."""
    lines = PAGE.read_text().split("\n")
    first = lines.index(HEAD) + 2
    end = next(i for i in range(first, len(lines)) if not lines[i].startswith("|"))
    old = [line for line in lines[first:end] if line.split("`")[1] not in presets]
    order = lambda line: line.split("`")[1]
    lines[first:end] = sorted(old + rows, key=order)
    PAGE.write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--again", action="store_true", help="run what has run before, too")
    parser.add_argument("--only", metavar="BACKEND", help="run this backend; show what has run")
    parser.add_argument("presets", nargs="+", metavar="PRESET")
    wanted = parser.parse_args()
    rows = []
    for preset in wanted.presets:
        build = ROOT / "build" / preset
        for backend, command in programs(build).items():
            tap = build / "platforms" / f"{backend}.tap"
            if wanted.only in (None, backend) and (wanted.again or not tap.exists()):
                run(command, tap)
            if tap.exists():
                rows.append(row(preset, backend, command, tap))
                print(rows[-1])
    if not rows:
        sys.exit("no suite is built there")
    replace(wanted.presets, rows)


if __name__ == "__main__":
    main()
