"""Makes greenthread.c and greenthread.h of the sources of one backend and platform.

amalgamate.py --root FOLDER --out FOLDER --depfile FILE --about TEXT --public FOLDER...
              --include FOLDER... --sources FILE...

Each header that the library finds in its own folders is put where it is first included;
those of the system are included before everything else, once. Static names that several
files have get the name of their file in front. A comment names the file that a text
is from.
"""

import argparse
import re
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"].*$')
CONDITION = re.compile(r"^[ \t]*#[ \t]*(if|ifdef|ifndef|endif)\b")
FEATURE = re.compile(r"^#define (_[A-Z_]+_SOURCE)[ \t]*(\w*)")
MACRO = re.compile(r"^#define (\w+)")
STATIC = re.compile(r"^(?:GTI_INLINE|(?:\w+ )*static)\b[^;={(]*?\b(\w+)(?=[ ]*[\[;=(])", re.M)
TYPE = re.compile(r"^(?:typedef )?(?:struct|union|enum) (\w+)\s*\{|^\} (\w+);|^typedef [^{;]*?(\w+);", re.M)
ENUM = re.compile(r"^(?:typedef )?enum\b[^{;]*\{([^}]*)\}", re.M)
TOKEN = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?:\.|->)?\b[A-Za-z_]\w*", re.S)


class Amalgamation:
    def __init__(self, root, include, public):
        self.root = root
        self.include = include
        self.public = public
        self.done = set()     # headers that are in the text for good
        self.read = []        # every file that was read
        self.system = []      # headers of the system, in their order
        self.features = {}    # what the files ask the system for
        self.users_own = None # where the public headers are, once they are a file

    def name(self, path):
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path.name

    def find(self, mark, name, folder):
        folders = ([folder] if mark == '"' else []) + self.include + self.public
        for candidate in folders:
            path = (candidate / name).resolve()
            if path.is_file():
                return path
        return None

    def text_of(self, path):
        self.read.append(path)
        return path.read_text(encoding="utf-8")

    def expand(self, path, text, depth=0):
        """The text of a file with its own headers in it."""
        guarded = re.search(r"^#ifndef (\w+)\n#define \1\n", text, re.M) is not None
        out = []
        for line in text.split("\n"):
            condition = CONDITION.match(line)
            if condition:
                depth += -1 if condition[1] == "endif" else 1
            feature = FEATURE.match(line)
            if feature:
                old = self.features.setdefault(feature[1], feature[2])
                self.features[feature[1]] = max(old, feature[2])
                continue
            include = INCLUDE.match(line)
            if not include:
                out.append(line)
                continue
            header = self.find(include[1], include[2], path.parent)
            conditional = depth > (1 if guarded else 0)
            if header is None:
                # Those of the sanitizers define __has_feature, which tells compilers apart.
                if conditional or include[2].startswith("sanitizer/"):
                    out += ["#pragma GCC visibility push(default)", line, "#pragma GCC visibility pop"]
                elif include[2] not in self.system:
                    self.system.append(include[2])
            elif self.is_public(header) and self.users_own:
                pass
            elif header not in self.done:
                if not conditional:
                    self.done.add(header)
                # Under a condition the header may be left out here, and needed later.
                out.append(f"/* from {self.name(header)} */")
                out.append(self.expand(header, self.text_of(header), 1 if conditional else 0))
                out.append(f"/* from {self.name(path)} */")
        return "\n".join(out)

    def is_public(self, path):
        return any(path.is_relative_to(folder) for folder in self.public)


def own_names(text):
    """Names that only their file may see."""
    names = set(STATIC.findall(text))
    for groups in TYPE.findall(text):
        names.update(name for name in groups if name)
    for list_of_names in ENUM.findall(TOKEN.sub(lambda t: "" if t[0][:2] in ("/*", "//") else t[0], text)):
        names.update(re.findall(r"(?:^|,)\s*(\w+)", list_of_names))
    return names


