"""Rows that come piece by piece."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from toolkit.files.cells import Gatherer, fill_grid

ROWS = st.lists(st.lists(st.sampled_from(["", "a", "b", " "]), max_size=4), max_size=12)


def gather(rows: list[list[str]], at_once: int) -> tuple[list[list[str]], object]:
    """Return the rectangle of `rows`, added so many at a time, and what is uneven in it."""
    gatherer = Gatherer()
    for first in range(0, len(rows), at_once):
        gatherer.add(rows[first : first + at_once])
    cells = gatherer.finish()
    return cells.tolist(), gatherer.find_uneven(cells)


@given(ROWS, st.integers(1, 12))
def test_pieces_of_any_size_give_the_rectangle_of_the_whole(rows: list[list[str]], at_once: int) -> None:
    assert gather(rows, at_once) == gather(rows, max(len(rows), 1))
    assert gather(rows, at_once)[0] == fill_grid(rows).tolist()


@given(ROWS, st.integers(1, 12))
def test_uneven_rows_are_found_wherever_pieces_end(rows: list[list[str]], at_once: int) -> None:
    full = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    widths = [len(row) for _, row in full]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
    uneven = [(number, row) for number, row in full if len(row) < usual or any(row[usual:])]
    found = gather(rows, at_once)[1]
    expected = (uneven[0][0], len(uneven[0][1]), usual, len(uneven)) if uneven else None
    assert expected == (found and (found.row, found.width, found.usual, found.count))  # type: ignore[attr-defined]
