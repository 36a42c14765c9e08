"""Markup files: tables in HTML, and workbooks in the XML of Excel 2003, that survey tools call .xls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from toolkit.files.cells import Grid, fill_grid
from toolkit.files.safety import UnreadableError, check_memory

if TYPE_CHECKING:
    from toolkit.study.layouts import Limits

# lengths are bounded, so that a text that never closes a tag can't take all time
TAG = re.compile(r"<(/?)(?:ss:)?([a-zA-Z][a-zA-Z0-9]{0,20})((?:\s[^<>]{0,2000})?)>")
OTHER = re.compile(r"<[^<>]{0,2000}>")
NAME = re.compile(r'\bss:Name="([^"]{0,200})"')
INDEX = re.compile(r'\bss:Index="(\d{1,9})"')
SPAN = re.compile(r"""\bcolspan\s{0,5}=\s{0,5}["']?(\d{1,9})""", re.IGNORECASE)


def read_markup_file(text: str, limits: Limits) -> tuple[Grid, ...]:
    """Return the cells of every table (of HTML) or worksheet (of XML) in `text`; `TooMuchError` where they take more than `limits`."""
    reader = _TableReader()
    end = 0
    for tag in TAG.finditer(text):
        reader.add(text[end : tag.start()])
        if tag[1]:
            reader.close(tag[2].lower())
        else:
            reader.open(tag[2].lower(), tag[3])
        end = tag.end()
    for _, rows in reader.tables:
        check_memory(len(rows), max(map(len, rows), default=0), limits)
    return tuple(Grid(name, fill_grid([[cell.strip() for cell in row] for row in rows])) for name, rows in reader.tables if any(rows))


@dataclass
class _TableReader:
    """Collects the text of each cell. In XML a row or cell may name its own place (ss:Index); in HTML a cell may span columns."""

    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    inside: list[str] | None = None
    place: int = 0

    def open(self, tag: str, said: str) -> None:
        """Take the start of a table, row or cell; other tags stand inside a cell or mean nothing here."""
        rows = self.tables[-1][1] if self.tables else []
        if tag == "worksheet" or (tag == "table" and not (self.tables and self.tables[-1][0])):
            name = NAME.search(said)
            self.tables.append((unescape(name[1]) if name else "", []))
        elif tag in ("tr", "row") and self.tables:
            skipped = _read_number(INDEX, said, most=1_048_576) - 1 - len(rows)
            rows.extend([] for _ in range(skipped))
            rows.append([])
            self.inside = None
        elif tag in ("td", "th", "cell") and rows:
            row = rows[-1]
            skipped = _read_number(INDEX, said) - 1 - len(row)
            span = max(1, _read_number(SPAN, said))
            row.extend("" for _ in range(skipped))
            self.inside = row
            self.place = len(row)
            row.extend("" for _ in range(span))

    def close(self, tag: str) -> None:
        """Take the end of a cell, row or table: what stands between cells is not text of a cell."""
        if tag in ("td", "th", "cell", "tr", "row", "table", "worksheet"):
            self.inside = None

    def add(self, text: str) -> None:
        """Add text to the open cell."""
        if self.inside is not None and text:
            self.inside[self.place] += unescape(OTHER.sub("", text))


def _read_number(name: re.Pattern[str], said: str, most: int = 16_384) -> int:
    """Return the number that a tag says, 0 where it says none; no more than the columns (or rows) that a spreadsheet can have."""
    match = name.search(said)
    if match and int(match[1]) > most:
        raise UnreadableError(f"{match[0]} > {most}")
    return int(match[1]) if match else 0
