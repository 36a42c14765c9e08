from typing import Any

import pandas as pd
import pytest

from toolkit import schemas as columns
from toolkit.errors import TableError
from toolkit.schemas import SCORES, TAIL, Table

PLAIN = Table("plain", {"school": "str", "n": "int64"}, key=("school",))


def test_a_table_is_put_in_shape_and_the_frame_that_came_in_stays_as_it_was() -> None:
    frame = pd.DataFrame({"n": [1.0, 2.0], "school": ["a", "b"]}, index=[5, 6])
    shaped = PLAIN.conform(frame)
    assert list(shaped) == ["school", "n"] and shaped["n"].dtype == "int64" and list(shaped.index) == [0, 1]
    assert list(frame) == ["n", "school"] and frame["n"].dtype == "float64"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"school": ["a"]}, r"lacks the columns \['n'\]"),
        ({"school": ["a"], "n": [1], "more": [2]}, r"unknown ones \['more'\]"),
        ({"school": ["a", "a"], "n": [1, 2]}, "1 rows with a key that is there already, first {'school': 'a'}"),
    ],
)
def test_a_table_of_another_shape_is_refused(frame: dict[str, list[object]], message: str) -> None:
    with pytest.raises(TableError, match=message):
        PLAIN.conform(pd.DataFrame(frame))


def test_all_results_end_with_the_same_columns() -> None:
    for table in (columns.PARTICIPATION, columns.LEVELS, columns.CHANGE, columns.RELIABILITY):
        assert list(table.columns)[-len(TAIL) :] == list(TAIL)
        assert set(table.key) <= set(table.columns)


def test_an_empty_table_has_its_shape() -> None:
    assert list(SCORES.empty()) == list(SCORES.columns)
    assert SCORES.collect([]).empty


def test_rows_that_are_taken_a_few_at_a_time_make_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[dict[str, Any]] = [{"school": f"s{number % 3}", "wave": "w1", "quantity": f"q{number}"} for number in range(7)]
    rows = [row | {"state": "shown", "estimate": number / 3, "n": number, "method": "t"} for number, row in enumerate(rows)]
    whole = columns.PARTICIPATION.collect(rows)
    monkeypatch.setattr(columns, "AT_ONCE", 3)
    pd.testing.assert_frame_equal(columns.PARTICIPATION.collect(iter(rows)), whole)
    assert len({id(school) for school in whole["school"]}) == 3
