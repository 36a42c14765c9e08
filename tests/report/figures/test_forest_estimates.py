from __future__ import annotations

import math

import pytest

from tests.report.figures.made_rows import HOSTILE, make_study, see
from toolkit.languages import load_text
from toolkit.report.figures.forest import Line, draw_estimates
from toolkit.study.study import Study

TEXT = load_text("nl")
SIGNS = [("mean", "de standaard"), ("now", "een andere schatter")]


def draw(lines: list[Line], study: Study | None = None, **options: bool):
    chosen = study or make_study()
    return see(draw_estimates(lines, SIGNS, chosen.primary, chosen, TEXT, **options))  # type: ignore[arg-type]


def test_rows_stand_in_the_order_that_was_given_each_with_its_mark():
    seen = draw([Line("eerst", 0.5, 0.2, 0.8, "mean"), Line("dan", -0.5, -0.7, -0.3)])
    assert [word for word in seen.read() if word in ("eerst", "dan")] == ["eerst", "dan"]
    for label, what, tick in (("eerst", "diamond", "+0,5"), ("dan", "round", "−0,5")):
        (mark,) = [mark for mark in seen.marks if abs(mark.y - seen.find(label).y) < 12 and mark.x > 100]
        assert mark.what == what
        assert mark.x == pytest.approx(seen.find(tick).x, abs=0.11)


def test_a_row_without_an_interval_is_a_mark_alone():
    seen = draw([Line("alleen", 0.25)])
    assert [mark for mark in seen.marks if abs(mark.y - seen.find("alleen").y) < 12 and mark.x > 100]


def test_the_smallest_change_is_a_band_where_there_is_one_and_it_is_asked():
    study = make_study(smallest_change={"energie_own9": 0.25})
    line = [Line("x", 0.1, 0.0, 0.2)]
    fields = [[band for band in draw(line, study, banded=banded).bands if band.y - band.x > 17] for banded in (True, False)]
    assert [len(bands) for bands in fields] == [1, 0]
    assert not draw(line).bands


def test_what_lies_beyond_the_answer_scale_is_cut_and_stays_in_the_picture():
    seen = draw([Line("wijd", 3.0, -40.0, 40.0)])
    assert all(0 <= mark.x <= seen.width for mark in seen.marks)
    assert math.isfinite(seen.height)


def test_labels_of_any_kind_are_shown_as_typed():
    seen = draw([Line(name, 0.1, 0.0, 0.2) for name in HOSTILE])
    shown = "".join(sign.what for sign in seen.words if sign.x == 0).replace(" ", "")
    assert all(name.replace(" ", "") in shown for name in HOSTILE)
    assert all(0 <= sign.y <= seen.height for sign in seen.words)
