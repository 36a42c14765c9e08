"""The evaluator's own words: markdown as markup, with everything in it shown as typed and nothing fetched."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

from mistune import HTMLRenderer, Markdown
from mistune.plugins.table import table

from toolkit.report.html.elements import Html, heading


def show_markdown(source: str) -> str:
    """Return the evaluator's own words as markup: HTML in them is shown as typed, and a page has one heading of level 1 already."""
    return str(_load_markdown()(source))


def show_note(source: str) -> Html:
    """Return a note as part of a section: its headings are all of level 4, and an address stands as words beside what led to it."""
    return Html(str(_load_notes()(source)))


class _Words(HTMLRenderer):
    def image(self, text: str, url: str, title: str | None = None) -> str:
        return text  # a picture from elsewhere would be a request


@cache
def _load_markdown() -> Markdown:
    class Renderer(_Words):
        def heading(self, text: str, level: int, **attributes: object) -> str:
            words = re.sub("<[^>]+>", "", text)
            return heading(Html(text), re.sub(r"\W+", "-", unescape(words)).strip("-").lower(), max(level, 2)).markup

    return Markdown(Renderer(escape=True), plugins=[table])


@cache
def _load_notes() -> Markdown:
    class Renderer(_Words):
        def heading(self, text: str, level: int, **attributes: object) -> str:
            return f"<h4>{text}</h4>\n"

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return f"{text} ({self.text(url)})"

    return Markdown(Renderer(escape=True))
