"""A finished page of made results, in a file: what a browser prints and what a Word file is read off."""

from __future__ import annotations

from pathlib import Path

from toolkit.languages import load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, render_template


def write_page(path: Path, view: View, head: Html, body: Html, title: str = "A page", *, sheet: bool = False) -> Path:
    """Write the page to `path` as a run would, and return the path."""
    places = {"text": load_text(view.text.language), "head": head, "body": body, "contents": [("core", "Contents")], "sheet": sheet}
    path.write_text(render_template("page.html.j2", language=view.text.language, title=title, **places), encoding="utf-8")
    return path
