"""Numbers as people and programs write them: with a part, with a mark before them, with zeros behind a mark, or as a word for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from tests.responses.test_coding_answers import GRADE, UWES, code
from tests.responses.test_coding_columns import FIRST, OTHER, SECOND
from tests.responses.test_coding_columns import code as code_columns
from toolkit.responses.coding import find_unanswered
from toolkit.responses.exports import read_exports
from toolkit.study.answers import AnswerLabel, Answers
from toolkit.study.layouts import Layout


@pytest.mark.parametrize("text", ["7½", "7 ½", "7 1/2", "7 1⁄2", "7 half", "7 en een half", "7 and a half", "7 EN HALVE"])
def test_a_part_beside_a_whole_number_is_read(text: str) -> None:
    assert code(text, GRADE) == (7.5, "")


@pytest.mark.parametrize("text", ["7¾", "7⅓", "10½", "7 3/4"])
def test_a_part_that_is_no_answer_is_told(text: str) -> None:
    assert code(text, GRADE) == (None, "answer_out_of_range")
    assert code(text, Answers(min=0, max=20, step=0))[0] == pytest.approx({"7¾": 7.75, "7⅓": 22 / 3, "10½": 10.5, "7 3/4": 7.75}[text])


@pytest.mark.parametrize("text", ["½", "7²", "7½+", "7½ goed", "8-", "6+", "acht", "7 1/2 1"])
def test_a_number_is_never_read_for_its_whole_part_alone(text: str) -> None:
    assert code(text, GRADE) == (None, "answer_unknown")


def test_a_half_of_whole_answers_is_outside_the_scale() -> None:
    assert code("4½") == (None, "answer_out_of_range")


@pytest.mark.parametrize("text", ["'4", '="4"', '= "4,0"', "'dikwijls"])
def test_the_mark_by_which_a_spreadsheet_makes_a_text_is_no_part_of_it(text: str) -> None:
    assert code(text) == (4, "")


@pytest.mark.parametrize("text", ["NA", " NA ", "<NA>", "NaN", "nan", "NULL", "None", "."])
def test_what_programs_write_for_nothing_is_no_answer(text: str) -> None:
    assert code(text) == (None, "no_answer")


def test_a_word_that_only_looks_like_it_is_told_and_a_label_goes_first() -> None:
    assert code("na") == (None, "answer_unknown")
    named = Answers(min=0, max=1, labels=(AnswerLabel(value=1, nl=("na",)),))
    assert code("NA", named) == (1, "")
    assert code("NA", UWES, Layout(answers={"NA": 2})) == (2, "")


def test_thousands_among_small_numbers_are_asked_about() -> None:
    values, notes = code_columns({FIRST: ["1.000", "2", "3"], SECOND: ["4", "2,000", "0"], OTHER: ["1", "2", "3"]})
    assert values == [[1, 2, 3], [4, 2, 0], [1, 2, 3]]
    assert [(note["code"], note["value"], note["count"]) for note in notes] == [("answer_zeros", "1.000, 2,000", 2)]


def test_a_column_in_which_a_program_wrote_every_number_so_is_not() -> None:
    assert code_columns({FIRST: ["1.000", "2.000", "0"], SECOND: ["1.000", "", "x"]})[1][0]["code"] == "answer_unknown"
    assert code_columns({FIRST: ["1.00", "2", "3.0"]})[1] == []


def test_a_declared_mark_answers_the_question() -> None:
    assert code("1.000", UWES, Layout(decimal=".")) == (1, "")
    assert code("1.000", UWES, Layout(decimal=",")) == (None, "answer_out_of_range")


def test_rows_that_hold_nothing_are_unanswered() -> None:
    sheet = make_sheet([["a", "b"], ["NA", ""], ["NA", "0"], [" ", "."], ["x", "NA"]])
    assert find_unanswered(sheet, [0, 1]).tolist() == [True, False, True, False]


def test_somebody_who_is_in_one_wave_of_a_wide_file_of_r_is_not_in_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,a1,a2,a3,b1,b2,b3\np,1,2,3,NA,NA,NA\nq,NA,NA,NA,4,5,6\nr,1,1,NA,2,2,2\n", encoding="utf-8")
    items = [f"uwes3_i{number}" for number in (1, 2, 3)]
    layout = {
        "respondent": "id",
        "wave_columns": {
            wave: {f"{letter}{number}": item for number, item in enumerate(items, 1)} for wave, letter in (("before", "a"), ("after", "b"))
        },
    }
    study = open_study({"sources": [{"file": "a.csv", "layout": "l", "school": "s1"}], "layouts": {"l": layout}}, tmp_path)
    responses = read_exports(study).responses
    assert sorted(zip(responses["respondent"], responses["wave"], strict=True)) == [
        ("p", "before"),
        ("q", "after"),
        ("r", "after"),
        ("r", "before"),
    ]
