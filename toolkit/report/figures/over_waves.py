"""Figures F and K: lines over the waves, per scale with intervals and per school."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.drawings import draw_line_over_waves, draw_upright, spread_apart
from toolkit.plots.style import (
    INK,
    NOW,
    RULE,
    SMALL,
    SOFT,
    WIDTH,
    Align,
    Panel,
    find_line_height,
    house_style,
    measure_words,
    open_panel,
    wrap_words,
)
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, list_rows, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.study import Study, Wave

_FIELD = 138.0
_BETWEEN = 16.0
_LEFT = 34.0
_RIGHT = 34.0
#: The height of the lane of one kind of meeting.
_KIND = 42.0
#: Numbers of waves that lie closer to each other than this (units) would overlap: the later one is left to the table.
_APART = 52.0


#: Up to so many schools have their names at their lines; more are grey.
NAMED = 12
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


def draw_course(levels: pd.DataFrame, study: Study, text: Text) -> Figure:
    """Return a field per scale over the whole answer scale; `levels` holds the rows of one school (or of all) and one instrument.

    Waves stand on their dates, and so do the contacts of the trajectory, as marks at the foot of each field.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(str(means["instrument"].iloc[0]))
    scales = list_scales(instrument, means)
    cells = {(row.scale, row.wave): row for row in list_rows(means)}
    contacts = [contact.date.toordinal() for contact in study.contacts]
    days = [*(wave.date.toordinal() for wave in study.waves), *contacts]
    key = arrange_key(_list_signs(study, text))
    named = _place_labels(study.waves, days, text)
    labels = [wrap_words(text.pick(scale.label), 440) for scale in scales]
    heights = [len(lines) * find_line_height() + _FIELD + _BETWEEN for lines in labels]
    with house_style():
        foot = (1 + max(label.line for label in named)) * find_line_height(SMALL) + 12
        panel = open_panel(key.height + sum(heights) + foot, min(days), max(max(days), min(days) + 1), left=_LEFT, right=_RIGHT)
        key.draw(panel)
        top = key.height
        for scale, lines, height in zip(scales, labels, heights, strict=True):
            answers = instrument.find_scale_answers(scale.id, str(means["rating"].iloc[0]))
            panel.write_lines(0, top + 16, lines, bold=scale.kind == "total")
            _draw_field(panel, top + height - _FIELD - _BETWEEN / 2, answers, study, text)
            rows = [cells.get((scale.id, wave.id)) for wave in study.waves]
            _draw_line(panel, rows, study.waves, answers, top + height - _FIELD - _BETWEEN / 2, text)
            top += height
        for label in named:
            y = top + 12 + label.line * find_line_height(SMALL)
            panel.write(label.x, y, label.words, size=SMALL, colour=SOFT, align=label.align)
    return panel.figure


def _list_signs(study: Study, text: Text) -> list[tuple[str, str]]:
    signs = [("now", text.say("figures.mean")), say_interval(study, text)]
    return [*signs, ("contact", text.say("figures.contact"))] if study.contacts else signs


def _find_y(value: float, answers: Answers, top: float) -> float:
    share = (min(max(value, answers.min), answers.max) - answers.min) / (answers.max - answers.min)
    return top + 14 + (1 - share) * (_FIELD - 28)


def _draw_field(panel: Panel, top: float, answers: Answers, study: Study, text: Text) -> None:
    for value in (answers.min, (answers.min + answers.max) / 2, answers.max):
        panel.draw_line(panel.low, panel.high, _find_y(value, answers, top), colour=RULE, width=1)
    for value in (answers.min, answers.max):
        y = _find_y(value, answers, top)
        panel.write(_LEFT - 14, y + 4.5, text.number(value, 0), size=SMALL, colour=SOFT, align="right")
    days = [contact.date.toordinal() for contact in study.contacts]
    foot = _find_y(answers.min, answers, top)
    panel.draw_rules(days, foot - 12, foot, colour=SOFT, width=1.2, dashes=(0, (2, 2)))


