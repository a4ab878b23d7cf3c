"""Writes the reference as Sphinx reads it: a page for each comment of a public
header, one for each header, one for C++, one for the rules and one for the whole."""

import re
import textwrap

import reference

# Which heading shows which row, in the order of a man page.
NEVER_BLOCKS = "Never blocks: no other green thread runs before the call returns (SCHED-1)."
MAY_BLOCK = "May block: other green threads may run before the call returns."
NO_EXCEPTION = "None: no exception leaves the call."
FIRST_CALLS = ("gt_spawn", "gt_wait", "gt_kill", "GT_TRY", "gt_read", "gt_with_timeout")
HOW_TO_COMPILE = """\
#include <greenthread.h>

cc program.c $(pkg-config --cflags --libs greenthread)
cc program.c $(pkg-config --cflags --libs greenthread-NAME)
cc program.c $(pkg-config --cflags --libs greenthread-NAME-shared)"""
LIBRARIES = """\
A backend is a way to switch between threads, and each backend has a library. *NAME* is **inline**,
**fcontext**, **ucontext** or **threads**. An object file does not depend on the backend, so it can
be linked with any of them.

``greenthread``
   The backend that was chosen when greenthread was built.

``greenthread-NAME``
   The static library, *libgreenthread-NAME.a*, and the system's libraries that it needs.

``greenthread-NAME-shared``
   The shared library, **-lgreenthread-NAME**.

The flags for the compiler matter, too: **-fstack-clash-protection** lets a large frame meet the
guard of a full stack. With CMake, ``find_package(greenthread)`` gives the targets
``greenthread::greenthread``, ``greenthread::NAME`` and ``greenthread::NAME-shared``. Those backends
are installed that were built."""
MISUSE = "Programming errors, which end the process with one line that names the call (ERR-1): "


