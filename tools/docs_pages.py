"""Pages of the documentation site that are made: the reference from docstrings, notebooks with their outputs, files from the top.

`tools/docs_hooks.py` hands them to mkdocs. Nothing here needs mkdocs, so that tests without it can try all of it.
"""

from __future__ import annotations

import ast
import base64
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from toolkit.report.publishing.pages import KINDS

HOUSE = Path(__file__).parent.parent
#: Files from the top of the house: what the site calls them.
FROM_THE_TOP = {
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "datasets/README.md": "datasets.md",
    "benchmarks/calibration/results.csv": "results.csv",
    "benchmarks/calibration/cohorts.csv": "cohorts.csv",
    "benchmarks/calibration/small_schools.csv": "small_schools.csv",
}
#: The reference, in the order of the work: heading, a sentence, and the rooms or streets whose names stand under it.
GROUPS = (
    ("Plain data frames", "A frame in, a frame out: [their shapes](frames.md).", ("analysis", "new_study")),
    ("Figures", "Each takes a frame of the functions above and returns the matplotlib `Axes`.", ("plots",)),
    (
        "A whole study",
        "From a study file to pages. All that is published goes through these.",
        ("check", "run", "notebook", "report", "languages"),
    ),
    ("What was asked", "Studies and instruments.", ("study",)),
    ("What was answered", "Exports read, and scores.", ("responses", "scoring")),
    ("What happened", "Records of the trajectory.", ("records",)),
    (
        "Results of a study",
        "What every run estimates, with the rules that protect people.",
        ("results.estimation", "results.results", "results.rows"),
    ),
    ("One estimate", "Single tables of a run, from scores. They show what they are given.", ("results.estimates",)),
    ("Further questions", "What the notebooks for researchers estimate.", ("results.research",)),
)
#: Elements that fetch something, and where they say from where. A link that a reader may follow fetches nothing.
FETCHES = {"src", "srcset", "poster", "data", "background"}


# --- reference --------------------------------------------------------------------------------------------------------------------


def list_public() -> dict[str, str]:
    """Return the public names of the toolkit, each with the module it comes from, without the name of the toolkit."""
    stub = ast.parse((HOUSE / "toolkit" / "__init__.pyi").read_text(encoding="utf-8"))
    return {alias.name: node.module or "" for node in stub.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def find_group(module: str) -> str:
    """Return the heading under which the names of a module stand; `KeyError` if no group takes it."""
    for heading, _, places in GROUPS:
        if any(module == place or module.startswith(f"{place}.") for place in places):
            return heading
    raise KeyError(f"No group of the reference takes the public names of toolkit.{module}: add it to GROUPS in tools/docs_pages.py.")


def write_reference(names: dict[str, str]) -> str:
    """Return the page that shows the docstring of every public name, in groups."""
    groups: dict[str, list[str]] = {}
    for name, module in sorted(names.items()):
        groups.setdefault(find_group(module), []).append(f"::: toolkit.{module}.{name}\n")
    parts = [
        "---\nhide: [navigation]\n---\n\n# Reference\n\nEvery public name: `import toolkit as plg`, and TAB after `plg.` lists them.\n"
    ]
    parts += ["\n".join([f"## {heading}\n\n{about}\n", *groups[heading]]) for heading, about, _ in GROUPS if heading in groups]
    return "\n".join(parts)


# --- notebooks --------------------------------------------------------------------------------------------------------------------


@dataclass
class Rendered:
    """A notebook as a page: its Markdown, and its pictures by file name."""

    text: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)


def list_notebooks(folder: Path = HOUSE / "notebooks") -> list[Path]:
    """Return the notebooks for researchers: all but the templates of pages."""
    templates = {*KINDS.values(), "data_check"}
    return sorted(path for path in folder.glob("*.ipynb") if path.stem not in templates)


