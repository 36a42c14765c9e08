"""When a form was filled in, and how long that took."""

from __future__ import annotations

import numpy as np
import pytest

from tests.files.test_cells_grids import make_sheet
from toolkit.findings import Notes
from toolkit.responses.columns import Binding
from toolkit.responses.rows import read_dates, read_moments


def read(*texts: str) -> tuple[list[str], list[str]]:
    """Return the dates of a column, to the minute, and the codes of what was noted."""
    notes = Notes()
    sheet = make_sheet([["Datum"], *[[text] for text in texts]])
    dates = read_dates(sheet, 0, notes)
    return [str(date)[:16] for date in dates], [note["code"] for note in notes.rows]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025-09-15", "2025-09-15T00:00"),
        ("2025-09-15 08:05:59", "2025-09-15T08:05"),
        ("2025-09-15T08:05:59.123+02:00", "2025-09-15T08:05"),
        ("2018/01/05 9:03:21 AM GMT+1", "2018-01-05T09:03"),
        ("2018/01/05 9:03:21 pm", "2018-01-05T21:03"),
        ("15-9-2025", "2025-09-15T00:00"),
        ("15.09.2025 8:05", "2025-09-15T08:05"),
        ("15/9/2025 12:00 AM", "2025-09-15T00:00"),
        ("45915", "2025-09-15T00:00"),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, date: str) -> None:
    assert read(text) == ([date], [])


def test_the_column_tells_whether_months_come_first() -> None:
    assert read("9/15/2025", "1/2/2025") == (["2025-09-15T00:00", "2025-01-02T00:00"], [])
    assert read("15/9/2025", "1/2/2025") == (["2025-09-15T00:00", "2025-02-01T00:00"], [])
    assert read("1/2/2025") == (["2025-02-01T00:00"], ["date_order"])


def test_only_a_part_above_twelve_can_be_no_month() -> None:
    assert read("1/12/2025") == (["2025-12-01T00:00"], ["date_order"])
    assert read("1/13/2025") == (["2025-01-13T00:00"], [])
    assert read("12/1/2025") == (["2025-01-12T00:00"], ["date_order"])
    assert read("13/1/2025") == (["2025-01-13T00:00"], [])
    assert read("12/12/2025") == (["2025-12-12T00:00"], ["date_order"])


@pytest.mark.parametrize("text", ["gisteren", "2025-02-30", "15-9", "15-9-25", "99999999", "2025-09-15 25:00", "0"])
def test_what_is_no_date_is_told(text: str) -> None:
    assert read(text) == (["NaT"], ["date_unreadable"])


def test_a_duration_is_read_or_else_counted_from_the_start() -> None:
    rows = [["2025-09-15 10:00:00", "2025-09-15 10:02:05", "61,5"], ["", "2025-09-15 10:00:00", "x"]]
    sheet = make_sheet([["start", "end", "seconds"], *rows])
    dates, seconds = read_moments(sheet, Binding(date=(1,), start=(0,)), Notes())
    assert str(dates[0]) == "2025-09-15T10:02:05.000000"
    np.testing.assert_array_equal(seconds, [125, np.nan])
    np.testing.assert_array_equal(read_moments(sheet, Binding(date=(1,), start=(0,), duration=(2,)), Notes())[1], [61.5, np.nan])
    dates, seconds = read_moments(sheet, Binding(start=(0,)), Notes())
    assert np.isnat(dates).all()
    assert np.isnan(seconds).all()