class Writer:
    """Text for man pages, where a reference is a name in bold, or for HTML, where it is a link."""

    def __init__(self, headers, pages, rules, for_html):
        self.headers, self.pages, self.for_html = headers, pages, for_html
        self.rules = {name for _, section in rules for name, _ in section}

    def reference(self, name, own=None, section="3"):
        page = reference.find(self.pages, name)
        target = page.name if page else "index" if name == "greenthread" else name
        if page and page is own:
            return f"**{name}**"
        if self.for_html:
            return f":doc:`{name} <{target}>`"
        return f"**{name}**\\ ({section})"

    def rule(self, name):
        return f":ref:`{name} <{name}>`" if self.for_html else name

    def inline(self, text, own=None):
        """One line of a comment: names become references, and nothing else is markup."""
        text = " ".join(text.split())
        pattern = (r"`[^`]+`|" + reference.NAME + r"|\bgreenthread-\w+\(7\)|\b[a-z_]+\([1-8]\)|"
                   + reference.RULE + r"|[*\\|<>_]|[^`\w*\\|<>_]+|\w+?(?=_\W|_$)|\w+|.")
        pieces = []
        for piece in re.findall(pattern, text):
            if piece.startswith("`") and len(piece) > 1:
                inner = piece.strip("`")
                one = (self.reference(inner, own) if reference.find(self.pages, inner)
                       else f"``{inner}``")
            elif reference.find(self.pages, piece):
                one = self.reference(piece, own)
            elif re.fullmatch(r"greenthread-\w+\(7\)", piece):
                one = self.reference(piece[:-3], own, "7")
            elif re.fullmatch(r"[a-z_]+\([1-8]\)", piece):
                one = f":manpage:`{piece}`"
            elif piece in self.rules:
                one = self.rule(piece)
            else:
                pieces.append(re.sub(r"([*\\|`])", r"\\\1", piece))
                continue
            pieces.append(f"\\ {one}\\ ")
        return "".join(pieces).strip()

    def prose(self, paragraphs, own=None):
        out = []
        for text in paragraphs:
            if text.startswith("  - "):
                items = re.split(r"^  - ", text, flags=re.M)[1:]
                out += ["* " + self.inline(item, own) for item in items]
            elif all(line.startswith("    ") for line in text.split("\n")):
                out.append(code(textwrap.dedent(text)))
            else:
                out.append(self.inline(text, own))
        return "\n\n".join(out)

    def of_names(self, text, own):
        """A row whose parts open with the function that they are of: a line for each function."""
        parts = re.split(r"(?:^|; )(?=gt_\w+: )", " ".join(text.split()))
        return "\n\n".join(self.inline(capital(part), own) + "." * (not part.endswith("."))
                           for part in parts if part)

    def section(self, title, text):
        return f"{title}\n{'-' * len(title)}\n\n{text}\n" if text else ""

    def page(self, page):
        rows = page.rows
        text = [heading(", ".join(page.names))]
        if self.for_html:
            text.insert(0, ".. index::\n" + "".join(f"   single: {name}\n" for name in page.names))
        text.append(self.section("Synopsis", code(synopsis(page))))
        text.append(self.section("Description", self.prose(page.prose, page)
                                 + self.constants(page)))
        text.append(self.section("Parameters", self.parameters(page)))
        returns = rows.get("returns")
        if page.is_called:
            text.append(self.section("Return value", self.of_names(returns, page)
                                     if returns else "None."))
            text.append(self.section("Errors", self.errors(page)))
            text.append(self.section("Exceptions", self.of_names(rows["raises"], page)
                                     if "raises" in rows else NO_EXCEPTION))
            text.append(self.section("Blocking", self.blocking(page)))
        else:
            text.append(self.section("Return value", returns and self.of_names(returns, page)))
            text.append(self.section("Errors", "misuse" in rows and self.errors(page)))
        text.append(self.section("Rules", self.rule_list(page)))
        text.append(self.section("Example", page.example and code(page.example)))
        text.append(self.section("See also", self.see_also(page)))
        return "\n".join(part for part in text if part)

    def constants(self, page):
        """Rows that are neither words nor parameters: markers."""
        known = set(page.parameters()) | set(reference.WORDS)
        return "".join(f"\n\n``{name}``\n   {self.inline(capital(text), page)}."
                       for name, text in page.rows.items() if name not in known)

    def parameters(self, page):
        return "\n\n".join(f"``{name}``\n   {self.inline(capital(page.rows[name]), page)}."
                           for name in page.parameters() if name in page.rows)

    def errors(self, page):
        parts = []
        if "errors" in page.rows:
            text = " ".join(page.rows["errors"].split())
            owner = re.match(r"(gt_\w+): ", text)
            if owner:
                text = text[owner.end():]
                parts.append(self.inline(f"Of {owner.group(1)}:", page))
            for one in text.split(". "):
                codes = re.match(r"((?:E[A-Z]+(?:, )?)+): (.*)$", one)
                parts.append(f"``{codes.group(1)}``\n   {self.inline(capital(codes.group(2)), page)}."
                             if codes else self.inline(one, page) + ".")
        if "misuse" in page.rows:
            parts.append(self.inline(MISUSE, page) + " "
                         + self.inline(page.rows["misuse"], page) + ".")
        return "\n\n".join(parts) or "None."

    def blocking(self, page):
        own = page.rows.get("blocks")
        text = MAY_BLOCK if own else NEVER_BLOCKS
        if not own:
            return self.inline(text, page)
        owner = re.match(r"(gt_\w+): ", own)
        if owner:
            return self.inline(f"{owner.group(1)} may block {own[owner.end():]}. The other call "
                               "never blocks.", page)
        return self.inline(text, page) + " " + self.inline("It blocks " + own, page) + "."

    def rule_list(self, page):
        ids = page.rules(self.pages)
        if not ids:
            return ""
        text = ", ".join(self.rule(name) for name in ids) + "."
        return text + f" {self.reference('greenthread-rules', section='7')} has their text."

    def see_also(self, page):
        """What the page speaks of, then its neighbours in the header, the header and the rules."""
        spoken = re.findall(reference.NAME, "\n".join(page.prose + list(page.rows.values())))
        names = [other.name for other in page.header.pages if other.is_called]
        near = names.index(page.name) if page.name in names else 0
        names = spoken + names[max(0, near - 2):near + 3]
        names = [name for name in dict.fromkeys(names)
                 if name not in page.names and reference.find(self.pages, name)]
        found = [self.reference(name) for name in names]
        found.append(self.reference(page.header.title, section="7"))
        return ", ".join(found)

    def listing(self, pages):
        text = []
        for page in pages:
            names = ", ".join(self.reference(name) for name in page.names)
            text.append(f"{names}\n   {self.inline(capital(page.sentence))}")
        return "\n\n".join(text)

    def header(self, header):
        called = [page for page in header.pages if page.is_called]
        others = [page for page in header.pages if not page.is_called]
        text = [heading(header.title),
                self.section("Synopsis", code(f"#include <{header.include}>")),
                self.section("Description", self.prose(header.prose)),
                self.section("Functions and macros", self.listing(called)),
                self.section("Types and constants", self.listing(others)),
                self.section("See also", ", ".join(
                    [self.reference("greenthread", section="7")]
                    + [self.reference(one.title, section="7") for one in self.headers
                       if one is not header]
                    + [self.reference("greenthread-rules", section="7")])),
                self.contents([page.name for page in header.pages])]
        return "\n".join(part for part in text if part)

    def contents(self, names):
        if not self.for_html:
            return ""
        return ".. toctree::\n   :hidden:\n   :titlesonly:\n\n" + "".join(f"   {name}\n" for name in names)

    def rule_page(self, sections):
        text = [heading("greenthread-rules"), self.section("Description", self.inline(
            "These are the rules that every backend keeps. A page of the reference names those that "
            "its call keeps. Each rule is marked with its source: doc, the documentation of "
            "guv.greenthread; peer, what guv and eventlet do; ours, decided here."))]
        for title, rules in sections:
            body = "\n\n".join((f".. _{name}:\n\n" if self.for_html else "")
                               + f"**{name}**\n   {self.markdown(rule)}" for name, rule in rules)
            text.append(self.section(title, body))
        text.append(self.section("See also", self.reference("greenthread", section="7")))
        return "\n".join(text)

    def markdown(self, text):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
        return self.inline(re.sub(r"`[^`]*`|\*+(?=\w)|(?<=\w)\*+",
                                  lambda match: match.group() if "`" in match.group() else "", text))

    def cpp_page(self, text, example):
        """Written by hand: a name with a section, or a rule, becomes a reference."""
        text = re.sub(rf"\b({reference.NAME}|greenthread(?:-\w+)?)\(([37])\)|{reference.RULE}",
                      lambda match: self.reference(match.group(1), section=match.group(2))
                      if match.group(1) else self.rule(match.group()), text)
        indented = textwrap.indent(example, "   ")
        return heading("greenthread-cpp") + "\n" + text.replace("\nEXAMPLE\n", f"\n{indented}\n")

    def whole(self, hello):
        items = [f"{self.reference(header.title, section='7')}\n   {self.inline(capital(about(header)))}"
                 for header in self.headers]
        items.append(f"{self.reference('greenthread-cpp', section='7')}\n"
                     "   The header for C++20.")
        items.append(f"{self.reference('greenthread-rules', section='7')}\n"
                     "   The rules that every call keeps.")
        text = [heading("greenthread"),
                self.section("Synopsis", code(HOW_TO_COMPILE, "none")),
                self.section("Description", self.inline(
                    "Cooperative threads for C11. Code that blocks reads like plain code, thousands "
                    "of such threads share one OS thread, and any of them can be waited for, linked, "
                    "timed out or killed by an exception. Each OS thread that uses the library has a "
                    "hub, which schedules its green threads; the first call that needs one makes it. "
                    "The OS thread's own stack is the main green thread.")
                    + "\n\n" + self.inline(
                    "Every call has a page. It says what the call may do to its caller: which "
                    "exceptions leave it, and whether it may block. A call ends the process with one "
                    "line that names it if it is misused (ERR-1), if no memory is left for a hub, "
                    "and in a child of fork(2) that has not called gt_shutdown (FORK-1).")),
                self.section("Libraries", LIBRARIES),
                self.section("Headers", "\n\n".join(items)),
                self.section("Example", code(hello)),
                self.section("See also", ", ".join(
                    [self.reference(name) for name in FIRST_CALLS]
                    + [self.reference(header.title, section="7") for header in self.headers]
                    + [self.reference("greenthread-cpp", section="7"),
                       self.reference("greenthread-rules", section="7")]
                    + [f":manpage:`{name}`" for name in ("pkg-config(1)", "pthreads(7)")])),
                self.contents([header.title for header in self.headers]
                              + ["greenthread-cpp", "greenthread-rules"])]
        return "\n".join(part for part in text if part)


