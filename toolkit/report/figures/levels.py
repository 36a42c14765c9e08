"""Figures A and G: before and after with their intervals, the total first; and the own school on the band of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.drawings import draw_estimate, find_colour
from toolkit.plots.panel import Panel
from toolkit.plots.style import NOW, SMALL, SOFT, WIDTH, Shape, find_line_height, house_style, wrap_words
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.parts import COLUMN, arrange_axis, arrange_key, arrange_row, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.study import Study

_LANE = 21.0
_BETWEEN = 13.0


_BAND_LANE = 24.0
_BAND_BETWEEN = 8.0

_SMALL_LANE = 32.0
_SMALL_LEFT = 172.0
_SMALL_RIGHT = 84.0


def draw_levels(levels: pd.DataFrame, study: Study, text: Text, *, ladder: bool = False, beside: bool = False) -> Panel:
    """Return the means of one instrument, one row per scale, for the first and the last wave that `levels` has.

    `levels` holds the rows of one school (or of all) and of one instrument; the axis is the whole answer scale. On a `ladder` the scales
    are rungs, the first one at the bottom, and `low` and `high` are one standard deviation from the mean. Names stand above the marks,
    or (not on a ladder) `beside` them.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(means[0].instrument)
    waves = [wave for wave in study.waves if wave.id in {row.wave for row in means}]
    ends = waves[:1] + waves[1:][-1:]
    cells = {(row.scale, row.wave): row for row in means}
    names = {scale.id: text.pick(scale.label) for scale in instrument.scales}
    if ladder:
        names = {id: text.say("figures.rung", number=place, label=name) for place, (id, name) in enumerate(names.items(), 1)}
    rows = [(arrange_row(names[scale.id], len(ends) * _LANE, _BETWEEN, beside=beside), scale) for scale in list_scales(instrument, means)]
    rows = rows[::-1] if ladder else rows
    shapes: list[Shape] = ["wanted", "now"][-len(ends) :]  # type: ignore[assignment]
    line = ("interval", text.say("figures.spread")) if ladder else say_interval(study, text)
    key = arrange_key([*zip(shapes, (text.pick(wave.label) for wave in ends), strict=True), line])
    answers = instrument.find_answers(means[0].rating)
    left = COLUMN + 12 if beside else 12
    axis = arrange_axis(answers, text, (WIDTH - left - 56) / 2 if beside else WIDTH / 2 - 45)
    bottom = key.height + sum(row.height for row, _ in rows)
    with house_style():
        panel = Panel(bottom + axis.height, answers.min, answers.max, left=left, right=56)
        key.draw(panel)
        axis.draw(panel, key.height, bottom - 4)
        top = key.height
        if ladder:
            panel.draw_rules((answers.min, answers.max), top, bottom - 4, colour=SOFT, width=2.2)
        for row, scale in rows:
            if ladder:
                panel.draw_line(answers.min, answers.max, top + row.height - 4, colour=SOFT, width=1.2)
            lane = row.write(panel, top, bold=scale.kind == "total", indent=20 if ladder else 0) + 9
            for wave, shape in zip(ends, shapes, strict=True):
                if (scale.id, wave.id) in cells:
                    _draw_mean(panel, cells[scale.id, wave.id], lane, shape, text)
                lane += _LANE
            top += row.height
    return panel


def draw_small_levels(levels: pd.DataFrame, study: Study, text: Text) -> Panel:
    """Return the means of one scale before and after as two dots, a line each with its wave, small enough to stand beside a conclusion."""
    found = {row.wave: row for row in list_shown(levels, "mean")}
    waves = [wave for wave in study.waves if wave.id in found]
    names = [wrap_words(text.pick(wave.label), _SMALL_LEFT - 14, SMALL) for wave in waves]
    heights = [max(len(lines) * find_line_height(SMALL), _SMALL_LANE) for lines in names]
    first = found[waves[0].id]
    answers = study.find_instrument(first.instrument).find_scale_answers(first.scale, first.rating)
    shapes: list[Shape] = ["wanted", "now"][-len(waves) :]  # type: ignore[assignment]
    with house_style():
        panel = Panel(sum(heights) + _SMALL_LANE, answers.min, answers.max, left=_SMALL_LEFT, right=_SMALL_RIGHT)
        panel.draw_rules((answers.min, answers.max), 0, sum(heights))
        for value in (answers.min, answers.max):
            panel.write(panel.find_x(value), panel.height - 10, text.number(value, 0), size=SMALL, colour=SOFT, align="center")
        top = 0.0
        for wave, shape, lines, height in zip(waves, shapes, names, heights, strict=True):
            middle = top + height / 2
            panel.write_lines(0, middle + 6 - (len(lines) - 1) * find_line_height(SMALL) / 2, lines, size=SMALL)
            _draw_mean(panel, found[wave.id], middle, shape, text)
            top += height
    return panel


def say_interval(study: Study, text: Text) -> tuple[Any, str]:
    """Return the entry of the key that says what the lines beside the marks are."""
    return "interval", text.say("figures.interval", confidence=text.percent(study.confidence))


def _draw_mean(panel: Panel, row: Any, y: float, shape: Shape, text: Text) -> None:
    colour = find_colour(shape)
    draw_estimate(panel, (row.estimate, row.low, row.high), y, shape, (panel.low, panel.high))
    panel.write(WIDTH, y + 4.5, text.number(row.estimate, choose_decimals(row.n)), size=SMALL, colour=colour, align="right", bold=True)


@dataclass(frozen=True, slots=True)
class Place:
    """One row: the own mean with its interval, the means of the lowest and highest other school, and the own mean in words."""

    label: str
    mean: float
    interval: tuple[float, float]
    others: tuple[float, float]
    words: str


def draw_band(places: Sequence[Place], answers: Answers, study: Study, text: Text) -> Panel:
    """Return a row per scale, in the order given, over the whole answer scale."""
    key = arrange_key([("now", text.say("figures.own_school")), say_interval(study, text), ("band", text.say("figures.others"))])
    axis = arrange_axis(answers, text)
    labels = [wrap_words(place.label, WIDTH) for place in places]
    heights = [len(lines) * find_line_height() + _BAND_LANE + _BAND_BETWEEN for lines in labels]
    with house_style():
        panel = Panel(key.height + sum(heights) + axis.height, answers.min, answers.max, right=56)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 2)
        top = key.height
        for place, lines, height in zip(places, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            lane = top + len(lines) * find_line_height() + 10
            panel.fill_band(*place.others, lane - 9, lane + 9)
            draw_estimate(panel, (place.mean, *place.interval), lane, "now", (panel.low, panel.high))
            panel.write(WIDTH, lane + 4.5, place.words, size=SMALL, colour=NOW, align="right", bold=True)
            top += height
    return panel
