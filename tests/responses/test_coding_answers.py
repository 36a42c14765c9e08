"""Every way in which people and programs write one answer."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.responses.coding import Coder, describe_answers
from toolkit.study.answers import AnswerLabel, Answers
from toolkit.study.instruments import load_instrument
from toolkit.study.layouts import Layout

UWES = load_instrument("uwes9").answers
CULTURE = load_instrument("profcultuur8").answers
GRADE = load_instrument("cijfer1").answers


def code(
    text: str, answers: Answers = UWES, layout: Layout | None = None, labels: dict[str, str] | None = None
) -> tuple[float | None, str]:
    """Return what becomes of one text: its number (None for no answer) and its finding."""
    coded = Coder(answers, layout or Layout()).code(text, labels or {})
    return None if math.isnan(coded.value) else coded.value, coded.finding


@pytest.mark.parametrize("text", ["4", " 4 ", "4.0", "4,0", "+4", "40e-1", "Dikwijls", "EENS PER WEEK", "often", "4 - vaak"])
def test_numbers_and_labels_are_read(text: str) -> None:
    assert code(text) == (4, "")


@pytest.mark.parametrize(
    "text", ["4 = dikwijls", "4. vaak", "4: vaak", "4) vaak", "4 (vaak)", "vaak (4)", "vaak = 4", "4 vaak", "Dikwijls / eens per week"]
)
def test_a_number_with_its_label_and_two_labels_of_one_answer_are_read(text: str) -> None:
    assert code(text) == (4, "")


@pytest.mark.parametrize("text", ["7", "-1", "3,5"])
def test_a_number_outside_the_scale_is_told(text: str) -> None:
    assert code(text) == (None, "answer_out_of_range")


@pytest.mark.parametrize("text", ["4 5", "vaker", "#N/A", "nooit / altijd", "1e0", "½"])
def test_a_text_that_is_nothing_known_is_told(text: str) -> None:
    assert code(text) == (None, "answer_unknown")


@pytest.mark.parametrize("text", ["2025-02-01", "2025-02-01 00:00:00", "1-2", "3/4", "1 feb", "2-mrt-25", "1-5-2025"])
def test_a_date_for_an_answer_is_told_as_what_it_is(text: str) -> None:
    assert code(text) == (None, "answer_date")


def test_a_formula_without_a_result_is_told_as_what_it_is() -> None:
    assert code("=?") == (None, "answer_uncomputed")


@pytest.mark.parametrize("text", ["weet niet", "Weet Niet", "n.v.t.", "don’t know"])
def test_words_for_no_answer_are_counted(text: str) -> None:
    assert code(text) == (None, "no_answer")


@pytest.mark.parametrize("text", ["", "  ", "\u00a0", "\u200b"])
def test_an_empty_cell_is_no_answer_and_no_finding(text: str) -> None:
    assert code(text) == (None, "")


def test_a_comma_inside_a_label_is_part_of_it() -> None:
    assert code("Niet eens, niet oneens", CULTURE) == (3, "")
    assert code("3 = niet eens, niet oneens", CULTURE) == (3, "")


def test_a_word_that_contradicts_its_number_is_followed_and_told() -> None:
    assert code("7 = altijd") == (6, "label_differs")
    assert code("1 (nooit)") == (0, "label_differs")
    assert code("nooit (1)") == (0, "label_differs")
    assert code("altijd = 7") == (6, "label_differs")


def test_a_number_with_unknown_words_is_taken_and_told() -> None:
    assert code("4 (vaak genoeg, denk ik)") == (4, "label_unknown")
    assert code("8 (vaak genoeg)") == (None, "answer_out_of_range")


def test_labels_of_the_file_decide_what_its_numbers_mean() -> None:
    one_to_seven = {
        str(value + 1): label
        for value, label in enumerate(["nooit", "sporadisch", "af en toe", "regelmatig", "vaak", "heel vaak", "altijd"])
    }
    assert code("1", labels=one_to_seven) == (0, "label_differs")
    assert code("7", labels=one_to_seven) == (6, "label_differs")
    assert code("9", labels={"9": "Weet niet"}) == (None, "no_answer")
    assert code("3", labels={"3": "Soms wel, soms niet"}) == (3, "label_unknown")
    assert code("A2", labels={"A2": "vaak"}) == (4, "")
    assert code("A2", labels={"A2": "Soms wel, soms niet"}) == (None, "answer_unknown")


def test_a_label_that_repeats_its_number_is_no_label() -> None:
    assert code("4", labels={"4": "4"}) == (4, "")
    assert code("4", labels={"4": "4,0"}) == (4, "")
    assert code("9", labels={"9": "9"}) == (None, "answer_out_of_range")


def test_the_layout_goes_before_the_instrument() -> None:
    layout = Layout(answers={"vaak": 5, "Nvt": 0, "A": 9}, missing=("6", "x"))
    assert [code(text, layout=layout) for text in ("VAAK", "nvt", "6", "X", "a")] == [
        (5, ""),
        (0, ""),
        (None, "no_answer"),
        (None, "no_answer"),
        (None, "answer_out_of_range"),
    ]


def test_halves_are_answers_where_the_step_allows_them() -> None:
    assert [code(text, GRADE) for text in ("7,5", "7.5", "10", "7,25", "0,5")] == [
        (7.5, ""),
        (7.5, ""),
        (10, ""),
        (None, "answer_out_of_range"),
        (None, "answer_out_of_range"),
    ]


def test_a_declared_decimal_sign_is_the_only_one() -> None:
    assert code("7,5", GRADE, Layout(decimal=",")) == (7.5, "")
    assert code("7.5", GRADE, Layout(decimal=",")) == (None, "answer_unknown")


def test_a_label_for_a_value_outside_the_scale_is_out_of_range() -> None:
    answers = Answers(min=1, max=3, labels=(AnswerLabel(value=9, nl=("anders",)),))
    assert code("anders", answers) == (None, "answer_out_of_range")


@given(st.text(max_size=20))
def test_any_text_is_coded_to_an_answer_or_told(text: str) -> None:
    value, finding = code(text)
    assert value is None or UWES.admits(value)
    assert value is not None or finding or not text.strip() or not any(letter.isprintable() for letter in text.replace(" ", ""))


def test_answers_are_described_by_their_ends_and_step() -> None:
    assert [describe_answers(answers) for answers in (UWES, GRADE, Answers(min=0, max=100, step=0))] == ["0-6", "1-10 (0.5)", "0-100"]


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234.567", "", 1234567),
        ("1.234,5", "", 1234.5),
        ("1,234.5", "", 1234.5),
        ("1 234", "", 1234),
        ("1'234,5", "", 1234.5),
        ("1.234", ",", 1234),
        ("1,234", ".", 1234),
        ("1.234", ".", 1.234),
        ("1.234", "", None),
        ("1,234", "", None),
        ("0.234", "", 0.234),
        ("1234", "", 1234),
        ("12.34", "", 12.34),
    ],
)
def test_marks_between_thousands_are_read_where_they_can_be_nothing_else(text: str, decimal: str, value: float | None) -> None:
    coder = Coder(Answers(min=0, max=2_000_000, step=0), Layout.model_validate({"decimal": decimal}))
    coded = coder.code(text, {})
    assert (coded.value, coded.finding) == (value, "") if value is not None else coded.finding == "answer_mark"


@pytest.mark.parametrize(("top", "value", "finding"), [(5, 3.333, ""), (999, 3.333, ""), (1000, None, "answer_mark")])
def test_three_decimals_may_be_thousands_only_on_a_scale_that_goes_so_far(top: float, value: float | None, finding: str) -> None:
    assert code("3.333", Answers(min=1, max=top, step=0)) == (value, finding)
