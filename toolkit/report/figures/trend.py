"""The course over the waves: a mean with its interval at each, on the whole answer scale, in real time."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, list_rows, list_shown
from toolkit.report.figures.style import NOW, RULE, SMALL, SOFT, WIDTH, Panel, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.text import Text
from toolkit.report.words import choose_decimals
from toolkit.study.instruments import Answers
from toolkit.study.study import Study

_LEFT, _RIGHT, _FIELD = 52.0, 52.0, 220.0
_ROOM = 96.0


def draw_trend(levels: pd.DataFrame, study: Study, text: Text) -> Figure:
    """Return the means of one outcome over the waves that `levels` shows, joined by a line where waves follow each other.

    `levels` holds the rows of one school (or of all) and one outcome. A wave without a mean leaves a gap.
    """
    means = list_shown(levels, "mean")
    rows = {row.wave: row for row in list_rows(means)}
    first = list_rows(means)[0]
    answers = study.find_instrument(first.instrument).find_answers(first.rating)
    waves = sorted(study.waves, key=lambda wave: wave.date)
    times = [(wave.date - waves[0].date).days for wave in waves]
    key = arrange_key([("now", text.say("figures.trend_mean")), say_interval(study, text)])
    labels = [wrap_words(text.pick(wave.label), _ROOM, SMALL) for wave in waves]
    tiers = _stack(times, max(len(label) for label in labels))
    bottom = key.height + 10 + _FIELD
    height = bottom + 8 + (max(tiers) + max(len(label) for label in labels)) * find_line_height(SMALL)
    with house_style():
        panel = open_panel(height, times[0], max(times[-1], 1), left=_LEFT, right=_RIGHT)
        key.draw(panel)
        field = _Field(panel, key.height + 10, answers)
        field.draw_rules(text)
        for label, time, tier in zip(labels, times, tiers, strict=True):
            for number, line in enumerate(label):
                y = bottom + 20 + (tier + number) * find_line_height(SMALL)
                panel.write(panel.find_x(time), y, line, size=SMALL, colour=SOFT, align="center")
        points = [(time, rows.get(wave.id)) for time, wave in zip(times, waves, strict=True)]
        for (start, one), (end, other) in pairwise(points):
            if one is not None and other is not None:
                panel.axes.plot([start, end], [field.find_y(one.estimate), field.find_y(other.estimate)], color=NOW, linewidth=2, zorder=2)
        for time, row in points:
            if row is not None:
                field.draw_mean(time, row, text)
    return panel.figure


def _stack(times: list[int], lines: int) -> list[int]:
    """Return how many lines lower each label stands: every other one where they would touch."""
    width = WIDTH - _LEFT - _RIGHT
    close = any((end - start) / max(times[-1] - times[0], 1) * width < _ROOM for start, end in pairwise(times))
    return [lines * (number % 2) if close else 0 for number in range(len(times))]


class _Field:
    """The answer scale from bottom to top, `_FIELD` units high."""

    def __init__(self, panel: Panel, top: float, answers: Answers) -> None:
        self.panel, self.top, self.answers = panel, top, answers

    def find_y(self, value: float) -> float:
        share = (value - self.answers.min) / (self.answers.max - self.answers.min)
        return self.top + (1 - min(max(share, 0), 1)) * _FIELD

    def draw_rules(self, text: Text) -> None:
        whole = self.answers.max - self.answers.min
        step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 10**9) if whole / step <= 10)
        for number in range(int(whole / step) + 1):
            value = self.answers.min + number * step
            self.panel.axes.plot([self.panel.low, self.panel.high], [self.find_y(value)] * 2, color=RULE, linewidth=1, zorder=1)
            self.panel.write(_LEFT - 22, self.find_y(value) + 4, text.number(value, 0), size=SMALL, colour=SOFT, align="right")

    def draw_mean(self, time: float, row: Any, text: Text) -> None:
        if math.isfinite(row.low):
            ends = [self.find_y(row.low), self.find_y(row.high)]
            self.panel.axes.plot([time, time], ends, color=NOW, linewidth=2.2, clip_on=False, zorder=3)
        self.panel.mark(time, self.find_y(row.estimate), "now")
        words = text.number(row.estimate, choose_decimals(row.n))
        self.panel.write(self.panel.find_x(time) + 9, self.find_y(row.estimate) - 9, words, size=SMALL, colour=NOW, bold=True)
