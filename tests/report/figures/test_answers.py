"""Figure E: a full bar per statement, in tones that tell low from high without red."""

from __future__ import annotations

import pytest

from tests.report.figures.made_rows import HOSTILE, see
from toolkit.report.figures.answers import Bar, draw_answers

WORDS = ["1 oneens", "2", "3", "4", "5 eens"]


def bar(*shares: int, label: str = "Stelling", **fields: str) -> Bar:
    return Bar(label, shares, fields.pop("low", "oneens: 10%"), fields.pop("high", "eens: 60%"), **fields)


def test_the_sums_stand_left_and_right_and_each_part_has_its_number():
    seen = see(draw_answers([bar(10, 0, 30, 40, 20)], WORDS))
    assert {"10", "30", "40", "20"} <= set(seen.read()) and "0" not in seen.read()
    assert seen.find("oneens: 10%").x < seen.find("eens: 60%").x


@pytest.mark.parametrize(("share", "written"), [(5, False), (6, True)])
def test_a_small_part_has_no_room_for_its_number(share: int, written: bool):
    seen = see(draw_answers([bar(share, 0, 0, 0, 100 - share)], WORDS))
    assert (str(share) in seen.read()) == written


def test_where_everybody_answers_the_same_there_are_words_and_no_bar():
    seen = see(draw_answers([bar(0, 0, 0, 100, 0, instead="vrijwel iedereen: 4")], WORDS))
    assert "vrijwel iedereen: 4" in seen.read() and "100" not in seen.read() and "eens: 60%" not in seen.read()


def test_statements_of_any_kind_are_shown_as_typed():
    seen = see(draw_answers([bar(20, 20, 20, 20, 20, label=name) for name in HOSTILE], WORDS))
    shown = "".join(seen.read()).replace(" ", "")
    assert all(name.replace(" ", "") in shown for name in HOSTILE)
