"""What passes between processes arrives as it was sent."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.files.cells import File, Grid, fill_grid
from toolkit.files.wire import ANSWER, HALF, HEARD, receive, receive_answer, send, send_answer

TEXTS = st.text(st.characters(codec=None), max_size=5) | st.sampled_from(["\ud800", "\x1c", "\0", "é", "\U0001f600"])
ROWS = st.lists(st.lists(TEXTS, min_size=2, max_size=2), max_size=6)


def pass_on(file: File | None, notes: list[dict[str, object]]) -> tuple[File | None, list[dict[str, object]]]:
    """Return what arrives."""
    stream = io.BytesIO()
    send_answer(stream, file, notes)
    stream.seek(0)
    kind, content = receive(stream)
    assert kind == ANSWER
    said = receive_answer(stream, content)
    assert stream.read() == b""
    return said


@given(ROWS, ROWS)
def test_a_file_arrives_as_it_was_sent(first: list[list[str]], second: list[list[str]]) -> None:
    grids = (
        Grid("Blad 1", fill_grid(first), labels={1: {"1": "ja"}}, visible=False),
        Grid("", fill_grid(second), first_row=0, wordings=("a", "")),
    )
    file, notes = pass_on(File("abc", "excel", grids, "utf-8", ";"), [{"code": "x", "count": np.int64(3), "value": "\ud800"}])
    assert file is not None and notes == [{"code": "x", "count": 3, "value": "\ufffd"}]
    assert (file.sha256, file.format, file.encoding, file.separator) == ("abc", "excel", "utf-8", ";")
    for grid, sent in zip(file.grids, grids, strict=True):
        assert grid.cells.tolist() == [[HALF.sub("\ufffd", text) for text in row] for row in sent.cells.tolist()]
        assert grid.cells.shape == sent.cells.shape
        assert [column.places.dtype for column in grid.cells.columns] == [column.places.dtype for column in sent.cells.columns]
        assert (grid.sheet, grid.first_row, grid.labels, grid.visible) == (sent.sheet, sent.first_row, sent.labels, sent.visible)
        assert tuple(grid.wordings) == tuple(sent.wordings)


def test_no_file_arrives_as_none() -> None:
    assert pass_on(None, [{"code": "file_empty"}]) == (None, [{"code": "file_empty"}])


def test_half_a_message_is_the_end() -> None:
    stream = io.BytesIO()
    send(stream, HEARD, b"abc")
    for length in range(len(stream.getvalue())):
        with pytest.raises(EOFError):
            receive(io.BytesIO(stream.getvalue()[:length]))


def test_what_is_no_data_is_not_sent() -> None:
    with pytest.raises(TypeError):
        pass_on(None, [{"code": object()}])
