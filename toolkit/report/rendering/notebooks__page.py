"""A page: one file made from an executed notebook, without a request, a script, or anything of the notebook but what it shows."""

from __future__ import annotations

import toolkit.report.rendering.lean_imports  # noqa: F401 (before nbformat)

# isort: split
import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from traitlets.config import Config

from toolkit.errors import Problem, ReportError
from toolkit.languages import Language, load_text
from toolkit.report.html.elements import Html, heading, render_template
from toolkit.report.html.elements__markdown import show_markdown
from toolkit.shipped import PAGE

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

#: Cells that stay out of a page: those that speak to the researcher, and the parameters.
LEFT_OUT = ("guide", "parameters", "injected-parameters")
_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)


def export_page(notebook: NotebookNode, title: str, language: Language) -> str:
    """Return the page that shows what the executed `notebook` shows; `ReportError` where a cell failed or a picture has no description.

    What stands above the first heading of level 2 and holds the one of level 1 is the header; without one, `title` is. A notebook whose
    metadata say that it is a sheet has no contents, and is set to fit one sheet of paper.
    """
    _refuse_failures(notebook)
    shown, _ = _load_exporter().from_notebook_node(notebook)
    above = shown.split("<h2 ", 1)[0]
    head = above if "<h1" in above else ""
    body = shown[len(head) :]
    contents = [(unescape(id), unescape(re.sub("<[^>]+>", "", words))) for id, words in _HEADING.findall(body)]
    sheet = bool(notebook.metadata.get("plg", {}).get("sheet"))
    head_or_title = Html(head) if head else heading(title, "title", 1)
    return render_template(
        "page.html.j2", language=language, title=title, text=load_text(language), head=head_or_title, body=Html(body),
        contents=[] if sheet else contents, sheet=sheet,
    )  # fmt: skip


def _refuse_failures(notebook: NotebookNode) -> None:
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                fault = f"This cell failed ({output.ename}: {output.evalue})."
                raise ReportError(Problem(f"cell {number}", fault, "Mend it and run the notebook again."))


@cache
def _load_exporter() -> TemplateExporter:
    """Return the exporter; HTMLExporter adds to its base class only what this page leaves out: MathJax, scripts, a second parse."""
    from nbconvert.exporters import TemplateExporter  # takes a second: only who makes a page waits for it

    shown = ["text/html", "text/markdown", "image/png", "text/plain"]
    settings = {
        "NbConvertBase": {"display_data_priority": shown},
        "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": set(LEFT_OUT)},
    }
    return TemplateExporter(
        config=Config(settings),
        template_name="notebook",
        template_file="index.html.j2",
        extra_template_basedirs=[str(PAGE)],
        exclude_input=True,
        exclude_raw=True,
        filters={"show_markdown": show_markdown, "find_description": _find_description},
    )


def _find_description(output: NotebookNode) -> str:
    words = output.get("metadata", {}).get("image/png", {}).get("alt", "")
    if not words:
        raise ReportError("A picture has no description. Show it with publish_figure, which asks for one.")
    return str(words)
