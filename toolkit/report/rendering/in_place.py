"""A shipped template run in this process, on what was read here already, and the page around what the cells of any notebook show.

A page that opens answers and nothing else waits for no kernel. Pages for sharing are made by processes of their own (`page_maker.py`).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from types import CodeType
from typing import Any

from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html, heading, render_template
from toolkit.report.sections.study_frame import show_internal

_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


def render_in_place(template: Path, parameters: Mapping[str, Any], title: str, language: Language) -> str:
    """Return the page of a shipped template whose every shown cell ends with markup; its parameters may be anything, not only text."""
    shown = "".join(f"{part}\n" for part in _run_cells(template, parameters))
    return lay_out(shown, title, language, internal=True)


def _run_cells(template: Path, parameters: Mapping[str, Any]) -> Iterator[Html]:
    """Yield what each code cell ends with, if that is markup."""
    names: dict[str, Any] = {}
    for cell in json.loads(template.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        found = run_cell("".join(cell["source"]), names)
        if "parameters" in cell["metadata"].get("tags", ()):
            names |= parameters
        if isinstance(found, Html):
            yield found


def run_cell(source: str, names: dict[str, Any]) -> object:
    """Run a cell in a namespace and return what it ends with, None where that is a statement."""
    body, last = _compile_cell(source)
    exec(body, names)
    return eval(last, names) if last else None


@cache
def _compile_cell(source: str) -> tuple[CodeType, CodeType | None]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    return compile(tree, "<cell>", "exec"), compile(ast.Expression(last.value), "<cell>", "eval") if isinstance(last, ast.Expr) else None


def lay_out(shown: str, title: str, language: Language, *, mark: str = "", sheet: bool = False, internal: bool = False) -> str:
    """Return the page around what cells show.

    What stands above the first heading of level 2 and holds the one of level 1 is the header; without one, `title` is. A `sheet` has no
    contents, and is set to fit one sheet of paper. A page that is `internal` says so.
    """
    text = load_text(language)
    above = shown.split("<h2 ", 1)[0]
    head = above if "<h1" in above else ""
    body = shown[len(head) :]
    contents = [(unescape(id), unescape(re.sub("<[^>]+>", "", words))) for id, words in _HEADING.findall(body)]
    head_or_title = Html(head) if head else heading(title, "title", 1)
    if internal and text.say("title.internal") not in shown:
        head_or_title += show_internal(text, "research.internal_means")
    return render_template(
        "page.html.j2", language=language, title=title, text=text, head=head_or_title, body=Html(body), mark=mark,
        contents=[] if sheet else contents, sheet=sheet,
    )  # fmt: skip
