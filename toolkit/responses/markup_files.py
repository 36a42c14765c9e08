"""Markup files: tables in HTML, and workbooks in the XML of Excel 2003, that survey tools call .xls."""

from __future__ import annotations

from html.parser import HTMLParser

from toolkit.responses.grids import Grid, fill_grid

#: how far a cell or row may skip ahead by its own word.
FARTHEST = 20_000


def read_markup_file(text: str) -> tuple[Grid, ...]:
    """Return the cells of every table (of HTML) or worksheet (of XML) in `text`."""
    reader = _TableReader()
    reader.feed(text)
    reader.close()
    return tuple(Grid(name, fill_grid([[cell.strip() for cell in row] for row in rows])) for name, rows in reader.tables if any(rows))


class _TableReader(HTMLParser):
    """Collects the text of each cell. In XML a row or cell may name its own place (ss:Index); in HTML a cell may span columns."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self.cell: list[str] | None = None
        self.place = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        said = {name: value or "" for name, value in attrs}
        kind = tag.removeprefix("ss:")
        if kind == "worksheet" or (kind == "table" and not (self.tables and self.tables[-1][0])):
            self.tables.append((said.get("ss:name", ""), []))
        elif kind in ("tr", "row") and self.tables:
            rows = self.tables[-1][1]
            rows.extend([] for _ in range(_read_number(said, "ss:index") - 1 - len(rows)))
            rows.append([])
        elif kind in ("td", "th", "cell") and self.tables and self.tables[-1][1]:
            row = self.tables[-1][1][-1]
            row.extend("" for _ in range(_read_number(said, "ss:index") - 1 - len(row)))
            self.cell, self.place = row, len(row)
            row.extend("" for _ in range(max(1, _read_number(said, "colspan"))))

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, so that what stands between cells is not taken for text."""
        if tag.removeprefix("ss:") in ("td", "th", "cell", "tr", "row", "table", "worksheet"):
            self.cell = None

    def handle_data(self, data: str) -> None:
        """Add text to the open cell."""
        if self.cell is not None:
            self.cell[self.place] += data


def _read_number(said: dict[str, str], name: str) -> int:
    number = said.get(name, "")
    return min(int(number), FARTHEST) if number.isdecimal() else 0
