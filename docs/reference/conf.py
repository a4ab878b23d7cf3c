"""Sphinx for the reference. The sources are written into the build tree, with a
reference to another page as the builder shows it: bold, or a link."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(Path(__file__).resolve().parent))

import reference  # noqa: E402
import sources  # noqa: E402

project = "greenthread"
version = release = re.search(r"project\(greenthread VERSION (\S+)",
                              (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")).group(1)
master_doc = "greenthread" if "man" in tags else "index"  # noqa: F821
keep_warnings = True
smartquotes = False
highlight_language = "c"

html_theme = "alabaster"
html_title = f"greenthread {release}"
html_theme_options = {"description": "Cooperative threads for C", "fixed_sidebar": True,
                      "page_width": "66rem", "show_powered_by": False}
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_copy_source = html_show_sourcelink = html_show_copyright = html_show_sphinx = False
manpages_url = "https://manpages.debian.org/{path}"

man_make_section_directory = True
headers, pages = reference.read(ROOT)
man_pages = sources.described(headers, pages)


def write_sources(app):
    sources.write(ROOT, headers, pages, Path(app.srcdir), app.builder.name == "html")


def finish(app, error):
    """Names as they are, all in the first line; a page for each of them."""
    if error or app.builder.name != "man":
        return
    folder = Path(app.outdir)
    for path in folder.glob("man*/*"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r'^\.TH "[^"]*"', f'.TH "{path.stem}"', text, count=1, flags=re.M)
        path.write_text(text, encoding="utf-8")
    for page in pages:
        path = folder / f"man3/{page.name}.3"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f"\n{page.name} \\- ", f"\n{', '.join(page.names)} \\- ", 1),
                        encoding="utf-8")
        for name in page.names[1:]:
            (folder / f"man3/{name}.3").write_text(f".so man3/{page.name}.3\n", encoding="utf-8")


def setup(app):
    app.connect("builder-inited", write_sources)
    app.connect("build-finished", finish)
