"""Figure G: the own dot on the band of the others, over the whole answer scale."""

from __future__ import annotations

import pytest

from tests.report.figures.made_rows import HOSTILE, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.levels import Place, draw_band
from toolkit.study.instruments import load_instrument

ANSWERS = load_instrument("plg12").answers


def draw(*labels: str):
    places = [Place(label, 3.0, (2.5, 3.5), (2.0, 4.0), "3,0") for label in labels]
    return see(draw_band(places, ANSWERS, make_study(), load_text("nl")))


def test_each_scale_has_one_mark_and_it_lies_where_the_mean_is():
    seen = draw("Een", "Twee")
    marks = [mark for mark in seen.marks if mark.y > seen.find("Een").y]
    assert len(marks) == 2
    assert all(mark.x == pytest.approx(seen.find("3").x, abs=0.6) for mark in marks)


def test_the_axis_is_the_whole_answer_scale():
    assert {"1", "2", "3", "4", "5"} <= set(draw("Een").read())


def test_labels_of_any_kind_are_shown_as_typed():
    shown = "".join(draw(*HOSTILE).read()).replace(" ", "")
    assert all(name.replace(" ", "") in shown for name in HOSTILE)
