#!/usr/bin/env python3
"""Checks that the reference is complete.

  reference.py comments ROOT NM LIBRARY   what the public headers say
  reference.py pages ROOT PREFIX MANDIR DOCDIR [MAN]   what was installed of it

It takes names from the code of the headers and from the shared library. Each name
must have a page. A page of a function or a macro must have an example, which the
suite compiles and runs. A comment must have a row for each parameter, for a result
and for blocking, and its rules must exist.
"""

import html.parser
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "docs/reference"))

import reference  # noqa: E402

CALLED = ("NAME", "SYNOPSIS", "DESCRIPTION", "RETURN VALUE", "ERRORS", "EXCEPTIONS", "BLOCKING",
          "EXAMPLE", "SEE ALSO")
faults = []


def complain(text):
    faults.append(text)


def names_in_headers(headers):
    """Every public name in the code of a header, except its guard."""
    found = set()
    for header in headers:
        found |= set(re.findall(rf"(?<!\w){reference.NAME}", header.code))
    return {name for name in found if not name.endswith("_H")}


def names_in_cpp():
    """Public classes, functions and constants of greenthread.hpp."""
    text = (ROOT / "core/include/greenthread.hpp").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.M | re.S)
    text = re.sub(r"^namespace detail\n.*?^\} // namespace detail$", "", text, flags=re.M | re.S)
    depth, outside = 0, ""
    for piece in re.split(r"([{}])", text[text.index("namespace greenthread\n{"):]):
        depth += (piece == "{") - (piece == "}")
        outside += piece if depth == 1 or piece == "{" and depth == 2 else ""
    found = set(re.findall(r"\b(?:class|struct) (?:\w+ |\[\[\w+\]\] )?(\w+)\s*[:{]", outside))
    found |= set(re.findall(r"\b(\w+)\([^()]*\)\s*\{", outside))
    found |= set(re.findall(r"\bconstexpr \w+ (\w+) =", outside))
    return found - {"make_thread"}  # of use to spawn only


def check_cpp_page():
    text = (ROOT / "docs/reference/cpp.rst").read_text(encoding="utf-8")
    named = set(re.findall(r"``(\w+)(?:<T>|\(\))?``", text))
    found = names_in_cpp()
    if len(found) < 35:
        complain(f"only {len(found)} public names are in greenthread.hpp: {sorted(found)}")
    for name in sorted(found - named):
        complain(f"docs/reference/cpp.rst: {name} of greenthread.hpp is missing")


def check_comment(page, pages, rules):
    parameters = page.parameters()
    for name in parameters:
        if name not in page.rows:
            complain(f"{page.header.path}: {page.name}: nothing is said of {name}")
    for name in page.rows:
        if name not in parameters and name not in reference.WORDS and name not in page.names:
            complain(f"{page.header.path}: {page.name}: {name} is no parameter")
    for name, text in page.prototypes().items():
        returns = page.rows.get("returns", "")
        one_of = re.match(r"gt_", returns) and re.findall(r"(gt_\w+): ", returns)
        if not re.search(rf"\bvoid {name}\(", text) and (not returns or one_of and name not in one_of):
            complain(f"{page.header.path}: {name}: it does not say what it returns")
    for marker, row in (("GT_MAY_BLOCK", "blocks"), ("GT_MAY_RAISE", "raises")):
        if page.marked(marker) and row not in page.rows:
            complain(f"{page.header.path}: {page.name}: {marker}, and no row {row}")
    for rule in page.rules(pages):
        if rule not in rules:
            complain(f"{page.header.path}: {page.name}: no rule {rule} in docs/semantics.md")
    if page.is_called and not page.example:
        complain(f"docs/examples/reference: no example of {page.name}")
    for name, kind in page.kinds.items():
        if kind in ("function", "macro") and not re.search(rf"\b{name}\b", page.example):
            complain(f"docs/examples/reference: the example of {page.name} does not use {name}")


def check_comments(headers, pages, tool, library):
    lines = subprocess.run([tool, "-D", "--defined-only", library], check=True,
                           capture_output=True, text=True).stdout.split("\n")
    symbols = {line.split()[-1].split("@")[0] for line in lines if line}
    names = names_in_headers(headers) | {name for name in symbols
                                         if re.fullmatch(reference.NAME, name)}
    if len(names & symbols) < 40:
        complain(f"only {len(names & symbols)} public names are in {library}")
    for name in sorted(names):
        if not reference.find(pages, name):
            complain(f"{name} has no comment, so it will have no page")
    rules = {name for _, section in reference.read_rules(ROOT) for name, _ in section}
    for page in pages:
        check_comment(page, pages, rules)
    check_cpp_page()
    return len(names)