def _draw_line(panel: Panel, rows: list[Any], waves: Sequence[Wave], answers: Answers, top: float, text: Text) -> None:
    days = [float(wave.date.toordinal()) for wave in waves]
    heights = [math.nan if row is None else _find_y(row.estimate, answers, top) for row in rows]
    draw_line_over_waves(panel.axes, days, heights)
    last = -math.inf
    for row, day, y in zip(rows, days, heights, strict=True):
        if row is None:
            continue
        ends = [_find_y(end, answers, top) for end in (row.low, row.high)] if math.isfinite(row.low) else [y, y]
        draw_upright(panel.axes, day, y, (ends[0], ends[1]))
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


def draw_trajectory(meetings: Mapping[str, Sequence[dt.date]], waves: Sequence[Wave], text: Text) -> Figure:
    """Return the days of the meetings, a lane per kind with its name above it, and the measurements as lines through all lanes."""
    measured = [day.toordinal() for wave in waves for day in wave.days]
    days = [*measured, *(day.toordinal() for own in meetings.values() for day in own)]
    key = arrange_key([("now", text.say("figures.contact")), ("raw", text.say("figures.measurement"))])
    labels = _place_labels(waves, days, text)
    foot = key.height + len(meetings) * _KIND
    height = foot + 20 + max(label.line for label in labels) * find_line_height(SMALL)
    with house_style():
        panel = open_panel(height, min(days), max(days), left=_LEFT, right=_RIGHT)
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
    return panel.figure


@dataclass(frozen=True, slots=True)
class Slope:
    """One school and its means before and after; `name` "" is the mean of all."""

    name: str
    before: float
    after: float


def draw_slopes(slopes: Sequence[Slope], answers: Answers, waves: tuple[str, str], text: Text) -> Figure:
    """Return a line per school over the whole answer scale, and a thick one for the mean of all."""
    schools = [slope for slope in slopes if slope.name]
    average = next((slope for slope in slopes if not slope.name), None)
    named = len(schools) <= NAMED
    labels = {slope.name: wrap_words(slope.name, _NAMES - 24, SMALL) for slope in schools}
    pitch = find_line_height(SMALL)
    height = max(_BARE_HEIGHT, (sum(map(len, labels.values())) * pitch if named else 0) + 2 * pitch)
    signs = [("now" if named else "interval", text.say("figures.school"))] + ([("mean", text.say("figures.average"))] if average else [])
    key = arrange_key(signs)
    foot = 2 * pitch + 6
    with house_style():
        panel = open_panel(key.height + height + foot, 0, 1, left=_SLOPE_LEFT, right=_NAMES if named else _SLOPE_LEFT)
        key.draw(panel)
        field = _Field(panel, answers, key.height + _TOP, key.height + height - _TOP)
        field.draw_axis(waves, text)
        for slope in schools:
            field.draw(slope, NOW if named else SOFT, 1.8 if named else 0.9)
        if average:
            field.draw(average, INK, 3.2)
        if named:
            field.write_names(schools, labels)
    return panel.figure


@dataclass(frozen=True, slots=True)
class _Field:
    panel: Panel
    answers: Answers
    top: float
    bottom: float

    def find_y(self, value: float) -> float:
        return self.bottom - (value - self.answers.min) / (self.answers.max - self.answers.min) * (self.bottom - self.top)

    def draw_axis(self, waves: tuple[str, str], text: Text) -> None:
        span = int(self.answers.max - self.answers.min)
        step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 10**9) if span / step <= 10)
        for value in range(int(self.answers.min), int(self.answers.max) + 1, step):
            self.panel.draw_line(0, 1, self.find_y(value), colour=RULE, width=1)
            self.panel.write(_SLOPE_LEFT - 12, self.find_y(value) + 4.5, text.number(value, 0), size=SMALL, colour=SOFT, align="right")
        end: tuple[float, Align] = (WIDTH, "right") if self.panel.right == _SLOPE_LEFT else (self.panel.find_x(1), "center")
        for (x, align), words in zip(((0.0, "left"), end), waves, strict=True):
            for number, line in enumerate(wrap_words(words, 150, SMALL)[:2]):
                y = self.bottom + 20 + number * find_line_height(SMALL)
                self.panel.write(x, y, line, size=SMALL, colour=SOFT, align=align)

    def draw(self, slope: Slope, colour: str, width: float) -> None:
        heights = [self.find_y(value) for value in (slope.before, slope.after)]
        self.panel.add_line([0, 1], heights, color=colour, linewidth=width, zorder=4 if colour == INK else 3)
        if width > 1:
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
