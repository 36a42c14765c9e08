"""Figures F and K: lines over the waves, per scale with intervals and per school."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from toolkit.languages import Text
from toolkit.plots.drawings import draw_line_over_waves, draw_upright, spread_apart
from toolkit.plots.panel import Panel
from toolkit.plots.style import INK, NOW, RULE, SMALL, SOFT, WIDTH, Align, find_line_height, house_style, measure_words, wrap_words
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.study import Study, Wave

_FIELD = 138.0
_BETWEEN = 16.0
_LEFT = 34.0
_RIGHT = 46.0
#: The height of the lane of one kind of meeting.
_KIND = 42.0
#: The lowest and the highest value of a part of an answer scale.
Window = tuple[float, float]
#: Numbers of waves that lie closer to each other than this (units) would overlap: the later one is left to the table.
_APART = 52.0


#: Lines of more schools than this can't be told apart, nor those that lie closer than this part of the axis.
NAMED = 12
_NEAR = 0.03
_SLOPE_LEFT = 36.0
_NAMES = 190.0
_TOP = 8.0
_BARE_HEIGHT = 280.0


@dataclass(frozen=True, slots=True)
class _Label:
    words: str
    x: float
    align: Align
    line: int


def draw_course(levels: pd.DataFrame, study: Study, text: Text) -> Panel:
    """Return a field per scale; `levels` holds the rows of one school (or of all) and one instrument.

    Fields share the part of the answer scale where their means and intervals lie; a thin guide shows it on the whole scale.
    Waves stand on their dates, and so do the contacts of the trajectory, as marks at the foot of each field.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(means[0].instrument)
    scales = list_scales(instrument, means)
    cells = {(row.scale, row.wave): row for row in means}
    contacts = [contact.date.toordinal() for contact in study.contacts]
    days = [*(wave.date.toordinal() for wave in study.waves), *contacts]
    key = arrange_key(_list_signs(study, text))
    named = _place_labels(study.waves, days, text)
    labels = [wrap_words(text.pick(scale.label), 440) for scale in scales]
    heights = [len(lines) * find_line_height() + _FIELD + _BETWEEN for lines in labels]
    with house_style():
        foot = (1 + max(label.line for label in named)) * find_line_height(SMALL) + 12
        panel = Panel(key.height + sum(heights) + foot, min(days), max(max(days), min(days) + 1), left=_LEFT, right=_RIGHT)
        key.draw(panel)
        top = key.height
        for scale, lines, height in zip(scales, labels, heights, strict=True):
            answers = instrument.find_scale_answers(scale.id, means[0].rating)
            window = choose_window([(row.estimate, row.low, row.high) for row in means], answers)
            panel.write_lines(0, top + 16, lines, bold=scale.kind == "total")
            _draw_field(panel, top + height - _FIELD - _BETWEEN / 2, window, study, text)
            draw_guide(panel, answers, window, (top + height - _FIELD - _BETWEEN / 2 + 14, top + height - _BETWEEN / 2 - 14), text)
            rows = [cells.get((scale.id, wave.id)) for wave in study.waves]
            _draw_line(panel, rows, study.waves, window, top + height - _FIELD - _BETWEEN / 2, text)
            top += height
        for label in named:
            y = top + 12 + label.line * find_line_height(SMALL)
            panel.write(label.x, y, label.words, size=SMALL, colour=SOFT, align=label.align)
    return panel


def _list_signs(study: Study, text: Text) -> list[tuple[str, str]]:
    signs = [("now", text.say("figures.mean")), say_interval(study, text)]
    return [*signs, ("contact", text.say("figures.contact"))] if study.contacts else signs


def choose_window(values: Any, answers: Answers) -> Window:
    """Return the part of the answer scale that holds `values`, in whole steps of the axis, and two of them at least."""
    step = _find_step(answers)
    whole = math.floor((answers.max - answers.min) / step)
    shares = (np.clip(values, answers.min, answers.max) - answers.min) / step
    first = min(math.floor(np.nanmin(shares)), max(whole - 2, 0))
    last = min(max(math.ceil(np.nanmax(shares)), first + 2), (answers.max - answers.min) / step)
    return float(answers.min + first * step), float(answers.min + last * step)


def _find_step(answers: Answers) -> float:
    """Return how far apart the lines of an axis stand: at most twelve on the whole scale."""
    return next(step for step in (0.5, 1, 2, 5, 10, 20, 25, 50, 10**9) if (answers.max - answers.min) / step <= 12)


