"""Run charts: an indicator on its own dates with its intervals and a line at the target; a field per indicator, or per school."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plots.drawings import draw_line_over_waves, draw_upright
from toolkit.plots.panel import Panel
from toolkit.plots.style import INK, NOW, RULE, SMALL, SOFT, WIDTH, Align, find_line_height, house_style, wrap_words
from toolkit.report.figures.occasions import Dot
from toolkit.report.figures.parts import Key

_FIELD = 112.0
_LEFT = 50.0
_RIGHT = 22.0
_BETWEEN = 16.0
_PAD = 28.0
#: Bold words are wider by this factor.
BOLDER = 1.12
#: Numbers closer to each other than this would touch.
_APART = 62.0


@dataclass(frozen=True, slots=True)
class Run:
    """One indicator: its label, its dots by day, the target (NaN where there is none), and the words of both ends of its axis and days."""

    label: str
    dots: tuple[tuple[int, Dot], ...]
    target: float
    window: tuple[float, float]
    ends: tuple[str, str]
    days: tuple[str, str]


def draw_runs(runs: Sequence[Run], key: Key, columns: int = 1) -> Panel:
    """Return a field per run, `columns` beside each other."""
    width = (WIDTH - (columns - 1) * _BETWEEN) / columns
    labels = [wrap_words(run.label, width / BOLDER, SMALL) for run in runs]
    rows = [range(start, min(start + columns, len(runs))) for start in range(0, len(runs), columns)]
    heads = [max(len(labels[place]) for place in row) * find_line_height() for row in rows]
    days = [[wrap_words(day, (width - _LEFT - _RIGHT) / 2 - 4, SMALL) for day in run.days] for run in runs]
    foot = max(len(lines) for own in days for lines in own) * find_line_height(SMALL) + 6
    with house_style():
        panel = Panel(key.height + sum(heads) + len(rows) * (_FIELD + foot + _BETWEEN), 0, WIDTH, left=0, right=0)
        key.draw(panel)
        top = key.height
        for row, head in zip(rows, heads, strict=True):
            for number, place in enumerate(row):
                left = number * (width + _BETWEEN)
                panel.write_lines(left, top + 16, labels[place], bold=True, size=SMALL)
                field = _Field(panel, runs[place], left + _LEFT, left + width - _RIGHT, top + head)
                field.draw()
                field.write_days(days[place])
            top += head + _FIELD + foot + _BETWEEN
    return panel


@dataclass(frozen=True, slots=True)
class _Field:
    panel: Panel
    run: Run
    left: float
    right: float
    top: float

    def draw(self) -> None:
        """Draw the axis, the target and the run itself."""
        low, high = self.run.window
        for value in (low, (low + high) / 2, high):
            self.panel.draw_line(self.left, self.right, self._find_y(value), colour=RULE, width=1)
        for value, words in zip(self.run.window, self.run.ends, strict=True):
            self.panel.write(self.left - 8, self._find_y(value) + 4.5, words, size=SMALL, colour=SOFT, align="right")
        if math.isfinite(self.run.target):
            y = self._find_y(self.run.target)
            self.panel.add_line([self.left, self.right], [y, y], color=INK, linewidth=1.6, linestyle=(0, (4, 3)), zorder=2)
        self._draw_dots()

    def write_days(self, days: Sequence[Sequence[str]]) -> None:
        """Write the first day and the last below the field, each in lines."""
        places: tuple[tuple[float, Align], ...] = ((self.left, "left"), (self.right, "right"))
        for (x, align), lines in zip(places[: len(self.run.dots)], days, strict=False):
            for number, line in enumerate(lines, 1):
                y = self.top + _FIELD + number * find_line_height(SMALL)
                self.panel.write(x, y, line, size=SMALL, colour=SOFT, align=align)

    def _draw_dots(self) -> None:
        days = [self._find_x(day) for day, _ in self.run.dots]
        dots = [dot for _, dot in self.run.dots]
        draw_line_over_waves(self.panel, days, [self._find_y(dot.value) for dot in dots])
        last = len(dots) - 1
        told = -math.inf
        for place, (x, dot) in enumerate(zip(days, dots, strict=True)):
            ends = [self._find_y(end) if math.isfinite(end) else self._find_y(dot.value) for end in (dot.low, dot.high)]
            draw_upright(self.panel, x, self._find_y(dot.value), (ends[0], ends[1]))
            if place == last or (x - told >= _APART and days[last] - x >= _APART) or place == 0:
                self.panel.write(
                    x, min(*ends, self._find_y(dot.value) - 5) - 5, dot.words, size=SMALL, colour=NOW, align="center", bold=True
                )
                told = x

    def _find_x(self, day: int) -> float:
        first, last = self.run.dots[0][0], self.run.dots[-1][0]
        return self.left + _PAD + (day - first) / max(last - first, 1) * (self.right - self.left - 2 * _PAD)

    def _find_y(self, value: float) -> float:
        low, high = self.run.window
        return self.top + 22 + (1 - (min(max(value, low), high) - low) / (high - low)) * (_FIELD - 26)