# What was installed

MARKUP = re.compile(r"\*\*|``|:(?:doc|ref|manpage):|problematic|system message|\\(?=\W)")


class Html(html.parser.HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.text, self.in_code = [], set(), [], 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.in_code += tag in ("pre", "script", "style")
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if tag == "a":
            self.links.append(attrs.get("href", ""))

    def handle_endtag(self, tag):
        self.in_code -= tag in ("pre", "script", "style")

    def handle_data(self, data):
        if not self.in_code:
            self.text.append(data)


def check_man_page(path, is_called):
    text = path.read_text(encoding="utf-8")
    sections = dict(re.findall(r'^\.SH "?(.*?)"?\n(.*?)(?=^\.SH |\Z)', text, re.M | re.S))
    for title, body in sections.items():
        if not re.search(r"^[^.\n]|^\.(?:B|I|TP|IP) ", body, re.M):
            complain(f"{path.name}: {title} is empty")
    for title in CALLED if is_called else ("NAME", "SYNOPSIS", "DESCRIPTION", "SEE ALSO"):
        if title not in sections:
            complain(f"{path.name}: no section {title}")
    prose = re.sub(r"^\.nf$.*?^\.fi$", "", text, flags=re.M | re.S)
    if re.search(r"\*\*|``|:(?:doc|ref|manpage):|system message", prose):
        complain(f"{path.name}: markup is left in it")


def check_site(folder, pages):
    seen = {path.name: Html(path) for path in folder.glob("*.html")}
    for page in pages:
        if f"{page.name}.html" not in seen:
            complain(f"the site has no page {page.name}")
    for name, one in seen.items():
        if MARKUP.search("".join(one.text)):
            complain(f"{name}: markup is left in it: {MARKUP.search(''.join(one.text)).group()}")
        for link in one.links:
            target, _, anchor = link.partition("#")
            if "://" in link:
                continue
            if target and not (folder / target).exists():
                complain(f"{name}: a link to {target}, which is missing")
            elif anchor and anchor not in seen[target or name].ids:
                complain(f"{name}: a link to {link}, where there is no such place")
    index = (folder / "searchindex.js").read_text(encoding="utf-8")
    for page in pages:
        for name in page.names:
            if name.lower() not in index.lower():
                complain(f"a search does not find {name}")


def check_pages(headers, pages, man_folder, site, man):
    names = sorted(names_in_headers(headers))
    for name in names:
        path = man_folder / f"man3/{name}.3"
        if not path.exists():
            complain(f"no man page of {name}")
        elif path.read_text(encoding="utf-8").startswith(".so "):
            target = path.read_text(encoding="utf-8").split()[1]
            if not (man_folder / target).exists():
                complain(f"{path.name} refers to {target}, which is missing")
    for page in pages:
        path = man_folder / f"man3/{page.name}.3"
        if path.exists():
            check_man_page(path, page.is_called)
    check_man_page(man_folder / "man7/greenthread-cpp.7", False)
    check_site(site, pages)
    if not man:
        print("without man, its rendering of the pages is not checked")
        return len(names)
    found = subprocess.run([man, "-M", man_folder, "-w", *names], capture_output=True, text=True)
    if found.returncode:
        complain(f"man does not find: {found.stderr}")
    files = sorted(man_folder.glob("man*/*"))
    shown = subprocess.run([man, "--warnings", "-E", "UTF-8", "-l", *files], capture_output=True,
                           text=True, cwd=man_folder, env={"MANWIDTH": "100", "PATH": "/usr/bin:/bin"})
    if shown.returncode or shown.stderr:
        complain(f"man says: {shown.stderr}")
    one = subprocess.run([man, "-M", man_folder, "gt_kill"], capture_output=True, text=True).stdout
    if "gt_thread *thread" not in one or "KILL-1" not in one:
        complain(f"man gt_kill says:\n{one}")
    return len(names)


def main():
    headers, pages = reference.read(ROOT)
    if sys.argv[1] == "comments":
        n = check_comments(headers, pages, *sys.argv[3:])
    else:
        prefix, man_folder, site, *man = sys.argv[3:]
        n = check_pages(headers, pages, Path(prefix) / man_folder, Path(prefix) / site / "html",
                        man[0] if man else None)
    for fault in faults:
        print(fault)
    print(f"{n} names, {len(pages)} pages, {len(faults)} faults")
    sys.exit(bool(faults))


main()
