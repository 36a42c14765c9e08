"""Tables on a page: a caption, headers that say what they head, and no sideways scrolling of the page itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.report.html.elements import Html, render_template

#: A cell with numbers in it is kept on one line up to this many signs: an interval is, a reason why there is no number is not.
SHORT = 16
#: From this many columns on a table may be wider than a phone: it scrolls in a region of its own, which the keyboard can reach.
WIDE = 3
#: From this many columns on a table may be wider than the words around it.
BROAD = 5


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what stands above it, and whether it holds numbers (which are set to the right)."""

    label: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as a reader sees it: every cell in words, the cell at `row_header` heading its row, notes below."""

    caption: str
    columns: list[Column]
    rows: list[list[str]]
    row_header: int = 0
    notes: list[str] = field(default_factory=list)


def publish_table(view: TableView, id: str) -> Html:
    """Return `view` as a table; `ValueError` for a header or a cell without words, or a row of another length."""
    for column in view.columns:
        if not column.label.strip():
            raise ValueError(f"The table '{id}' has a column without a header.")
    for row in view.rows:
        if len(row) != len(view.columns) or not all(cell.strip() for cell in row):
            raise ValueError(f"The table '{id}' has an empty cell or a row of another length: {row}.")
    width = len(view.columns)
    return Html(render_template("table.html.j2", view=view, id=id, wide=width >= WIDE, broad=width >= BROAD, short=SHORT))
