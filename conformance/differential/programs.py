"""Programs as data, and their text form. operations.h says what a statement looks like."""
import os
import re

BODIES, SLOTS, TARGETS, STATEMENTS = 8, 8, 4, 600
EVER = (1 << 63) - 1


def read_forms():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "operations.h")
    with open(path) as file:
        found = re.findall(r'^OPERATION\((\w+), "(\w*)", (\d)\)', file.read(), re.M)
    return {name: (letters, int(parts)) for name, letters, parts in found}


FORMS = read_forms()


class Statement:
    """`arguments` as operations.h lists them: slots, bodies, durations and numbers are ints,
    targets are ints or names, a list of targets is a list, an exception is (kind, code) or None."""

    def __init__(self, name, arguments=(), parts=()):
        self.name = name
        self.arguments = list(arguments)
        self.parts = [list(part) for part in parts]

    def copy(self):
        return Statement(self.name, self.arguments, [copy_block(part) for part in self.parts])


def copy_block(block):
    return [statement.copy() for statement in block]


class Program:
    def __init__(self, seed, schedule=0, bodies=None):
        self.seed = seed
        self.schedule = schedule
        self.bodies = bodies or [[] for _ in range(BODIES)]

    def copy(self):
        return Program(self.seed, self.schedule, [copy_block(body) for body in self.bodies])

    def size(self):
        return sum(1 for body in self.bodies for _ in walk(body))


def walk(block):
    """All statements of a block, outer ones first."""
    for statement in block:
        yield statement
        for part in statement.parts:
            yield from walk(part)


# Writing

def write_argument(letter, value):
    if letter == "d" and value == EVER:
        return "ever"
    if letter == "x":
        return "%s:%d" % value if value else "-"
    if letter == "T":
        return ",".join(str(target) for target in value) or "-"
    return str(value)


def write_block(block, indent, lines):
    for statement in block:
        letters, parts = FORMS[statement.name]
        words = [write_argument(*pair) for pair in zip(letters, statement.arguments)]
        lines.append(" " * indent + " ".join([statement.name] + words))
        for i in range(parts):
            write_block(statement.parts[i], indent + 2, lines)
            lines.append(" " * indent + ("end" if i + 1 == parts else "then"))


def write(program):
    lines = ["program %d" % program.seed]
    if program.schedule:
        lines.append("schedule %d" % program.schedule)
    for number, body in enumerate(program.bodies):
        if body:
            lines.append("body %d" % number)
            write_block(body, 2, lines)
            lines.append("end")
    return "\n".join(lines + ["end"]) + "\n"


# Reading

def read_target(text):
    return text if text in ("self", "main") else int(text)


def read_argument(letter, text):
    if letter == "t":
        return read_target(text)
    if letter == "T":
        return [read_target(one) for one in text.split(",")] if text != "-" else []
    if letter == "d":
        return EVER if text == "ever" else int(text)
    if letter == "x":
        kind, _, code = text.partition(":")
        return (kind, int(code)) if text != "-" else None
    return text if letter == "k" else int(text)


def read_block(lines, closing):
    block = []
    for words in lines:
        if words[0] == closing:
            return block
        letters, parts = FORMS[words[0]]
        statement = Statement(words[0], [read_argument(*pair) for pair in zip(letters, words[1:])])
        for i in range(parts):
            statement.parts.append(read_block(lines, "end" if i + 1 == parts else "then"))
        block.append(statement)
    raise ValueError("a block has no " + closing)


def read(text):
    """All programs of a text."""
    lines = (line.split("#")[0].split() for line in text.splitlines())
    lines = iter([words for words in lines if words])
    programs = []
    for words in lines:
        program = Program(int(words[1]))
        programs.append(program)
        for words in lines:
            if words[0] == "end":
                break
            if words[0] == "schedule":
                program.schedule = int(words[1])
            else:
                program.bodies[int(words[1])] = read_block(lines, "end")
    return programs
