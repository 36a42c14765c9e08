"""Figure K: a line per school, where lines can be told apart."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.report.figures.made_rows import HOSTILE, see
from toolkit.languages import load_text
from toolkit.report.figures.over_waves import Slope, draw_slopes, may_draw_slopes
from toolkit.study.instruments import load_instrument

ANSWERS = load_instrument("plg12").answers


def draw(*slopes: Slope):
    return see(draw_slopes(slopes, ANSWERS, ("voor", "na"), load_text("nl")))


def make(count: int) -> list[Slope]:
    return [Slope(f"School {number}", 2.0, 3.0) for number in range(1, count + 1)]


@pytest.mark.parametrize(("schools", "apart", "drawn"), [(12, 0.2, True), (13, 0.2, False), (3, 0.03, False), (3, 0.2, True)])
def test_lines_are_drawn_where_they_can_be_told_apart(schools: int, apart: float, drawn: bool):
    slopes = [Slope(f"School {number}", 2.0, 2.0 + number * apart) for number in range(schools)]
    assert may_draw_slopes(slopes, ANSWERS) == drawn


def test_the_axis_is_the_part_of_the_scale_where_schools_lie():
    words = draw(Slope("Laag", 2.1, 2.9), Slope("Hoog", 2.4, 3.2)).read()
    assert {"2", "3,5"} <= set(words) and not {"1", "5"} & set(words)


def test_names_do_not_overlap_and_stay_in_the_picture():
    seen = draw(*make(12))
    heights = sorted(seen.find(f"School {number}").y for number in range(1, 13))
    assert all(after - before > 11 for before, after in pairwise(heights))
    assert heights[0] > 0 and heights[-1] < seen.height


def test_names_stand_in_the_order_of_the_ends_of_their_lines():
    seen = draw(Slope("Laag", 4.0, 2.0), Slope("Hoog", 2.0, 4.0))
    assert seen.find("Hoog").y < seen.find("Laag").y


@pytest.mark.parametrize("average", [True, False])
def test_the_mean_of_all_is_in_the_key_where_there_is_one(average: bool):
    words = draw(*make(3), *([Slope("", 2.0, 3.0)] if average else [])).read()
    assert ("gemiddelde van de scholen" in words) == average


def test_names_of_any_kind_are_shown_as_typed():
    seen = draw(*(Slope(name, 2.0, 3.0) for name in HOSTILE))
    column = max(sign.x for sign in seen.words)
    shown = "".join(sign.what for sign in seen.words if sign.x == column).replace(" ", "")
    assert all(name.replace(" ", "") in shown for name in HOSTILE)
