"""Figure J: how do schools lie on each factor? A mark per school, now and wanted, and the mean of all as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, WIDTH, Shape, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.figures.parts import arrange_axis, arrange_key
from toolkit.study.instruments import Answers

_LANE, _BETWEEN = 20.0, 8.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


@dataclass(frozen=True, slots=True)
class Strip:
    """One factor: per rating the means of the schools and the mean of all (None where it is not shown)."""

    label: str
    schools: tuple[tuple[float, ...], ...]
    averages: tuple[float | None, ...]


def draw_strips(strips: Sequence[Strip], ratings: Sequence[str], answers: Answers, text: Text) -> Figure:
    """Return a row per factor with a lane per rating, over the whole answer scale; `ratings` are their words."""
    key = arrange_key([*zip(_SHAPES, ratings, strict=False), ("raw", text.say("figures.average"))])
    axis = arrange_axis(answers, text)
    labels = [wrap_words(strip.label, WIDTH) for strip in strips]
    heights = [len(lines) * find_line_height() + len(ratings) * _LANE + _BETWEEN for lines in labels]
    with house_style():
        panel = open_panel(key.height + sum(heights) + axis.height, answers.min, answers.max)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 2)
        top = key.height
        for strip, lines, height in zip(strips, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            lane = top + len(lines) * find_line_height() + 9
            for schools, average, shape in zip(strip.schools, strip.averages, _SHAPES, strict=False):
                panel.mark_all(sorted(schools), lane, shape)
                if average is not None:
                    panel.draw_rules([average], lane - 9, lane + 9, colour=INK, width=2.2)
                lane += _LANE
            top += height
    return panel.figure
