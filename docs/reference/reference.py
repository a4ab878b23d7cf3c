"""The reference, from the comments of the public headers.

A page is a comment that opens in the first column, with the declarations that
follow it up to a blank line. All functions, macros and types among them share
the page. A comment is prose, and then rows: the name of a parameter or one of
the words below, and its text. Sphinx makes man pages and
HTML of the text that sources.py writes. A tool that reads C by itself would show
how a macro is implemented, and has no section for what may block or which rules
hold.
"""

import re
from pathlib import Path

# Rows that are no parameters.
WORDS = ("usage", "returns", "errors", "raises", "blocks", "misuse", "rules")
NAME = r"(?:gt|GT|GREENTHREAD)_\w+"
RULE = r"\b[A-Z]+-\d+\b"
CODES = {"GT_MAY_BLOCK", "GT_MAY_RAISE"}


class Page:
    def __init__(self, header, comment, code):
        self.header = header
        self.code = code.strip("\n").split("\n\n")[0]
        self.prose, self.rows = read_comment(comment)
        self.kinds = declared(self.code)  # name -> function, macro, constant or type
        self.names = list(self.kinds)
        self.is_called = any(kind in ("function", "macro") for kind in self.kinds.values())
        self.example = None

    @property
    def name(self):
        return self.names[0]

    @property
    def sentence(self):
        return first_sentence(self.prose)

    def prototypes(self):
        """Each function's, with its markers."""
        return {re.search(rf"[ *]({NAME})\(", text).group(1): text
                for text in public(self.code) if "(" in text}

    def parameters(self):
        """What rows there have to be: the parameters of functions and macros."""
        found = []
        for name, text in self.prototypes().items():
            inside = text[text.index(name) + len(name) + 1:text.rindex(")")]
            inside = re.sub(r"\(\*(\w+)\)\([^)]*\)", r"\1", inside)
            found += [re.search(r"(\w+)(?:\[\])?\s*$", one).group(1)
                      for one in inside.split(",") if one.strip() != "void"]
        for match in re.finditer(rf"^#define {NAME}\(([^)]*)\)", self.code, re.M):
            found += [one.strip() for one in match.group(1).split(",")]
        for match in re.finditer(rf"^typedef [^({{;]*\b{NAME}\(([^)]*)\)", self.code, re.M):
            found += [re.search(r"(\w+)$", one).group(1) for one in match.group(1).split(",")]
        return list(dict.fromkeys(found))

    def rules(self, pages):
        """Their ids; those of another page are taken from there."""
        text = self.rows.get("rules", "")
        ids = re.findall(RULE, text)
        for other in re.findall(rf"those of ({NAME})", text):
            ids += find(pages, other).rules(pages)
        return list(dict.fromkeys(ids))

    def marked(self, marker):
        return [name for name, text in self.prototypes().items() if marker in text]


def first_sentence(prose):
    text = " ".join(prose[0].split())
    return re.match(r"(.*?\.)(?: |$)", text).group(1)


def read_comment(comment):
    """Paragraphs of prose, and rows by their name."""
    lines = [line[2:].lstrip("/").rstrip() if line.startswith("/*") else line[2:].rstrip()
             for line in comment.removesuffix("*/").rstrip().split("\n")]
    paragraphs, rows, row = [[]], {}, None
    for line in lines:
        head = re.match(r" {3}([A-Za-z_]+)  +(\S.*)$", line)
        if head:
            row = head.group(1)
            rows[row] = head.group(2)
        elif row and line.strip():
            rows[row] += "\n" + line.strip()
        elif line.strip():
            paragraphs[-1].append(line.removeprefix(" "))
        else:
            row = None
            paragraphs.append([])
    return ["\n".join(one) for one in paragraphs if one], rows


def public(code):
    """The declarations that are marked GTI_PUBLIC, each on one line."""
    plain = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
    return [" ".join(text.split()) for text in re.findall(r"^[^\n#]*GTI_PUBLIC[^;]*;", plain, re.M)
            if not re.search(r"\bgti_\w+\(", text)]