def heading(title):
    return f"{title}\n{'=' * len(title)}\n"


def code(text, language="c"):
    return f".. code-block:: {language}\n\n" + textwrap.indent(text, "   ")


def capital(text):
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+(?:[ ,;:.]|$)", text) else text


def synopsis(page):
    lines = [f"#include <{page.header.include}>", ""]
    if "usage" in page.rows:
        usage = page.rows["usage"]
        macro_has_type = not usage.startswith("GT_TRY")
        return "\n".join(lines + [line + ";" * macro_has_type for line in usage.split("\n")])
    if page.is_called:
        for text in reference.public(page.code):
            text = re.sub(r"GTI_PUBLIC |GT_MAY_\w+ ", "", text)
            lines += wrapped(text)
        return "\n".join(lines)
    plain = "\n".join(line for line in page.code.split("\n")
                      if not line.startswith(("GTI_END_C", "#endif", "#ifdef", "#else", "#if ")))
    declarations = re.findall(
        r"^#define " + reference.NAME + r"(?!\w|\().*$|^(?:typedef )?(?:struct|enum) \w+ \{.*?^\}[^;]*;|"
        r"^typedef [^;{]*;|^GTI_PUBLIC extern[^;]*;.*$", plain, re.M | re.S)
    shown = [re.sub("GTI_PUBLIC ", "", one) for one in split_lines(declarations, page)]
    return "\n".join(lines + shown)


