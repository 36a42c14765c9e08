"""Small pieces of a page, each escaped where it is made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import jinja2
from markupsafe import escape as escape_markup

from toolkit.shipped import PAGE


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


def room(above: Part) -> Html:
    """Return room to write in by hand, with `above` at its top: on paper only, as much as a sheet leaves."""
    return Html(f'<section class="room">\n{escape(above)}</section>\n')


def fold(summary: Part, body: Part, opened: bool = False) -> Html:
    """Return `body` folded under `summary`; it opens without a script, and is open in print."""
    return Html(f"<details{' open' if opened else ''}><summary>{escape(summary)}</summary>\n{escape(body)}</details>\n")


def _write_class(*names: str) -> str:
    classes = " ".join(name for name in names if name)
    return f' class="{escape(classes)}"' if classes else ""


def render_template(name: str, **places: object) -> str:
    """Return the template `name` of toolkit/page/templates, its places filled and escaped."""
    return _load_templates().get_template(name).render(places)


@cache
def _load_templates() -> jinja2.Environment:
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.globals["write_style"] = write_style
    return templates


def write_style(title: str) -> Html:
    """Return the style sheet of a page, with `title` in the margin of each printed page but the first."""
    typed = "".join(sign if sign.isalnum() else f"\\{ord(sign):x} " for sign in title)
    margin = f'@page{{@top-left{{content:"{typed}"}}}}@page:first{{@top-left{{content:""}}}}'
    return Html(_load_style() + margin)


@cache
def _load_style() -> str:
    sheet = (PAGE / "page.css").read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|\n\s*", "", sheet, flags=re.DOTALL)