def draw_guide(panel: Panel, answers: Answers, window: Window, ends: tuple[float, float], text: Text) -> None:
    """Draw the whole answer scale as a thin line at the right, from bottom to top, with the part that is drawn as a thick one."""
    x = panel.find_value(WIDTH - 10)
    top, bottom = ends
    places = [bottom - (value - answers.min) / (answers.max - answers.min) * (bottom - top) for value in window]
    panel.add_line([x, x], [top, bottom], color=SOFT, linewidth=1, zorder=2)
    panel.add_line([x, x], places, color=SOFT, linewidth=4, zorder=2)
    for value, y in ((answers.min, bottom + 16), (answers.max, top - 5)):
        panel.write(WIDTH - 10, y, text.number(value, 0), size=SMALL, colour=SOFT, align="center")


def _find_y(value: float, window: Window, top: float) -> float:
    low, high = window
    share = (min(max(value, low), high) - low) / (high - low)
    return top + 14 + (1 - share) * (_FIELD - 28)


def _draw_field(panel: Panel, top: float, window: Window, study: Study, text: Text) -> None:
    for value in (window[0], sum(window) / 2, window[1]):
        panel.draw_line(panel.low, panel.high, _find_y(value, window, top), colour=RULE, width=1)
    for value in window:
        words = text.number(value, 0 if value.is_integer() else 1)
        panel.write(_LEFT - 8, _find_y(value, window, top) + 4.5, words, size=SMALL, colour=SOFT, align="right")
    days = [contact.date.toordinal() for contact in study.contacts]
    foot = _find_y(window[0], window, top)
    panel.draw_rules(days, foot - 12, foot, colour=SOFT, width=1.2, dashes=(0, (2, 2)))


def _draw_line(panel: Panel, rows: list[Any], waves: Sequence[Wave], window: Window, top: float, text: Text) -> None:
    days = [float(wave.date.toordinal()) for wave in waves]
    heights = [math.nan if row is None else _find_y(row.estimate, window, top) for row in rows]
    draw_line_over_waves(panel, days, heights)
    last = -math.inf
    for row, day, y in zip(rows, days, heights, strict=True):
        if row is None:
            continue
        ends = [_find_y(end, window, top) for end in (row.low, row.high)] if math.isfinite(row.low) else [y, y]
        draw_upright(panel, day, y, (ends[0], ends[1]))
        x = panel.find_x(day)
        if x - last >= _APART:
            words = text.number(row.estimate, choose_decimals(row.n))
            panel.write(x, min(ends[1], y - 5) - 6, words, size=SMALL, colour=NOW, align="center", bold=True)
            last = x


def _place_labels(waves: Sequence[Wave], days: Sequence[int], text: Text) -> list[_Label]:
    """Return where the labels of the waves stand below the last field: each on the first line that is free, as near its day as it fits."""
    span = max(days) - min(days) or 1
    free: list[float] = []
    labels = []
    for wave in waves:
        words = text.pick(wave.label)
        room = measure_words(words, SMALL)
        day = _LEFT + (wave.date.toordinal() - min(days)) / span * (WIDTH - _LEFT - _RIGHT)
        start = min(max(day - room / 2, 0), WIDTH - room)
        line = next((number for number, end in enumerate(free) if start >= end), len(free))
        align: Align = "left" if start == 0 else "right" if start == WIDTH - room else "center"
        x = {"left": 0.0, "center": start + room / 2, "right": WIDTH}[align]
        labels.append(_Label(words, x, align, line))
        free[line : line + 1] = [start + room + 8]
    return labels


def draw_trajectory(meetings: Mapping[str, Sequence[dt.date]], waves: Sequence[Wave], text: Text) -> Panel:
    """Return the days of the meetings, a lane per kind with its name above it, and the measurements as lines through all lanes."""
    measured = [day.toordinal() for wave in waves for day in wave.days]
    days = [*measured, *(day.toordinal() for own in meetings.values() for day in own)]
    key = arrange_key([("now", text.say("figures.contact")), ("raw", text.say("figures.measurement"))])
    labels = _place_labels(waves, days, text)
    foot = key.height + len(meetings) * _KIND
    height = foot + 20 + max(label.line for label in labels) * find_line_height(SMALL)
    with house_style():
        panel = Panel(height, min(days), max(days), left=_LEFT, right=_RIGHT)
        key.draw(panel)
        panel.draw_rules(measured, key.height, foot, colour=SOFT, width=2)
        for place, (kind, own) in enumerate(meetings.items()):
            top = key.height + place * _KIND
            panel.draw_line(min(days), max(days), top + 30, colour=RULE, width=1)
            panel.write(_LEFT + 8, top + 16, kind, size=SMALL)
            panel.mark_all([day.toordinal() for day in own], top + 30, "now")
        for label in labels:
            y = foot + 16 + label.line * find_line_height(SMALL)
            panel.write(label.x, y, label.words, size=SMALL, colour=SOFT, align=label.align)
    return panel