def run_notebook(path: Path) -> NotebookNode:
    """Return the notebook with its outputs, run in English in its own folder."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = cell.source.replace('language = "nl"', 'language = "en"')
    NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}, extra_arguments=["--log-level=ERROR"]
    ).execute()
    return notebook


def render_notebook(notebook: NotebookNode, name: str) -> Rendered:
    """Return a notebook that was run as Markdown; its pictures are called after `name`."""
    page = Rendered()
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            parts.append(cell.source)
        elif cell.cell_type == "code" and cell.source.strip():
            parts.append(f"```python\n{cell.source}\n```")
            parts += [shown for output in cell.outputs if (shown := render_output(output, name, page.pictures))]
    page.text = "\n\n".join(parts) + "\n"
    return page


def render_output(output: NotebookNode, name: str, pictures: dict[str, bytes]) -> str:
    """Return one output as Markdown, "" for what is only noise; a picture is added to `pictures`."""
    data = output.get("data", {})
    if "image/png" in data:
        picture = f"{name}-{len(pictures) + 1}.png"
        pictures[picture] = base64.b64decode(data["image/png"])
        words = output.metadata.get("image/png", {}).get("alt", "") or "Figure of the cell above"
        return f'<div class="output"><img src="{picture}" alt="{html.escape(words)}"></div>'
    if "text/html" in data:
        return f'<div class="output">\n{close_up(data["text/html"])}\n</div>'
    if "text/markdown" in data:
        return str(data["text/markdown"])
    if "text/plain" in data or output.get("name") == "stdout":
        return f"```text\n{str(data.get('text/plain') or output.get('text', '')).rstrip()}\n```"
    return ""


def close_up(markup: str) -> str:
    """Return markup without blank lines, which would end a block of Markdown, and without the styles that pandas puts before a table."""
    bare = re.sub(r"<style.*?</style>", "", markup, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def list_titles() -> list[tuple[Path, str]]:
    """Return each notebook for researchers with its title: the first heading in it, or else its name."""
    return [(path, find_title(nbformat.read(path, as_version=4)) or path.stem) for path in list_notebooks()]


def find_title(notebook: NotebookNode) -> str:
    """Return the first heading of a notebook, "" where there is none."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def write_list(titles: Iterable[tuple[Path, str]]) -> str:
    """Return the page that leads to the notebooks."""
    about = "Run on a study that comes with the toolkit, with everything they show. `make lab` opens them, to run and change."
    return "\n".join(["# Notebooks", "", about, "", *(f"- [{title}]({path.stem}.md)" for path, title in titles), ""])


# --- links ------------------------------------------------------------------------------------------------------------------------


def mend_links(text: str, page: str) -> str:
    """Return a page of the site with links to where its targets are on the site; `page` is its own address there."""
    up = "../" * page.count("/")
    came_from = next((file for file, name in FROM_THE_TOP.items() if name == page), f"docs/{page}")

    def mend(link: re.Match[str]) -> str:
        where, anchor = link[1], link[2] or ""
        target = (HOUSE / came_from).parent.joinpath(where).resolve()
        try:
            file = target.relative_to(HOUSE.resolve()).as_posix()
        except ValueError:
            return link[0]
        on_site = FROM_THE_TOP.get(file, file.removeprefix("docs/") if file.startswith("docs/") else None)
        return f"]({up}{on_site}{anchor})" if on_site else link[0]

    return re.sub(r"\]\(([\w./-]+)(#[\w-]+)?\)", mend, text)


# --- nothing from elsewhere -------------------------------------------------------------------------------------------------------


class Fetching(HTMLParser):
    """Collects what a page fetches by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element fetches."""
        names = FETCHES | ({"href"} if tag in ("link", "use", "image") else set())
        self.found += [value for name, value in attrs if value and name.removeprefix("xlink:") in names]
        self.found += [value for name, value in attrs if value and name == "style" and "url(" in value]


def list_foreign(page: str) -> list[str]:
    """Return what a page (or a style sheet) would fetch from another place than the site."""
    fetching = Fetching()
    fetching.feed(page)
    styles = re.findall(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s;]+)", page)
    return [each for each in fetching.found if re.search(r"(?:^|[\s,(\"'])(?:https?:)?//", each)] + styles


def list_foreign_in_site(site: Path) -> Iterator[str]:
    """Yield, for every page and style sheet of a site, what it would fetch from elsewhere."""
    for path in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        for found in list_foreign(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} fetches {found}"
