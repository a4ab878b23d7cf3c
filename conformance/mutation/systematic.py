"""
All small changes of a C file, for mutate.py: a statement left out, a condition
turned round or cut, a comparison or a number off by one, first for last. It makes
them from the text, line by line. The style of this source allows that: a statement
on its own line ends there, and a declaration begins with a type.
"""

import re
from collections import namedtuple

Change = namedtuple("Change", "title build file at old new line")

# What replaces what. Each replacement is tried wherever its text is found.
SWAPS = [
    (r"\bfirst\b", "last"), (r"\blast\b", "first"), (r"\bnext\b", "previous"),
    (r"\bprevious\b", "next"), (r"\breaders?\b", lambda m: m[0].replace("reader", "writer")),
    (r"\bwriters?\b", lambda m: m[0].replace("writer", "reader")), (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"), (r"\bGT_READ\b", "GT_WRITE"), (r"\bGT_WRITE\b", "GT_READ"),
    (r"\bGT_FINISHED\b", "GT_DEAD"), (r"\bGT_DEAD\b", "GT_FINISHED"),
    (r"(?<![<>=!-])<(?![<=])", "<="), (r"(?<![<>])<=", "<"), (r"(?<![->])>(?![>=])", ">="),
    (r"(?<!>)>=", ">"), (r"&&", "||"), (r"\|\|", "&&"),
    (r"(?<=\w)\+\+|\+\+(?=\w)", ""), (r"(?<=\w)--|--(?=\w)", ""),
    (r"(?<=[\w)] )\+(?= )", "-"), (r"(?<=[\w)] )-(?= )", "+"),
    (r"(?<![\w.\"])\d+(?![\w.\"])", lambda m: str(int(m[0]) + 1)),
    (r"&= (?=\()", "|= "), (r"\|=", "&="),
]

DECLARES = re.compile(r"^(?:static |const |struct |enum |unsigned |volatile |union )|"
                      r"^[a-z_][\w]* \**[a-z_]\w*(?:\[\w*\])?(?: =|;|,)")


def code_of(text):
    """The text with comments, strings and preprocessor lines blanked out."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'|"
                  r"^#(?:[^\n]*\\\n)*[^\n]*$", blank, text, flags=re.S | re.M)


def bodies(code, function):
    """Where functions begin and end, by the braces in the first column."""
    for found in re.finditer(r"^(\w[^\n;]*?\b(\w+)\((?:[^;{]*?)\))\n{\n(.*?)^}", code, re.M | re.S):
        if not function or found[2] == function:
            yield found[2], found.start(3), found.end(3)


def operands(line):
    """Each second operand of && and || that needs no parsing, with the operator."""
    for found in re.finditer(r" (?:&&|\|\|) [^&|()]+(?:\([^()]*\))?[^&|()]*(?=\)?(?:\)| &&| \|\||;| \?|$))",
                             line):
        yield "cut", found.start(), found[0], ""


def of_line(line):
    """(kind, column, old, new) for a line of a body."""
    statement = line.strip()
    column = len(line) - len(line.lstrip())
    is_whole = statement.endswith(";") and statement.count("(") == statement.count(")")
    if is_whole and not DECLARES.match(statement) and not re.match(r"return\b|goto |for |do$|while|}", statement):
        yield "left out", column, statement, ";"
    found = re.match(r"\s*(?:} else )?(?:else )?if (\(.*\))( \{)?$|\s*while (\(.*\))( \{)?$", line)
    if found and not DECLARES.match(statement):
        group = 1 if found[1] else 3
        if found[group].count("(") == found[group].count(")"):
            yield "turned", found.start(group), found[group], f"(!{found[group]})"
    yield from operands(line)
    if DECLARES.match(statement) and "=" not in statement:
        return
    for pattern, new in SWAPS:
        for match in re.finditer(pattern, line):
            yield "put", match.start(), match[0], match.expand(new) if isinstance(new, str) else new(match)


def changes(root, names, build):
    made = []
    for name in names:
        file, _, function = name.partition(":")
        text = (root / file).read_text()
        code = code_of(text)
        for in_function, start, end in bodies(code, function):
            at = start
            for line in code[start:end].splitlines(keepends=True):
                for kind, column, old, new in of_line(line.rstrip("\n")):
                    place = at + column
                    old_text = text[place:place + len(old)]
                    number = text.count("\n", 0, place) + 1
                    whole = text.splitlines()[number - 1].strip()
                    made.append(Change(f"{kind}: {file}:{number}: {in_function}: {old_text} -> "
                                       f"{new or 'nothing'}    in: {whole}", build, file, place, old_text, new, number))
                at += len(line)
    return made
