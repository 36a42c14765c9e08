"""Figure K: a line per school, with names for up to twelve."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.report.figures.made_rows import HOSTILE, see
from toolkit.languages import load_text
from toolkit.plots.style import WIDTH
from toolkit.report.figures.over_waves import Slope, draw_slopes
from toolkit.study.instruments import load_instrument

ANSWERS = load_instrument("plg12").answers


def draw(*slopes: Slope):
    return see(draw_slopes(slopes, ANSWERS, ("voor", "na"), load_text("nl")))


def make(count: int) -> list[Slope]:
    return [Slope(f"School {number}", 2.0, 3.0) for number in range(1, count + 1)]


@pytest.mark.parametrize(("schools", "named"), [(12, True), (13, False)])
def test_up_to_twelve_schools_are_named(schools: int, named: bool):
    words = draw(*make(schools)).read()
    assert ("School 1" in words) == named and (f"School {schools}" in words) == named


def test_names_do_not_overlap_and_stay_in_the_picture():
    seen = draw(*make(12))
    heights = sorted(seen.find(f"School {number}").y for number in range(1, 13))
    assert all(after - before > 11 for before, after in pairwise(heights))
    assert heights[0] > 0 and heights[-1] < seen.height


def test_the_label_of_the_last_wave_ends_where_the_picture_ends_when_no_names_stand_there():
    assert draw(*make(13)).find("na").x == pytest.approx(WIDTH)  # on a phone words grow, from there to the left
    assert draw(*make(12)).find("na").x < WIDTH - 100


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