def rename(text, names, prefix):
    """Leaves comments, strings and members alone."""
    return TOKEN.sub(lambda token: f"{prefix}_{token[0]}" if token[0] in names else token[0], text)


def undefine(text):
    """A macro of a file ends with it, unless the file replaces the system's."""
    depth, names = 0, []
    for line in text.split("\n"):
        condition = CONDITION.match(line)
        if condition:
            depth += -1 if condition[1] == "endif" else 1
        macro = MACRO.match(line)
        if macro and depth == 0 and not FEATURE.match(line):
            names.append(macro[1])
    return "".join(f"#undef {name}\n" for name in names)


def main():
    parser = argparse.ArgumentParser()
    for name in ["root", "out", "depfile", "about"]:
        parser.add_argument(f"--{name}", required=True)
    for name in ["public", "include", "sources"]:
        parser.add_argument(f"--{name}", nargs="+", required=True)
    options = parser.parse_args()
    root, out = Path(options.root).resolve(), Path(options.out)
    make = Amalgamation(root, [Path(f).resolve() for f in options.include],
                        [Path(f).resolve() for f in options.public])
    licence = make.text_of(root / "LICENSE").strip().replace("\n", "\n * ").replace(" * \n", " *\n")
    script = Path(__file__).resolve()
    make.read.append(script)
    about = "\n".join(f" * {line}".rstrip() for line in options.about.replace("|", "\n").split("\n"))
    top = f"/*\n * greenthread in one file, made by the target amalgamation.\n{about}\n *\n * {licence}\n */\n"

    # The header: all that is public, with what it includes of the system.
    header = [top, "#ifndef GREENTHREAD_ONE_FILE_H\n#define GREENTHREAD_ONE_FILE_H\n"]
    texts = []
    for name in ["greenthread.h", "greenthread/testing.h"]:
        path = make.find("<", name, root)
        make.done.add(path)
        texts.append(f"/* from {make.name(path)} */\n" + make.expand(path, make.text_of(path)))
    header += [f"#include <{name}>\n" for name in make.system]
    header += ["\n", "\n".join(texts), "\n#endif\n"]
    make.users_own = True
    in_header, make.system = make.system, []

    # The sources.
    seen, texts = set(), []
    for source in options.sources:
        path = (root / source).resolve()
        text = make.text_of(path)
        names = own_names(text)
        clashes = names & seen
        if clashes:
            prefix = re.sub(r"\W", "_", str(make.name(path).with_suffix("")))
            text = rename(text, clashes, prefix)
        seen |= names
        texts.append(f"/* from {make.name(path)} */\n" + make.expand(path, text) + undefine(text))
    code = [top]
    for name, value in sorted(make.features.items()):
        code.append(f"#ifndef {name}\n#define {name} {value}".rstrip() + "\n#endif\n")
    code.append('#include "greenthread.h"\n')
    code += [f"#include <{name}>\n" for name in make.system if name not in in_header]
    code.append("\n/* What is not public is not shown by a shared library that has this in it. */\n"
                "#if defined __GNUC__\n#pragma GCC visibility push(hidden)\n"
                "/* clang counts functions of headers as this file's. */\n"
                "#pragma GCC diagnostic ignored \"-Wunused-function\"\n#endif\n\n")
    code.append("\n".join(texts))
    code.append("\n#if defined __GNUC__\n#pragma GCC visibility pop\n#endif\n")

    out.mkdir(parents=True, exist_ok=True)
    (out / "greenthread.h").write_text("".join(header), encoding="utf-8")
    (out / "greenthread.c").write_text("".join(code), encoding="utf-8")
    read = " ".join(str(path).replace(" ", "\\ ") for path in sorted(set(make.read)))
    Path(options.depfile).write_text(f"{out}/greenthread.c: {read}\n", encoding="utf-8")


main()