def split_lines(declarations, page):
    """A pattern that crosses lines takes several one-line declarations at once."""
    found = []
    for one in declarations:
        if re.match(r"(typedef )?(struct|enum) \w+ \{", one):
            found.append(one)
        else:
            found += one.split("\n")
    return [one for one in found if any(re.search(rf"\b{name}\b", one) for name in page.names)]


def wrapped(prototype):
    """At most 78 columns; a man page has 80."""
    if len(prototype) <= 72:
        return [prototype]
    begin = prototype.index("(") + 1
    indent = begin if begin < 40 else 8
    lines, line = [], prototype[:begin]
    parts = prototype[begin:].split(", ")
    for number, part in enumerate(parts):
        piece = part + ("," if number + 1 < len(parts) else "")
        if len(line) + len(piece) > 72 and line.strip() and number:
            lines.append(line.rstrip())
            line = " " * indent
        line += piece + " "
    return lines + [line.rstrip()]


def program(path):
    """A program without the comment at its top."""
    text = path.read_text(encoding="utf-8")
    return text[text.index("#include"):].strip("\n")


def write(root, headers, pages, folder, for_html):
    """The sources of all pages."""
    rules = reference.read_rules(root)
    writer = Writer(headers, pages, rules, for_html)
    hello = program(root / "docs/examples/hello.c")
    texts = {page.name: writer.page(page) for page in pages}
    texts |= {header.title: writer.header(header) for header in headers}
    texts["greenthread-cpp"] = writer.cpp_page(
        (root / "docs/reference/cpp.rst").read_text(encoding="utf-8"),
        program(root / "docs/examples/cpp/fetch.cpp"))
    texts["greenthread-rules"] = writer.rule_page(rules)
    texts["index" if for_html else "greenthread"] = writer.whole(hello)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        text = text if for_html else ":orphan:\n\n" + text
        (folder / f"{name}.rst").write_text(text, encoding="utf-8")


def described(headers, pages):
    """What Sphinx makes man pages of: document, name, sentence, authors, section."""
    described = [(page.name, page.name, sentence(page.sentence), "", "3") for page in pages]
    described += [(header.title, header.title, sentence(about(header)), "", "7")
                  for header in headers]
    described.append(("greenthread-cpp", "greenthread-cpp", "cooperative threads for C++20", "", "7"))
    described.append(("greenthread-rules", "greenthread-rules", "the rules that every call keeps",
                      "", "7"))
    described.append(("greenthread", "greenthread", "cooperative threads for C", "", "7"))
    return described


def about(header):
    """What is behind the topic that opens a header's comment."""
    return header.sentence.split(": ", 1)[1]


def sentence(text):
    text = text.replace("`", "").rstrip(".")
    return text[0].lower() + text[1:] if re.match(r"[A-Z][a-z]* ", text) else text
