"""The small figure beside a conclusion: one scale, before and after, on the whole answer scale."""

from __future__ import annotations

import pytest

from tests.report.figures.made_rows import frame_levels, level, make_study, see
from toolkit.languages import Language, load_text
from toolkit.report.figures.levels import draw_small_levels

BOTH = [level("total", 3, wave="before"), level("total", 4, wave="after")]


@pytest.mark.parametrize(("language", "first", "number"), [("nl", "voormeting", "4,00"), ("en", "first wave", "4.00")])
def test_each_measurement_has_a_line_with_its_name_its_mark_and_its_number(language: Language, first: str, number: str) -> None:
    seen = see(draw_small_levels(frame_levels(*BOTH), make_study(), load_text(language)))
    before, after = sorted(seen.marks, key=lambda mark: mark.y)
    assert (before.what, after.what) == ("diamond", "round") and before.x < after.x
    assert seen.find(first).y < seen.find(number).y
    assert {"0", "6"} <= set(seen.read())


def test_one_measurement_stands_alone() -> None:
    seen = see(draw_small_levels(frame_levels(BOTH[1]), make_study(), load_text("nl")))
    assert [mark.what for mark in seen.marks] == ["round"] and "voormeting" not in seen.read()
