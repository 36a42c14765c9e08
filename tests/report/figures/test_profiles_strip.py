"""Figure J: a mark per school and rating, and the mean of all as a line."""

from __future__ import annotations

from tests.report.figures.made_rows import see
from toolkit.languages import load_text
from toolkit.report.figures.profiles import Strip, draw_strips
from toolkit.study.instruments import load_instrument

ANSWERS = load_instrument("plg12").answers


def draw(*strips: Strip):
    return see(draw_strips(strips, ["nu", "gewenst"], ANSWERS, load_text("nl")))


def test_there_is_a_mark_per_school_and_rating():
    seen = draw(Strip("Factor", ((2.0, 3.0, 4.0), (4.0, 4.5)), (3.0, None)))
    assert len([mark for mark in seen.marks if mark.y > seen.find("Factor").y]) == 5


def test_no_school_has_a_name_and_no_mean_a_number():
    assert set(draw(Strip("Factor", ((2.22, 3.33), (4.44,)), (3.0, 4.0))).read()) >= {"Factor", "1", "5"}
    assert not [word for word in draw(Strip("Factor", ((2.22, 3.33), (4.44,)), (3.0, 4.0))).read() if "," in word]
