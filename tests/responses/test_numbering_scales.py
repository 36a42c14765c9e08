"""Scales that are coded otherwise."""

from __future__ import annotations

from collections import Counter

import pytest

from toolkit.findings import Notes
from toolkit.responses.numbering import check_scale, declare_shift, find_shift
from toolkit.study.answers import Answers

SEVEN = Answers(min=0, max=6)


@pytest.mark.parametrize(
    ("numbers", "shift"),
    [([1, 2, 7], 1), ([0, 1, 7], 0), ([1, 6], 0), ([-1, 5], 0), ([1, 7, 99], 1), ([8, 9], 0), ([], 0)],
)
def test_a_scale_is_shifted_where_one_end_is_passed_and_the_other_unused(numbers: list[float], shift: int) -> None:
    assert find_shift(numbers, SEVEN) == shift


def test_a_scale_may_be_one_lower_too() -> None:
    assert find_shift([0, 4], Answers(min=1, max=5)) == -1
    assert find_shift([0, 5], Answers(min=1, max=5)) == 0


def test_choices_and_halves_are_never_shifted() -> None:
    assert find_shift([1, 7], Answers(min=0, max=6, step=0.5)) == find_shift([1, 7], Answers(min=0, max=6, kind="count")) == 0


def test_what_is_declared_puts_every_number_in_its_place() -> None:
    assert declare_shift(Answers(min=1, max=3), -1) == '"0" = 1, "1" = 2, "2" = 3'


def check(counts: dict[float, int], answers: Answers = SEVEN, passed: str = "7") -> list[tuple[str, str]]:
    """Return code and value of what is noted, after a finding about the end that was passed and one about another number."""
    notes = Notes()
    for value in (passed, "99"):
        notes.add("answer_out_of_range", column="Q1", value=value)
    check_scale(Counter(counts), answers, {"uwes3_i1": "Q1"}, "a.csv", notes, 0)
    return [(note["code"], note["value"]) for note in notes.rows]


def test_a_few_slips_are_no_scale_of_their_own() -> None:
    told = [("answer_out_of_range", "7"), ("answer_out_of_range", "99")]
    assert check({1: 30, 7: 2}) == told
    assert check({1: 10, 7: 5}) == told
    assert check({0: 1, 1: 30, 7: 5}) == told
    assert check({1: 15, 7: 5, 99: 1}) == [("answer_out_of_range", "99"), ("scale_shifted", "1-7")]


def test_three_answers_beyond_the_end_and_twenty_in_all_are_enough() -> None:
    told = [("answer_out_of_range", "7"), ("answer_out_of_range", "99")]
    for counts, shifted in (({1: 17, 7: 3}, True), ({1: 18, 7: 2}, False), ({1: 16, 7: 3}, False), ({6: 17, 7: 3}, True)):
        assert (check(counts) != told) is shifted, counts


def test_a_scale_that_is_coded_one_lower_is_told_by_its_own_ends() -> None:
    five = Answers(min=1, max=5)
    found = [("answer_out_of_range", "99"), ("scale_shifted", "0-4")]
    assert check({0: 3, 1: 10, 4: 7}, five, "0") == found
    assert check({0: 3, 1: 17}, five, "0") == [found[0], ("scale_shifted", "0-1")]
    assert check({0: 3, 4: 17, -1: 9, 99: 9}, five, "0") == found  # numbers further off are no part of the scale


def test_a_code_beyond_the_passed_end_is_no_part_of_the_scale() -> None:
    assert check({1: 15, 7: 5, 8: 2})[-1] == ("scale_shifted", "1-7")
    assert check({1: 15, 7: 5, -9: 2})[-1] == ("scale_shifted", "1-7")


def test_only_findings_on_columns_of_the_scale_follow_from_it() -> None:
    notes = Notes()
    for column in ("Q1", "Q2", "Q3"):
        notes.add("answer_out_of_range", column=column, value="7")
    check_scale(Counter({1: 15, 7: 5}), SEVEN, {"uwes3_i1": "Q1", "uwes3_i2": "Q2"}, "a.csv", notes, 1)
    assert [(note["code"], note["column"]) for note in notes.rows] == [
        ("answer_out_of_range", "Q1"),
        ("answer_out_of_range", "Q3"),
        ("scale_shifted", "Q1, Q2"),
    ]
    assert (notes.rows[-1]["file"], notes.rows[-1]["count"], notes.rows[-1]["expected"]) == ("a.csv", 20, declare_shift(SEVEN, 1))