def declared(code):
    """Public names that the code declares, with what they are, in order."""
    plain = re.sub(r"/\*.*?\*/", "", code, flags=re.S)
    found = []
    for pattern, kind in (
            (rf"^#define ({NAME})\(", "macro"),
            (r"^#define (GT_(?:TRY|END_TRY)) ", "macro"),
            (rf"^#define ({NAME})(?!\(|\w)", "constant"),
            (r"^ +(GT_\w+),? *$", "constant"),
            (rf"^GTI_PUBLIC extern const gt_kind ({NAME});", "constant"),
            (rf"^GTI_PUBLIC[^;(]*?({NAME})\(", "function"),
            (rf"^typedef struct \w+ ({NAME});", "type"),
            (rf"^struct ({NAME}) {{", "type"),
            (rf"^}} ({NAME});", "type"),
            (rf"^typedef [^({{;]*?\b({NAME})\(", "type")):
        for match in re.finditer(pattern, plain, re.M):
            name = match.group(1)
            if not name.endswith("_H") and name not in (one for _, one, _ in found):
                found.append((match.start(), name, kind))
    found.sort(key=lambda one: (one[2] != "type", one[0]))
    return {name: kind for _, name, kind in found}


class Header:
    def __init__(self, root, path):
        self.path = path.relative_to(root / "core/include").as_posix()
        self.title = "greenthread-" + path.stem
        text = path.read_text(encoding="utf-8")
        parts = re.split(r"^(/\*.*?\*/)", text, flags=re.M | re.S)
        self.prose, _ = read_comment(parts[1])
        self.pages = [Page(self, *pair) for pair in zip(parts[3::2], parts[4::2])]
        self.pages = [page for page in self.pages if page.names]
        # What is named here and defined elsewhere has its page there.
        self.code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)

    @property
    def sentence(self):
        return first_sentence(self.prose)

    @property
    def include(self):
        return "greenthread/testing.h" if self.path.endswith("testing.h") else "greenthread.h"


def find(pages, name):
    return next((page for page in pages if name in page.names), None)


def read_headers(root):
    headers = [Header(root, path)
               for path in sorted((root / "core/include/greenthread").glob("*.h"))]
    defined = {name: page for header in headers for page in header.pages
               for name in page.names if re.search(rf"^struct {name} {{", page.code, re.M)}
    for header in headers:
        for page in header.pages:
            page.names = [name for name in page.names if defined.get(name, page) is page]
        header.pages = [page for page in header.pages if page.names]
    return headers


def read_examples(root, pages):
    """Gives each page the first part of a program that says it shows a name, for each name."""
    shown = {}
    for path in sorted((root / "docs/examples/reference").glob("*.c")):
        program = path.read_text(encoding="utf-8")
        definitions = {}
        for match in re.finditer(r"^static [^;{(]*?\b(\w+)(?:\([^;]*?\n\{.*?^\}| = [^;]*;)$", program,
                                 re.M | re.S):
            definitions[match.group(1)] = match.group(0)
        for names, text in re.findall(r"^/\* Example: ([^*]*) \*/\n(.*?)^/\* End \*/$", program,
                                      re.M | re.S):
            for name in names.split():
                page = find(pages, name)
                if not page:
                    raise SystemExit(f"{path}: an example of {name}, which has no comment in a header")
                shown.setdefault(name, with_what_it_uses(text.strip("\n"), definitions))
    for page in pages:
        page.example = "\n\n".join(dict.fromkeys(shown[name] for name in page.names if name in shown))


def with_what_it_uses(text, definitions):
    """An example is complete: what it uses of the program's other parts is put before it."""
    while True:
        missing = [name for name, one in definitions.items()
                   if one not in text and re.search(rf"\b{name}\b", text)]
        if not missing:
            return text
        text = definitions[missing[-1]] + "\n\n" + text


def read_rules(root):
    """Sections of docs/semantics.md: their title, and the id and text of each rule."""
    sections = []
    plain = re.sub(r"^ *```.*?^ *```$", "", (root / "docs/semantics.md").read_text(encoding="utf-8"),
                   flags=re.M | re.S)
    text = None
    for line in plain.split("\n"):
        head = re.match(r"- \*\*([A-Z]+-\d+)\*\* (.*)$", line)
        if line.startswith("## "):
            sections.append((line[3:], []))
        if head:
            text = [head.group(2)]
            sections[-1][1].append((head.group(1), text))
        elif text is not None and line.startswith("  "):
            text.append(line.strip())
        elif line:
            text = None
    return [(title, [(name, " ".join(text)) for name, text in rules])
            for title, rules in sections if rules]


def read(root):
    headers = read_headers(root)
    pages = [page for header in headers for page in header.pages]
    read_examples(root, pages)
    return headers, pages
