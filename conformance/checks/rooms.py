#!/usr/bin/env python3
"""
Checks the rooms of core: rooms.py ROOT

A folder of core is a room. Waking is low and blocking is high: a room includes and calls
itself and the rooms before it, and no other. Inside a room, files do not call each other
in a circle. A function that other files call is declared in the header that has its file's
name, or in a public one. Static functions of two files have two names, because a reader
takes one name for one thing.

It reads the code by its layout: a definition begins in the first column, and its body ends
there.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

ROOMS = ["base", "hub", "raise", "sched", "api", "sync", "io"]
APART = {"backend.h"}  # the contract
UPWARD = {("gti_hub_get", "gti_hub_need")}  # the first use of the library makes the hub
ELSEWHERE = {"gti_hub_make", "gti_hub_need"}  # so these are declared with the first use
DEFINITION = re.compile(r"^((?:[A-Za-z_][\w \*]*?[ \*])?)(\w+)\(([^;{}]*?)\)\s*\n\{\n(.*?)^\}",
                        re.M | re.S)


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\])*"', '""', text)


class Core:
    def __init__(self, root):
        self.root = root / "core"
        self.texts = {}      # file: text
        self.bodies = {}     # (file, function): body
        self.statics = set()
        self.files_of = defaultdict(list)
        for path in sorted(self.root.rglob("*.[ch]")):
            file = path.relative_to(self.root).as_posix()
            if file.split("/")[0] in ("include", "limits") or file in APART:
                continue
            self.texts[file] = without_comments(path.read_text())
            for before, name, _, body in DEFINITION.findall(self.texts[file]):
                self.bodies[file, name] = body
                self.files_of[name].append(file)
                if "static" in before or "GTI_INLINE" in before:
                    self.statics.add((file, name))

    def calls(self):
        """(caller, callee) for each function that is called or passed on."""
        for (file, caller), body in self.bodies.items():
            for name in set(re.findall(r"\b[A-Za-z_]\w*\b", body)):
                if (file, name) in self.bodies:
                    continue
                for other in self.files_of.get(name, []):
                    if other.endswith(".h") or (other, name) not in self.statics:
                        yield (file, caller), (other, name)


def room(file):
    return file.split("/")[0]


def unit(file):
    return re.sub(r"\.[ch]$", "", file)


def circles(graph):
    """The sets of units that reach each other."""
    def reach(start):
        seen, todo = set(), [start]
        while todo:
            for following in graph[todo.pop()]:
                if following not in seen:
                    seen.add(following)
                    todo.append(following)
        return seen
    reached = {each: reach(each) for each in list(graph)}
    return {frozenset(other for other in reached[each] if each in reached.get(other, ()))
            for each in reached if each in reached[each]}


def check_rooms(core):
    for file in core.texts:
        if room(file) not in ROOMS:
            yield f"{file} is in no room"


def check_includes(core):
    for file in core.texts:
        for other in re.findall(r'#include "core/(\w+)/', (core.root / file).read_text()):
            if other not in ROOMS or ROOMS.index(other) > ROOMS.index(room(file)):
                yield f"{file} includes {other}, which is higher up"


def check_calls(core):
    graph = defaultdict(set)
    for (file, caller), (other, callee) in core.calls():
        if (caller, callee) in UPWARD:
            continue
        if ROOMS.index(room(other)) > ROOMS.index(room(file)):
            yield f"{file}: {caller} calls {callee} of {other}, which is higher up"
        if unit(file) != unit(other):
            graph[unit(file)].add(unit(other))
    for circle in circles(graph):
        yield "a circle of calls: " + ", ".join(sorted(circle))


def check_headers(core):
    public = "".join(path.read_text() for path in (core.root / "include").rglob("*.h"))
    for file, name in core.bodies:
        if file.endswith(".h") or (file, name) in core.statics or name in ELSEWHERE:
            continue
        own = core.texts.get(unit(file) + ".h", "")
        if not re.search(rf"\b{name}\(", own + public):
            yield f"{file}: {name} is declared in another header"


def check_names(core):
    for name, files in core.files_of.items():
        if len(files) > 1:
            yield f"{name} is the name of two functions: {', '.join(files)}"


def main():
    core = Core(Path(sys.argv[1]))
    if len(core.bodies) < 300:
        sys.exit(f"only {len(core.bodies)} functions were found: how they are laid out has changed")
    checks = (check_includes, check_calls, check_headers, check_names)
    broken = list(check_rooms(core)) or [line for check in checks for line in check(core)]
    for line in sorted(broken):
        print(line)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
