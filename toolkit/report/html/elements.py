"""Pieces of a page, each escaped where it is made: text, tables that do not scroll the page sideways, and Markdown that people write."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from html import unescape
from itertools import groupby

import jinja2
from markupsafe import Markup
from markupsafe import escape as escape_markup
from mistune import HTMLRenderer, Markdown
from mistune.plugins.table import table

from toolkit.languages import NoNumber
from toolkit.shipped import PAGE

#: What a cell of a notebook shows in place of something that can't stand on a page: the reason, under this type.
FAULT = "application/vnd.plg.fault+json"
#: A cell with numbers in it is kept on one line up to this many characters: an interval is, a reason why there is no number is not.
SHORT = 16
#: From this many columns on a table may be wider than a phone: it scrolls in a region of its own, which the keyboard can reach.
WIDE = 3
#: From this many columns on a table may be wider than the words around it.
BROAD = 5
#: From this many columns on their headers stand upright on paper.
MANY = 9
#: The name of a file may break after a dash below.
SEAM = Markup("_<wbr/>")


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is ready to be shown: a notebook shows it as it is, a template does not escape it again."""

    markup: str = ""

    def __html__(self) -> str:
        return self.markup

    def _repr_html_(self) -> str:
        return self.markup

    def __str__(self) -> str:
        return self.markup

    def __add__(self, other: Html) -> Html:
        return Html(self.markup + other.markup)


#: What a piece is made of: words as somebody typed them, which are escaped, or markup that was made here.
Part = str | Html


def escape(words: Part) -> Html:
    """Return `words` as markup that shows them as they were typed.

    >>> escape("<script>alert(1)</script>").markup
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    return words if isinstance(words, Html) else Html(str(escape_markup(words)))


def join(parts: Iterable[Part], between: Part = "") -> Html:
    """Return the parts after one another, with `between` between them."""
    return Html(escape(between).markup.join(escape(part).markup for part in parts))


def heading(words: Part, id: str, level: int = 2) -> Html:
    """Return a heading; those of level 2 make the contents of the page."""
    return Html(f'<h{level} id="{escape(id)}">{escape(words)}</h{level}>\n')


def paragraph(words: Part, kind: str = "") -> Html:
    """Return a paragraph; `kind` is lead (larger), note (an aside) or nothing."""
    return Html(f"<p{_write_class(kind)}>{escape(words)}</p>\n")


def strong(words: Part) -> Html:
    """Return words that carry weight within a paragraph."""
    return Html(f"<strong>{escape(words)}</strong>")


def link(words: Part, id: str) -> Html:
    """Return words that lead to what has this `id` on the same page."""
    return Html(f'<a href="#{escape(id)}">{escape(words)}</a>')


def bullets(items: Iterable[Part], ordered: bool = False) -> Html:
    """Return a list, numbered when `ordered`."""
    tag = "ol" if ordered else "ul"
    return Html(f"<{tag}>\n" + "".join(f"<li>{escape(item)}</li>\n" for item in items) + f"</{tag}>\n")


def facts(pairs: Iterable[tuple[Part, Part]]) -> Html:
    """Return a list of names, each with what belongs to it: terms, or where a page comes from.

    JupyterLab lets names float; each pair holds on to its own, so that they do not run into each other there.
    """
    lines = "".join(f'<div style="overflow:hidden"><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>\n' for name, value in pairs)
    return Html(f'<dl class="facts">\n{lines}</dl>\n')


def box(body: Part, kind: str = "") -> Html:
    """Return a box around `body`; `kind` is key (what matters most) or nothing."""
    return Html(f"<div{_write_class('box', kind)}>\n{escape(body)}</div>\n")


def pair(first: Part, second: Part) -> Html:
    """Return two parts, beside each other on paper and below each other on a screen."""
    return Html(f'<div class="pair">\n<section>\n{escape(first)}</section>\n<section>\n{escape(second)}</section>\n</div>\n')


def beside(words: Part, figure: Part) -> Html:
    """Return words with a small figure beside them on a wide screen and on paper, and below them on a phone."""
    return Html(f'<div class="beside">\n<div>\n{escape(words)}</div>\n{escape(figure)}</div>\n')


def appendix(words: Part) -> Html:
    """Return what stands on paper above all that is folded on a screen; it stands nowhere else."""
    return Html(f'<p class="appendix" aria-hidden="true">{escape(words)}</p>\n')


def room(above: Part) -> Html:
    """Return room to write in by hand, with `above` at its top: on paper only, as much as a sheet leaves."""
    return Html(f'<section class="room">\n{escape(above)}</section>\n')


def fold(summary: Part, body: Part, opened: bool = False) -> Html:
    """Return `body` folded under `summary`; it opens without a script, and is open in print."""
    return Html(f"<details{' open' if opened else ''}><summary>{escape(summary)}</summary>\n{escape(body)}</details>\n")


def fold_sections(section: Html, summarise: Callable[[str], str]) -> Html:
    """Return the sections in `section` with what follows the heading of each, and its first words, folded under a summary of its name."""
    found = []
    for part in re.split(r"(?=<h2 )", section.markup):
        head = re.match(r"<h2 [^>]*>(.*?)</h2>\n(?:<p.*?</p>\n)*", part, re.DOTALL)
        start = head.end() if head else 0
        rest = Html(part[start:])
        closed = not rest.markup.strip() or rest.markup.startswith("<details")
        found.append(Html(part[:start]) + (rest if closed else fold(summarise(unescape(head[1]) if head else ""), rest)))
    return join(found)


def _write_class(*names: str) -> str:
    classes = " ".join(name for name in names if name)
    return f' class="{escape(classes)}"' if classes else ""


def render_template(name: str, **places: object) -> str:
    """Return the template `name` of toolkit/page/templates, its places filled and escaped."""
    return open_templates().get_template(name).render(places)


@cache
def open_templates() -> jinja2.Environment:
    """Return the templates of pages and of what stands on them."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE / "templates"),
        autoescape=True,
        auto_reload=False,  # a shipped template stays what it is
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["write_style"] = write_style
    return templates


