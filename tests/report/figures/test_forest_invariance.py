from __future__ import annotations

import pytest

from tests.report.figures.made_rows import see
from toolkit.languages import load_text
from toolkit.report.figures.forest import draw_ladder

TEXT = load_text("nl")
NAMES = ["daling van CFI", "stijging van RMSEA"]


def find(seen, label):
    return sorted((mark for mark in seen.marks if abs(mark.y - seen.find(label).y) < 14 and mark.x > 100), key=lambda mark: mark.y)


def test_a_loss_as_large_as_allowed_stands_on_the_limit_and_a_larger_one_beyond_it():
    seen = see(draw_ladder({"metrisch": (1.0, 0.0), "scalair": (2.0, 1.0)}, NAMES, TEXT))
    limit, none = seen.find("100%").x, seen.find("0%").x
    assert [mark.x for mark in find(seen, "metrisch")] == pytest.approx([limit, none], abs=0.11)
    assert find(seen, "scalair")[0].x > limit


def test_each_step_has_a_round_mark_and_a_diamond():
    seen = see(draw_ladder({"metrisch": (0.2, 0.1)}, NAMES, TEXT))
    assert [mark.what for mark in find(seen, "metrisch")] == ["round", "diamond"]


def test_what_is_far_off_stays_in_the_picture():
    seen = see(draw_ladder({"strikt": (60.0, -9.0)}, NAMES, TEXT))
    assert all(0 <= mark.x <= seen.width for mark in seen.marks)
