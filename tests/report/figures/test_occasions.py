"""Dots per occasion: drawn where their numbers are, a lane for each series that a field has, and no words over others."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from tests.report.figures.made_rows import HOSTILE, list_lines, list_words, make_study, see
from toolkit.languages import Language, load_text
from toolkit.report.figures.occasions import Dot, Field, draw_occasions

STUDY = make_study()
ANSWERS = STUDY.find_instrument("energie_own9").find_answers()
LONG = ["voor dagdeel 1", "na de tweede trainingsdag met het hele team", *HOSTILE[6:8], "ronde 5", "ronde 6", "ronde 7"]


def make_dot(value: float, low: float = math.nan, high: float = math.nan) -> Dot:
    return Dot(value, low, high, f"{value:.2f}")


def draw(fields: list[Field], *series: str, language: Language = "nl"):
    return draw_occasions(fields, series or ("gemiddelde",), ANSWERS, STUDY, load_text(language))


def test_a_dot_stands_at_its_mean_and_its_interval_beside_it() -> None:
    field = Field("Energie", (("dagdeel 1", (make_dot(2, 1, 3),)), ("dagdeel 2", (make_dot(4, 3, 5),)), ("dagdeel 3", (None,))))
    seen = see(draw([field]))
    first, second = sorted((mark for mark in seen.marks if mark.y > seen.find("gemiddelde").y + 10), key=lambda mark: mark.y)
    assert second.x > first.x
    assert {"2.00", "4.00", "dagdeel 1", "dagdeel 2", "dagdeel 3"} <= set(seen.read())
    intervals = [tuple(line.get_xdata()) for line in list_lines(draw([field])) if len(line.get_xdata()) == 2 and line.get_zorder() == 3]
    assert {(1, 3), (3, 5)} <= set(intervals)


def test_a_field_has_a_lane_only_for_the_groups_that_it_shows() -> None:
    both = Field("Nut", (("dagdeel 1", (make_dot(2), make_dot(3), make_dot(2.5))),))
    one = Field("Trainer", (("dagdeel 1", (None, None, make_dot(3))),))
    high = draw([both], "Noord", "Zuid", "alle scholen").get_size_inches()[1]
    low = draw([one], "Noord", "Zuid", "alle scholen").get_size_inches()[1]
    assert low < high
    assert {"Noord", "Zuid", "alle scholen"} <= set(see(draw([both], "Noord", "Zuid", "alle scholen")).read())


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_words_overlap_or_are_cut(language: Language) -> None:
    rows = tuple((name, (make_dot(3, 2.5, 3.5), make_dot(2, 1, 3))) for name in LONG)
    figure = draw(
        [Field("Energie", rows), Field("Een schaal met een lange naam die over twee regels loopt", rows)],
        "Noord",
        "Zuid",
        language=language,
    )
    figure.draw_without_rendering()
    boxes = [words.get_window_extent() for words in list_words(figure) if words.get_text().isascii()]
    assert [(one, other) for one, other in combinations(boxes, 2) if one.overlaps(other)] == []
    assert all(box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
