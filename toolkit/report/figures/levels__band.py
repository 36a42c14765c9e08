"""Figure G: how do we stand beside the others? The own dot with its interval on the band from the lowest to the highest other school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import NOW, SMALL, WIDTH, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_axis, arrange_key
from toolkit.study.instruments import Answers
from toolkit.study.study import Study

_LANE, _BETWEEN = 24.0, 8.0


@dataclass(frozen=True, slots=True)
class Place:
    """One row: the own mean with its interval, the means of the lowest and highest other school, and the own mean in words."""

    label: str
    mean: float
    interval: tuple[float, float]
    others: tuple[float, float]
    words: str


def draw_band(places: Sequence[Place], answers: Answers, study: Study, text: Text) -> Figure:
    """Return a row per scale, in the order given, over the whole answer scale."""
    key = arrange_key([("now", text.say("figures.own_school")), say_interval(study, text), ("band", text.say("figures.others"))])
    axis = arrange_axis(answers, text)
    labels = [wrap_words(place.label, WIDTH) for place in places]
    heights = [len(lines) * find_line_height() + _LANE + _BETWEEN for lines in labels]
    with house_style():
        panel = open_panel(key.height + sum(heights) + axis.height, answers.min, answers.max, right=56)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 2)
        top = key.height
        for place, lines, height in zip(places, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            lane = top + len(lines) * find_line_height() + 10
            panel.fill_band(*place.others, lane - 9, lane + 9)
            panel.draw_line(panel.cut(place.interval[0]), panel.cut(place.interval[1]), lane, colour=NOW)
            panel.mark(place.mean, lane, "now")
            panel.write(WIDTH, lane + 4.5, place.words, size=SMALL, colour=NOW, align="right", bold=True)
            top += height
    return panel.figure
