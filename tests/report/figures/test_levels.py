from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import HOSTILE, frame_levels, level, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.levels import draw_levels

TEXT = load_text("nl")
STUDY = make_study()
BOTH = [
    level("total", 3, wave="before"),
    level("total", 4, wave="after"),
    level("energy", 1, wave="before"),
    level("energy", 5, wave="after"),
]


def test_before_is_a_diamond_and_after_a_dot_at_their_values() -> None:
    seen = see(draw_levels(frame_levels(*BOTH), STUDY, TEXT))
    before, after = seen.list_marks(seen.find("Energie in het werk").y)
    assert (before.what, before.stroke, after.what, after.fill) == ("diamond", "--wanted", "round", "--now")
    assert before.x == pytest.approx(seen.find("3").x, abs=0.11)
    assert after.x == pytest.approx(seen.find("4").x, abs=0.11)


def test_the_axis_runs_over_the_whole_scale_whatever_the_data() -> None:
    seen = see(draw_levels(frame_levels(level("total", 3)), STUDY, TEXT))
    assert [seen.find(str(tick)).what for tick in range(7)] == [str(tick) for tick in range(7)]
    assert {"nooit", "altijd"} <= set(seen.read())


def test_the_total_comes_first_and_numbers_are_written_as_the_language_does() -> None:
    words = see(draw_levels(frame_levels(*reversed(BOTH)), STUDY, TEXT)).read()
    assert words.index("Energie in het werk") < words.index("Energie")
    assert {"3,00", "4,00", "1,00", "5,00"} <= set(words)
    assert "4.00" in see(draw_levels(frame_levels(*BOTH), STUDY, load_text("en"))).read()


def test_a_mean_of_few_people_has_one_decimal() -> None:
    words = see(draw_levels(frame_levels(level("total", 3.26, n=9)), STUDY, TEXT)).read()
    assert "3,3" in words
    assert "3,26" not in words


def test_a_hidden_row_leaves_no_trace() -> None:
    hidden = level("energy", math.nan, low=math.nan, high=math.nan, state="hidden")
    with_hidden = draw_levels(frame_levels(*BOTH[:2], hidden), STUDY, TEXT)
    assert see(with_hidden) == see(draw_levels(frame_levels(*BOTH[:2]), STUDY, TEXT))


def test_a_single_wave_is_shown_alone() -> None:
    seen = see(draw_levels(frame_levels(level("total", 3)), STUDY, TEXT))
    assert [mark.what for mark in seen.list_marks(seen.find("Energie in het werk").y)] == ["round"]
    assert "voormeting" not in seen.read()


def test_an_interval_beyond_the_scale_stays_within_the_picture() -> None:
    seen = see(draw_levels(frame_levels(level("total", 5.9, high=7.5)), STUDY, TEXT))
    assert all(0 <= sign.x <= seen.width and 0 <= sign.y <= seen.height for sign in [*seen.words, *seen.marks])


def test_the_name_of_a_wave_is_shown_as_it_was_typed(subtests: pytest.Subtests) -> None:
    for name in HOSTILE:
        with subtests.test(name):
            waves = [wave.model_dump() | {"label": {"nl": name}} for wave in STUDY.waves[:1]]
            seen = see(draw_levels(frame_levels(level("total", 3, wave="before")), make_study(waves=waves), TEXT))
            assert name.replace(" ", "") in "".join(seen.read()).replace(" ", "")
            assert all(0 <= sign.y <= seen.height for sign in seen.words)
