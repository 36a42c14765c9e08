"""Files with a row per question and answer, and headers that the layout names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.responses.columns import count_named, find_long
from toolkit.responses.exports import read_exports
from toolkit.responses.headers import list_item_columns, make_names
from toolkit.study.layouts import Layout

ITEMS = ["uwes3_i1", "uwes3_i2", "uwes3_i3"]


def read(folder: Path, rows: list[list[str]], **layout: Any) -> list[tuple[str, str]]:
    """Return what stops in a file of these rows, with the column it is about."""
    (folder / "a.csv").write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before"}
    findings = read_exports(open_study({"sources": [source], "layouts": {"l": layout}}, folder)).findings
    stops = findings[findings["severity"] == "stops"]
    return list(zip(stops["code"], stops["column"], strict=True))


def make_long(questions: list[str], header: list[str]) -> list[list[str]]:
    """Return rows of three people, each with an answer per question."""
    return [header, *([f"p{person}", question, str(person)] for person in range(3) for question in questions)]


@pytest.mark.parametrize("layout", [{}, {"respondent": "wie"}])
def test_a_row_per_answer_is_recognised_with_and_without_named_headers(layout: dict[str, str], tmp_path: Path) -> None:
    assert read(tmp_path, make_long(ITEMS, ["wie", "vraag", "waarde"]), **layout) == [("items_long", "vraag")]


def test_questions_may_stand_there_as_the_layout_says_that_headers_do(tmp_path: Path) -> None:
    rows = make_long([f"Q{number}" for number in (1, 2, 3)], ["wie", "question", "value"])
    assert read(tmp_path, rows, pattern="Q{number}") == [("items_long", "question")]
    assert read(tmp_path, rows)[0][0] == "items_none"  # nothing says that these are items


def test_no_code_of_a_person_is_told_as_a_header(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code;vraag;x\nsecret7;uwes3_i1;3\nsecret8;uwes3_i2;4\n", encoding="utf-8")
    source = {"file": "a.csv", "layout": "l", "school": "s1", "wave": "before"}
    findings = read_exports(open_study({"sources": [source], "layouts": {"l": {"respondent": "code"}}}, tmp_path)).findings
    assert not findings[["column", "value", "expected"]].map(lambda text: "secret" in text).any(axis=None)


def test_a_column_with_one_item_or_few_of_them_is_none() -> None:
    study = open_study({"sources": [{"file": "a.csv"}]}, Path())
    names = make_names(Layout(), list_item_columns(study))
    assert find_long(make_sheet([["a", "b"], ["uwes3_i1", "1"], ["uwes3_i1", "2"]]), names) is None
    assert find_long(make_sheet([["a"], ["uwes3_i1"], ["uwes3_i2"], ["x"], ["y"]]), names) is None
    assert find_long(make_sheet([["a", "b"], ["1", "uwes3_i1"], ["2", "uwes3_i2"]]), names) == ("b", "uwes3_i1, uwes3_i2")


def test_headers_that_the_layout_names_are_counted() -> None:
    sheet = make_sheet([["Code", "Meting", "uwes3_i1"], ["a", "before", "3"]])
    assert count_named(sheet, Layout(respondent=("code",), wave="Meting", date="Datum")) == 2
    assert count_named(sheet, Layout()) == 0


def test_a_header_with_a_single_item_below_a_title_is_still_found(tmp_path: Path) -> None:
    rows = [["Onze vragenlijst"], ["code", "uwes3_i1", "uwes3_i2", "uwes3_i3"], ["a", "1", "2", "3"], ["b", "4", "5", "6"]]
    assert read(tmp_path, rows, respondent="code") == []
