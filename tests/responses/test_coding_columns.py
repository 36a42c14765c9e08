"""What is told of several columns together: a number that means no answer, a scale that is coded otherwise, a column that is misread."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.coding import code_columns, make_coders
from toolkit.study.answers import Answers
from toolkit.study.instruments import load_instrument
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

DOCUMENT = {"sources": [{"file": "answers.csv"}], "instruments": ["uwes3", "plg12"], "outcomes": {"primary": "uwes3.total"}}
STUDY = open_study(DOCUMENT, Path())
FIRST, SECOND, THIRD = "uwes3_i1", "uwes3_i2", "uwes3_i3"
OTHER = "plg12_e1_now"


def code(
    columns: dict[str, list[str]], notes: Notes | None = None, study: Study = STUDY, **sheets: Any
) -> tuple[list[list[float]], list[dict[str, Any]]]:
    """Return the answers of columns, and what was noted of them."""
    notes = notes or Notes()
    sheet = make_sheet([list(columns), *(list(row) for row in zip(*columns.values(), strict=True))], **sheets)
    rows = pd.DataFrame({"row": sheet.rows, "school": "s1", "wave": "before"})
    values = code_columns(sheet, {column: place for place, column in enumerate(columns)}, rows, make_coders(study, Layout()), notes)
    return values.T.tolist(), notes.rows


def tell(note: dict[str, Any]) -> dict[str, Any]:
    """Return what a note says, without what is empty."""
    return {key: value for key, value in note.items() if value != "" and key != "severity"}


def test_a_number_outside_the_scale_in_three_columns_is_one_finding() -> None:
    values, notes = code({FIRST: ["1", "99", "99"], SECOND: ["99", "2", "3"], THIRD: ["4", "5", "99"]})
    np.testing.assert_array_equal(values, [[1, np.nan, np.nan], [np.nan, 2, 3], [4, 5, np.nan]])
    assert [tell(note) for note in notes] == [
        {
            "code": "answer_undeclared",
            "file": "answers.csv",
            "row": 2,
            "column": "uwes3_i1, uwes3_i2, uwes3_i3",
            "value": "99",
            "expected": "0-6",
            "count": 4,
        }
    ]


def test_a_number_outside_the_scale_in_two_columns_is_a_finding_in_each() -> None:
    notes = code({FIRST: ["1", "99", "99"], SECOND: ["99", "2", "3"], THIRD: ["4", "5", "98"]})[1]
    assert [(note["code"], note["column"], note["value"], note["row"], note["count"]) for note in notes] == [
        ("answer_out_of_range", FIRST, "99", 3, 2),
        ("answer_out_of_range", SECOND, "99", 2, 1),
        ("answer_out_of_range", THIRD, "98", 4, 1),
    ]
    assert {(note["file"], note["school"], note["wave"], note["expected"]) for note in notes} == {("answers.csv", "s1", "before", "0-6")}


def test_what_was_noted_of_another_file_or_fault_stays() -> None:
    notes = Notes()
    for value in ("99", "7"):
        notes.add("answer_out_of_range", file="earlier.csv", column=FIRST, value=value)
    code({FIRST: ["1", "99", "x"], SECOND: ["99", "2", "3"], THIRD: ["4", "5", "99"]}, notes)
    assert [(note["code"], note["file"], note["value"]) for note in notes.rows] == [
        ("answer_out_of_range", "earlier.csv", "99"),
        ("answer_out_of_range", "earlier.csv", "7"),
        ("answer_unknown", "answers.csv", "x"),
        ("answer_undeclared", "answers.csv", "99"),
    ]
    code({FIRST: ["1", "7", "2"] * 7, SECOND: ["4", "7", "3"] * 7}, notes)
    assert [note["code"] for note in notes.rows[:2]] == ["answer_out_of_range"] * 2
    assert notes.rows[-1]["code"] == "scale_shifted"


def test_a_scale_that_is_coded_otherwise_is_one_finding_over_its_columns() -> None:
    shifted = {FIRST: ["1", "7", "02", "2"], SECOND: ["6", "1", "4", "3"], THIRD: ["7", "5", "5", "3"]}
    columns = {name: texts * 2 for name, texts in shifted.items()} | {OTHER: ["1", "5", "2", "3"] * 2}
    assert [tell(note) for note in code(columns)[1]] == [
        {
            "code": "scale_shifted",
            "row": 0,
            "file": "answers.csv",
            "column": "uwes3_i1, uwes3_i2, uwes3_i3",
            "value": "1-7",
            "expected": '"1" = 0, "2" = 1, "3" = 2, "4" = 3, "5" = 4, "6" = 5, "7" = 6',
            "count": 24,
        }
    ]
    once = {OTHER: ["0", "4", "2", "3"] * 6, FIRST: ["0", "6", "2", "3"] * 6}
    assert [(note["code"], note["column"], note["value"], note["count"]) for note in code(once)[1]] == [("scale_shifted", OTHER, "0-4", 24)]


def test_a_scale_of_a_hundred_can_be_coded_otherwise_too() -> None:
    plain = load_instrument("uwes3")
    study = open_study(DOCUMENT | {"instruments": ["uwes3"]}, Path(), plain.model_copy(update={"answers": Answers(min=0, max=100)}))
    notes = code({FIRST: ["1", "101", "50", "99"] * 6}, study=study)[1]
    assert [(note["code"], note["value"]) for note in notes] == [("scale_shifted", "1-101")]


def test_numbers_with_a_label_are_no_sign_of_another_scale() -> None:
    texts = ["1", "7", "2", "3"] * 6
    labels = {0: {"1": "nooit", "2": "sporadisch", "3": "af en toe", "7": "altijd"}}
    values, notes = code({FIRST: texts}, labels=labels)
    assert values == [[0, 6, 1, 2] * 6]
    assert [(note["code"], note["value"]) for note in notes] == [("label_differs", value) for value in ("1", "7", "2", "3")]


def test_a_column_that_is_misread_is_told_with_its_first_texts() -> None:
    notes = code({FIRST: ["d", "b", "a", "c", "1", "d"]})[1]
    assert [tell(note) for note in notes] == [
        {"code": "column_uncoded", "row": 0, "file": "answers.csv", "column": FIRST, "value": "d, b, a", "expected": "0-6", "count": 5}
    ]


def test_a_column_of_which_half_are_answers_is_not_misread() -> None:
    assert [note["code"] for note in code({FIRST: ["a", "b", "c", "1", "2", "3"]})[1]] == ["answer_unknown"] * 3
    assert [note["code"] for note in code({FIRST: ["a", "b", "c", "d", "2", "3"]})[1]] == ["column_uncoded"]


def test_words_for_no_answer_are_told_once_over_all_columns() -> None:
    notes = code({FIRST: ["weet niet", "1", "n.v.t."], OTHER: ["1", "weet niet", "geen mening"]})[1]
    assert [tell(note) for note in notes] == [
        {"code": "no_answer", "file": "answers.csv", "row": 0, "value": "geen mening, n.v.t., weet niet", "count": 4}
    ]


@pytest.mark.parametrize(
    ("text", "finding"), [("7 = altijd", "label_differs"), ("8 altijd!", "answer_out_of_range"), ("4 altoos", "label_unknown")]
)
def test_only_a_text_that_is_nothing_known_is_compared_with_the_answers(text: str, finding: str) -> None:
    assert [(note["code"], note["expected"]) for note in code({FIRST: [text, "1"]})[1]] == [(finding, "0-6")]


def test_a_rating_with_answers_of_its_own_is_coded_by_these() -> None:
    plain = load_instrument("plg12")
    ratings = [
        rating.model_copy(update={"answers": Answers(min=1, max=10)}) if rating.id == "wanted" else rating for rating in plain.ratings
    ]
    study = open_study(DOCUMENT, Path(), plain.model_copy(update={"ratings": tuple(ratings)}))
    values, notes = code({"plg12_e1_now": ["8", "3"], "plg12_e1_wanted": ["8", "3"]}, study=study)
    np.testing.assert_array_equal(values, [[np.nan, 3], [8, 3]])
    assert [note["expected"] for note in notes] == ["1-5"]


def test_the_second_half_of_the_work_on_a_file_is_reported_per_column() -> None:
    told: list[tuple[str, float]] = []
    code({FIRST: ["1"], SECOND: ["2"], THIRD: ["3"], OTHER: ["4"]}, Notes(report=lambda file, share: told.append((file, share))))
    assert told == [("answers.csv", share) for share in (0.625, 0.75, 0.875, 1.0)]
