"""Dots with intervals: a row per occasion under the name of each scale, with a dot per group."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.languages import Text
from toolkit.plots.drawings import draw_estimate, find_colour
from toolkit.plots.panel import Panel
from toolkit.plots.style import SMALL, WIDTH, Shape, find_line_height, house_style, wrap_words
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_axis, arrange_key
from toolkit.study.answers import Answers
from toolkit.study.study import Study

#: The marks of the groups in their order, or of all; more groups than marks have none.
SHAPES: tuple[Shape, ...] = ("now", "wanted", "mean")
_NAMES = 190.0
_NUMBERS = 56.0
_LANE = 21.0
_BETWEEN = 13.0


@dataclass(frozen=True, slots=True)
class Dot:
    """An estimate with the ends of its interval (NaN where it has none), and its number in words."""

    value: float
    low: float
    high: float
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One scale: its label, and per occasion its name and a dot per series, None where that is not shown."""

    label: str
    rows: tuple[tuple[str, tuple[Dot | None, ...]], ...]


def draw_occasions(fields: Sequence[Field], series: Sequence[str], answers: Answers, study: Study, text: Text) -> Panel:
    """Return a field per scale over the whole answer scale, with a row per occasion; `series` names the dots of a row."""
    key = arrange_key([*zip(SHAPES, series, strict=False), say_interval(study, text)])
    axis = arrange_axis(answers, text, (WIDTH - _NAMES - _NUMBERS) / 2)
    labels = [wrap_words(field.label, WIDTH) for field in fields]
    pitch = find_line_height(SMALL)
    named = [[wrap_words(name, _NAMES - 20, SMALL) for name, _ in field.rows] for field in fields]
    places = [_list_places(field, len(series)) for field in fields]
    heights = [[max(len(lines) * pitch, len(own) * _LANE) + 5 for lines in names] for names, own in zip(named, places, strict=True)]
    full = [len(lines) * find_line_height() + sum(rows) + _BETWEEN for lines, rows in zip(labels, heights, strict=True)]
    with house_style():
        panel = Panel(key.height + sum(full) + axis.height, answers.min, answers.max, left=_NAMES, right=_NUMBERS)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(full) - 4)
        top = key.height
        for field, own, lines, names, rows, height in zip(fields, places, labels, named, heights, full, strict=True):
            panel.write_lines(0, top + 16, lines, bold=True)
            lane = top + len(lines) * find_line_height() + 9
            for (_, dots), words, room in zip(field.rows, names, rows, strict=True):
                panel.write_lines(0, lane + 4.5, words, size=SMALL)
                _draw_row(panel, dots, own, lane)
                lane += room
            top += height
    return panel


def _list_places(field: Field, series: int) -> list[int]:
    """Return the series that have a dot in any row of a field: only these need a lane."""
    return [place for place in range(series) if any(dots[place] for _, dots in field.rows)]


def _draw_row(panel: Panel, dots: Sequence[Dot | None], places: Sequence[int], lane: float) -> None:
    for number, place in enumerate(places):
        dot, shape = dots[place], SHAPES[place]
        if dot is None:
            continue
        y = lane + number * _LANE
        ends = (dot.low, dot.high) if math.isfinite(dot.low) else (dot.value, dot.value)
        draw_estimate(panel, (dot.value, *ends), y, shape, (panel.low, panel.high))
        panel.write(WIDTH, y + 4.5, dot.words, size=SMALL, colour=find_colour(shape), align="right", bold=True)
