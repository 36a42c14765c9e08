"""Scales that are coded otherwise."""

from __future__ import annotations

from collections import Counter

import pytest

from toolkit.findings import Notes
from toolkit.responses.coding import check_scale, declare_shift, find_shift
from toolkit.study.instruments import Answers

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


def check(counts: dict[float, int]) -> list[tuple[str, str]]:
    """Return code and value of what is noted, after a finding about the end that was passed and one about another number."""
    notes = Notes()
    for value in ("7", "99"):
        notes.add("answer_out_of_range", column="Q1", value=value)
    check_scale(Counter(counts), SEVEN, {"uwes3_i1": "Q1"}, "a.csv", notes, 0)
    return [(note["code"], note["value"]) for note in notes.rows]


def test_a_few_slips_are_no_scale_of_their_own() -> None:
    told = [("answer_out_of_range", "7"), ("answer_out_of_range", "99")]
    assert check({1: 30, 7: 2}) == told
    assert check({1: 10, 7: 5}) == told
    assert check({0: 1, 1: 30, 7: 5}) == told
    assert check({1: 15, 7: 5, 99: 1}) == [("answer_out_of_range", "99"), ("scale_shifted", "1-7")]
