"""Tables of text, column by column."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.files.cells import Cells, make_column, pack_cells, pack_column, shrink_places

TEXTS = [["a", "x"], ["b", "x"], ["a", ""]]


def make_cells() -> Cells:
    """Return a small table."""
    return pack_cells(np.array(TEXTS, dtype=object))


@given(st.lists(st.tuples(st.text(max_size=3), st.text(max_size=3)), min_size=1, max_size=20), st.data())
def test_texts_come_back_as_from_an_array(rows: list[tuple[str, str]], data: st.DataObject) -> None:
    array = np.array(rows, dtype=object)
    cells, row = pack_cells(array), data.draw(st.integers(0, len(rows) - 1))
    assert cells.tolist() == array.tolist() and [list(texts) for texts in cells] == array.tolist()
    assert (cells.shape, cells.size, len(cells)) == (array.shape, array.size, len(array))
    assert cells[row].tolist() == array[row].tolist() and cells[row, 1] == array[row, 1]
    assert cells[:, 1].tolist() == array[:, 1].tolist() and cells[row:].tolist() == array[row:].tolist()
    assert cells[row:][:, 0].tolist() == array[row:, 0].tolist()


def test_a_text_is_judged_and_changed_once_and_counts_for_every_row_that_has_it() -> None:
    asked: list[str] = []
    column = pack_column(np.array(["a", "b", "a", "a"], dtype=object))
    assert column.mark(lambda text: not asked.append(text) and text == "a").tolist() == [True, False, True, True]
    assert asked == ["a", "b"]
    assert column.change(str.upper).write().tolist() == ["A", "B", "A", "A"]


def test_texts_are_counted_in_the_order_in_which_the_chosen_rows_have_them() -> None:
    column = pack_column(np.array(["a", "b", "c", "b"], dtype=object))
    places, texts = column.count_texts(np.array([3, 0, 1]))
    assert (places.tolist(), texts.tolist()) == ([0, 1, 0], ["b", "a"])
    assert make_cells()[1:].columns[0].count_texts()[1].tolist() == ["b", "a"]


def test_a_header_stands_above_the_texts_of_its_column() -> None:
    assert make_column("h", ["x", "y"], np.array([1, 0, 1])).write().tolist() == ["h", "y", "x", "y"]
    assert make_column("h", [], np.zeros(0, dtype=np.int64)).write().tolist() == ["h"]


@pytest.mark.parametrize(("texts", "bytes_each"), [(0, 1), (256, 1), (257, 2), (65_536, 2), (65_537, 4)])
def test_places_take_as_few_bytes_as_they_can(texts: int, bytes_each: int) -> None:
    places = np.array([max(texts - 1, 0)])
    assert shrink_places(places, texts).itemsize == bytes_each
    assert shrink_places(places, texts).tolist() == places.tolist()