@dataclass(frozen=True, slots=True)
class Slope:
    """One school and its means before and after; `name` "" is the mean of all."""

    name: str
    before: float
    after: float


def may_draw_slopes(slopes: Sequence[Slope], answers: Answers) -> bool:
    """Return whether the lines of schools can be told apart: they are few, and no two of them lie close to each other at both ends."""
    schools = [slope for slope in slopes if slope.name]
    low, high = choose_window([(slope.before, slope.after) for slope in slopes], answers)
    near = [max(abs(one.before - other.before), abs(one.after - other.after)) for one, other in combinations(schools, 2)]
    return len(schools) <= NAMED and min(near, default=high) >= _NEAR * (high - low)


def draw_slopes(slopes: Sequence[Slope], answers: Answers, waves: tuple[str, str], text: Text) -> Panel:
    """Return a line per school over the part of the answer scale where they lie, and a thick one for the mean of all."""
    schools = [slope for slope in slopes if slope.name]
    average = next((slope for slope in slopes if not slope.name), None)
    labels = {slope.name: wrap_words(slope.name, _NAMES - 24, SMALL) for slope in schools}
    pitch = find_line_height(SMALL)
    height = max(_BARE_HEIGHT, sum(map(len, labels.values())) * pitch + 2 * pitch)
    signs = [("now", text.say("figures.school"))] + ([("mean", text.say("figures.average"))] if average else [])
    key = arrange_key(signs)
    foot = 2 * pitch + 6
    with house_style():
        panel = Panel(key.height + height + foot, 0, 1, left=_SLOPE_LEFT, right=_NAMES)
        key.draw(panel)
        window = choose_window([(slope.before, slope.after) for slope in slopes], answers)
        field = _Field(panel, window, key.height + _TOP, key.height + height - _TOP)
        field.draw_axis(waves, _find_step(answers), text)
        for slope in schools:
            field.draw(slope, NOW, 1.8)
        if average:
            field.draw(average, INK, 3.2)
        field.write_names(schools, labels)
    return panel


@dataclass(frozen=True, slots=True)
class _Field:
    panel: Panel
    window: Window
    top: float
    bottom: float

    def find_y(self, value: float) -> float:
        low, high = self.window
        return self.bottom - (value - low) / (high - low) * (self.bottom - self.top)

    def draw_axis(self, waves: tuple[str, str], step: float, text: Text) -> None:
        low, high = self.window
        for value in np.arange(low, high + step / 2, step).tolist():
            self.panel.draw_line(0, 1, self.find_y(value), colour=RULE, width=1)
            words = text.number(value, 0 if value.is_integer() else 1)
            self.panel.write(_SLOPE_LEFT - 12, self.find_y(value) + 4.5, words, size=SMALL, colour=SOFT, align="right")
        places: tuple[tuple[float, Align], ...] = ((0.0, "left"), (self.panel.find_x(1), "center"))
        for (x, align), words in zip(places, waves, strict=True):
            for number, line in enumerate(wrap_words(words, 150, SMALL)[:2]):
                y = self.bottom + 20 + number * find_line_height(SMALL)
                self.panel.write(x, y, line, size=SMALL, colour=SOFT, align=align)

    def draw(self, slope: Slope, colour: str, width: float) -> None:
        heights = [self.find_y(value) for value in (slope.before, slope.after)]
        self.panel.add_line([0, 1], heights, color=colour, linewidth=width, zorder=4 if colour == INK else 3)
        for place, y in zip((0.0, 1.0), heights, strict=True):
            self.panel.mark(place, y, "mean" if colour == INK else "now")

    def write_names(self, schools: list[Slope], labels: dict[str, list[str]]) -> None:
        """Write the names beside the ends of their lines, moved apart where they would overlap, each with a thin line to its end."""
        pitch = find_line_height(SMALL)
        ordered = sorted(schools, key=lambda slope: (-slope.after, slope.name))
        sizes = [len(labels[slope.name]) * pitch for slope in ordered]
        wanted = [self.find_y(slope.after) - size / 2 for slope, size in zip(ordered, sizes, strict=True)]
        tops = spread_apart(wanted, sizes, self.top - _TOP, self.bottom + _TOP)
        for slope, top in zip(ordered, tops, strict=True):
            middle = top + len(labels[slope.name]) * pitch / 2
            start = self.panel.find_x(1) + 7
            end = WIDTH - _NAMES + 20
            x = [self.panel.find_value(place) for place in (start, end)]
            self.panel.add_line(x, [self.find_y(slope.after), middle], color=RULE, linewidth=1, zorder=2)
            self.panel.write_lines(WIDTH - _NAMES + 24, top + 12, labels[slope.name], size=SMALL)
