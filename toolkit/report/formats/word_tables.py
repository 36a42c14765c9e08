"""Tables of a Word file: which columns stand beside each other, how wide each is, and how a table looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table

RULE = "C3CAD1"
#: As wide are the words on paper, in centimetres.
WIDTH = 16.6
#: So many characters of a table's letters fit beside each other; so many take the edges of a cell; and with so many a cell is long.
SIGNS = 90
EDGES = 4
LONGEST_NAME = 34
UPRIGHT = 22


def list_parts(rows: list[list[str]]) -> list[range]:
    """Return which columns stand beside the first: all of them, or in a table that is too wide for paper as many at a time as fit.

    >>> list_parts([["School", "Draagvlak", "Leiderschap"], ["De Linde", "0,42 (gestegen)", "0,18"]])
    [range(1, 3)]
    """
    columns = list(zip(*rows, strict=True))
    needs = _list_needs(columns)
    if min(sum(needs), sum(_list_needs(_drop_headers(columns)))) <= SIGNS:
        return [range(1, len(columns))]
    parts, start = list[range](), 1
    for end in range(2, len(columns) + 1):
        if end == len(columns) or needs[0] + sum(needs[start : end + 1]) > SIGNS:
            parts.append(range(start, end))
            start = end
    return parts or [range(1, len(columns))]


def share_width(table: Table, rows: list[list[str]]) -> None:
    """Give each column of `table` what its longest word needs, and share out the rest by what its longest cell would like.

    Where the headers need more than there is, all but the first stand upright and need nothing.
    """
    columns = list(zip(*rows, strict=True))
    needs = _list_needs(columns)
    if sum(needs) > SIGNS:
        _stand_upright(table, rows[0])
        columns = _drop_headers(columns)
        needs = _list_needs(columns)
    likes = [max(min(max(map(len, cells)) + EDGES, LONGEST_NAME) - need, 0) for cells, need in zip(columns, needs, strict=True)]
    rest = max(SIGNS - sum(needs), 0)
    shares = [need + rest * like / (sum(likes) or 1) for need, like in zip(needs, likes, strict=True)]
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Cm(WIDTH * share / sum(shares))
        for cell in column.cells:
            cell.width = column.width


def _list_needs(columns: list[tuple[str, ...]]) -> list[int]:
    """Return how many letters wide each column is at least: its longest word and the edges of a cell."""
    return [_find_longest(cells) + EDGES for cells in columns]


def _drop_headers(columns: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the columns without what heads them, but for the first: where headers stand upright they need no width."""
    return [columns[0], *(cells[1:] or cells for cells in columns[1:])]


def _find_longest(cells: Iterable[str]) -> int:
    """Return how many letters wide the longest word in `cells` is; an m or a w is one and a half."""
    return max(len(word) + sum(letter in "mwMW" for letter in word) // 2 for cell in cells for word in cell.split(" "))


def _stand_upright(table: Table, header: list[str]) -> None:
    """Turn all headers of `table` but the first, in a row so high that no word of them breaks."""
    signs = max(_find_longest(header[1:]), min(max(map(len, header[1:])), UPRIGHT))
    first = table.rows[0]
    first.height = Cm(WIDTH / SIGNS * (signs + EDGES))
    for cell in first.cells[1:]:
        cell._tc.get_or_add_tcPr().append(make_element("w:textDirection", val="btLr"))


def finish_table(table: Table, caption: str) -> None:
    """Let the first row head every page, keep rows whole, rule them lightly, and say what the table is about."""
    settings = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        borders.append(make_element(f"w:{side}", val="single", sz="4", space="0", color=RULE))
    settings.append(borders)
    look = {"firstRow": "1", "lastRow": "0", "firstColumn": "0", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
    settings.append(make_element("w:tblLook", val="0020", **look))
    for old in settings.findall(qn("w:tblLook"))[:-1]:
        settings.remove(old)
    settings.append(make_element("w:tblCaption", val=caption))
    for number, row in enumerate(table.rows):
        about = row._tr.get_or_add_trPr()
        about.append(OxmlElement("w:cantSplit"))
        if number == 0:
            about.append(OxmlElement("w:tblHeader"))


def make_element(tag: str, **attributes: str) -> Any:
    """Return an element of Word with these attributes."""
    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
