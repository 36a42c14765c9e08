from __future__ import annotations

import warnings

import pytest

from tests.report.figures.made_rows import HOSTILE, see
from toolkit.plots.panel import Panel
from toolkit.plots.style import house_style


@pytest.mark.parametrize("words", HOSTILE[:-3])
def test_words_are_drawn_as_they_were_typed(words: str) -> None:
    with house_style(), warnings.catch_warnings():
        warnings.simplefilter("error")
        panel = Panel(40, 0, 6)
        panel.write(10, 20, words)
    assert see(panel).find(words).x == 10


def test_a_value_lies_where_the_scale_says() -> None:
    with house_style():
        panel = Panel(40, 1, 5, left=40, right=40)
        for value in (1, 3, 5):
            panel.mark(value, 20, "now")
    assert [panel.find_x(value) for value in (1, 3, 5)] == [40, 240, 440]
    assert panel.find_value(panel.find_x(2.7)) == pytest.approx(2.7)
    assert [(mark.x, mark.y) for mark in see(panel).marks] == [(40, 20), (240, 20), (440, 20)]
    assert panel.cut(9) == 5
    assert panel.cut(-9) == 1


def test_now_and_wanted_differ_in_shape_and_not_in_colour_alone() -> None:
    with house_style():
        panel = Panel(40, 0, 6)
        panel.mark(2, 20, "now")
        panel.mark(4, 20, "wanted")
    now, wanted = see(panel).marks
    assert (now.what, now.fill) == ("round", "--now")
    assert (wanted.what, wanted.fill, wanted.stroke) == ("diamond", "--paper", "--wanted")