def write_style(title: str) -> Html:
    """Return the style sheet of a page, with `title` in the margin of each printed page but the first."""
    typed = "".join(character if character.isalnum() else f"\\{ord(character):x} " for character in title)
    margin = f'@page{{@top-left{{content:"{typed}"}}}}@page:first{{@top-left{{content:""}}}}'
    return Html(_load_style() + margin)


@cache
def _load_style() -> str:
    sheet = (PAGE / "page.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|\n\s*", "", sheet, flags=re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what stands above it, and whether it holds numbers (which are set to the right)."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as a reader sees it: every cell in words, the cell at `row_header` heading its row, notes below.

    Below its rows so many are `blank`, to write in by hand or in Word; no screen shows them, nor a table that has no other rows.
    """

    caption: str
    columns: list[Column]
    rows: list[list[str]]
    row_header: int = 0
    notes: list[str] = field(default_factory=list)
    blank: int = 0


def publish_table(view: TableView, id: str) -> Html:
    """Return `view` as a table; `ValueError` for a header or a cell without words, or a row of another length."""
    for column in view.columns:
        if not column.label.strip():
            raise ValueError(f"The table '{id}' has a column without a header.")
    for row in view.rows:
        if len(row) != len(view.columns) or not all(cell.strip() for cell in row):
            raise ValueError(f"The table '{id}' has an empty cell or a row of another length: {row}.")
    empty = [cell for row in view.rows for place, cell in enumerate(row) if place != view.row_header]
    if empty and all(isinstance(cell, NoNumber) for cell in empty):
        said = dict.fromkeys(getattr(cell, "why", "") or f"{cell}." for cell in empty)
        return paragraph(f"{view.caption}: {' '.join(said)}", "note") + join(paragraph(note, "note") for note in view.notes)
    width = len(view.columns)
    why = dict.fromkeys(getattr(cell, "why", "") for cell in empty)
    above = ["", *(row[view.row_header] for row in view.rows)]
    rows = [_merge(row, view, head) for row, head in zip(view.rows, above, strict=False)]
    places = {"rows": rows, "notes": [*filter(None, why), *view.notes]}
    sizes = {"wide": width >= WIDE, "broad": width >= BROAD, "many": width >= MANY, "seam": SEAM}
    return Html(render_template("table.html.j2", view=view, id=id, **places, **sizes))


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell as it is set: its words, how many columns it spans, whether it heads its row, and what kind it is."""

    words: str
    span: int
    heads: bool
    kind: str


def _merge(row: list[str], view: TableView, above: str) -> list[_Cell]:
    """Return the cells of a row; neighbours that say the same in the place of a number are one. `above` heads the row above it."""
    same = groupby(enumerate(row), lambda cell: cell[1] if isinstance(cell[1], NoNumber) else cell[0])
    cells = [_set_cell(view, *list(run)) for _, run in same]
    return [replace(cell, kind="same") if cell.heads and cell.words == above else cell for cell in cells]


def _set_cell(view: TableView, first: tuple[int, str], *others: tuple[int, str]) -> _Cell:
    place, words = first
    short = len(words) <= SHORT
    kind = "empty" if others else f"number{'' if short else ' long'}" if view.columns[place].number else ""
    return _Cell(words, 1 + len(others), place == view.row_header, kind)


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
