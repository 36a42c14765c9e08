"""Reading what a page says, as a reader would: words, tables, figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from toolkit.report.html.elements import Html

SVG = "{http://www.w3.org/2000/svg}"


def parse(page: Html) -> ElementTree.Element:
    """Return the page as a tree; it fails where the markup is not well formed."""
    return ElementTree.fromstring(f"<page>{page.markup}</page>")


def read_words(page: Html) -> str:
    """Return all words of the page but those in pictures, with single spaces."""
    root = parse(page)
    for parent in root.iter():
        for child in [child for child in parent if child.tag in (f"{SVG}svg", "svg")]:
            parent.remove(child)
    for element in root.iter():
        element.tail = f"{element.tail or ''} "
    return re.sub(r"\s+", " ", "".join(root.itertext())).strip()


def read_tables(page: Html) -> dict[str, list[list[str]]]:
    """Return per table its rows of cells, the header first; without the empty ones to write in."""
    tables = {}
    for table in parse(page).iter("table"):
        rows = [row for row in table.iter("tr") if row.get("class") != "blank"]
        tables[str(table.get("id"))] = [[words for cell in row for words in _read_cell(cell)] for row in rows]
    return tables


def count_blank(page: Html, id: str) -> int:
    """Return how many empty rows to write in a table has."""
    (table,) = [table for table in parse(page).iter("table") if table.get("id") == id]
    return sum(row.get("class") == "blank" for row in table.iter("tr"))


def _read_cell(cell: ElementTree.Element) -> list[str]:
    """Return the words of a cell, once for each column that it spans."""
    return [" ".join("".join(cell.itertext()).split())] * int(cell.get("colspan") or 1) if cell.tag in ("th", "td") else []


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as read: its heading, its description, the words in it, and its folded table."""

    title: str
    description: str
    words: list[str]
    table: list[list[str]]


def read_pictures(page: Html) -> dict[str, Picture]:
    """Return the figures of the page by id."""
    found = {}
    for figure in parse(page).iter("figure"):
        svg = next(element for element in figure.iter() if element.tag.endswith("svg"))
        parts = {name: [e for e in svg.iter() if e.tag.split("}")[-1] == name] for name in ("title", "desc", "text")}
        tables = read_tables(Html("".join(ElementTree.tostring(table, encoding="unicode") for table in figure.iter("table"))))
        found[str(figure.get("id"))] = Picture(
            "".join(next(e for e in figure.iter() if e.tag in ("h2", "h3", "h4", "a")).itertext()).strip(),
            "".join(parts["desc"][0].itertext()).strip(),
            ["".join(element.itertext()).strip() for element in parts["text"]],
            next(iter(tables.values()), []),
        )
    return found
