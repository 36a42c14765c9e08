"""One value as text."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from toolkit.files.values import write_value


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_whole_number_has_no_decimals(number: int) -> None:
    assert write_value(float(number)) == str(number).replace("-0", "0") == write_value(number)


@given(st.decimals(-1000, 1000, places=2))
def test_a_number_is_written_with_the_decimals_that_a_person_sees(number: object) -> None:
    assert float(write_value(float(number))) == float(number)  # type: ignore[arg-type]
    assert len(write_value(float(number)).partition(".")[2]) <= 2  # type: ignore[arg-type]


def test_what_is_not_there_is_empty() -> None:
    assert write_value(None) == write_value(float("nan")) == ""


def test_a_date_has_a_clock_only_where_it_says_more() -> None:
    assert write_value(dt.datetime(2025, 9, 15)) == write_value(dt.date(2025, 9, 15)) == "2025-09-15"
    assert write_value(dt.datetime(2025, 9, 15, 0, 1)) == "2025-09-15 00:01:00"
    assert write_value(dt.timedelta(minutes=3)) == "0:03:00"


def test_a_long_number_has_the_digits_that_a_spreadsheet_keeps() -> None:
    assert write_value(8.71234567890123e18) == "8712345678901230000"
    assert write_value(1e15) == "1" + "0" * 15
    assert write_value(-1.23456789012345e16) == "-12345678901234500"
