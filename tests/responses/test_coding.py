"""Columns as numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.coding import code_columns, make_coders
from toolkit.study.layouts import Layout

STUDY = open_study(
    {"sources": [{"file": "answers.csv"}], "instruments": ["plg12", "uwes3"], "outcomes": {"primary": "uwes3.total"}}, Path()
)


def code(texts: list[str], kept: list[int] | None = None) -> tuple[list[float], list[tuple[str, int, str, int]]]:
    """Return the answers of a column and what was noted: code, row, value, count."""
    notes = Notes()
    sheet = make_sheet([["uwes3_i1"], *[[text] for text in texts]])
    rows = pd.DataFrame({"row": sheet.rows, "school": "s1", "wave": "before"}).iloc[kept if kept is not None else slice(None)]
    values = code_columns(sheet, {"uwes3_i1": 0}, rows, make_coders(STUDY, Layout()), notes)
    return values[:, 0].tolist(), [(note["code"], note["row"], note["value"], note["count"]) for note in notes.rows]


def test_columns_of_one_instrument_and_rating_share_a_coder() -> None:
    coders = make_coders(STUDY, Layout())
    assert coders["plg12_e1_now"] is coders["plg12_c7_now"]
    assert coders["plg12_e1_now"] is not coders["uwes3_i1"]
    assert list(coders)[-1] == "uwes3_i3"


def test_a_fault_is_told_once_with_its_first_row_and_its_count() -> None:
    values, notes = code(["1", "9", "2", "9", "3", "weet niet"])
    np.testing.assert_array_equal(values, [1, np.nan, 2, np.nan, 3, np.nan])
    assert notes == [("answer_out_of_range", 3, "9", 2), ("no_answer", 0, "weet niet", 1)]


def test_only_the_rows_that_count_are_coded() -> None:
    assert code(["99", "1", "x", "2"], kept=[1, 3]) == ([1, 2], [])
    assert code(["99"], kept=[]) == ([], [])


def test_a_column_is_misread_when_most_of_five_or_more_texts_are_no_answers() -> None:
    assert [note[0] for note in code(["a", "b", "c", "1", "2"])[1]] == ["column_uncoded"]
    assert [note[0] for note in code(["a", "b", "c", "1"])[1]] == ["answer_unknown"] * 3
    assert [note[0] for note in code(["a", "b", "1", "2", "3"])[1]] == ["answer_unknown"] * 2
    assert [note[0] for note in code(["", "", "", "", "a", "b", "1"])[1]] == ["answer_unknown"] * 2


def test_school_and_wave_are_told_where_all_such_rows_share_them() -> None:
    notes = Notes()
    sheet = make_sheet([["uwes3_i1"], ["9"], ["9"], ["8"]])
    rows = pd.DataFrame({"row": sheet.rows, "school": ["s1", "s2", "s2"], "wave": "after"})
    code_columns(sheet, {"uwes3_i1": 0}, rows, make_coders(STUDY, Layout()), notes)
    assert [(note["value"], note["school"], note["wave"]) for note in notes.rows] == [("9", "", "after"), ("8", "s2", "after")]


def test_a_slip_of_the_pen_is_told_with_the_answer_that_it_is_like() -> None:
    notes = Notes()
    sheet = make_sheet([["uwes3_i1"], ["sporadish"], ["koffie"], ["1"], ["2"], ["3"]])
    rows = pd.DataFrame({"row": sheet.rows, "school": "s1", "wave": "before"})
    code_columns(sheet, {"uwes3_i1": 0}, rows, make_coders(STUDY, Layout()), notes)
    assert [(note["value"], note["expected"]) for note in notes.rows] == [("sporadish", "0-6 (‘sporadisch’?)"), ("koffie", "0-6")]


@pytest.mark.parametrize(("text", "near"), [("nooyt", " (‘nooit’?)"), ("vaag", ""), ("altyd", "")])  # 4/5, 3/4 and 8/11 alike
def test_a_text_is_like_an_answer_when_more_than_three_quarters_of_it_is_the_same(text: str, near: str) -> None:
    notes = Notes()
    sheet = make_sheet([["uwes3_i1"], [text], ["1"]])
    rows = pd.DataFrame({"row": sheet.rows, "school": "s1", "wave": "before"})
    code_columns(sheet, {"uwes3_i1": 0}, rows, make_coders(STUDY, Layout()), notes)
    assert [note["expected"] for note in notes.rows] == [f"0-6{near}"]
