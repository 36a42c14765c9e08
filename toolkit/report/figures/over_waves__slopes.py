"""Figure K: how did each school move? A line from before to after per school."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.languages import Text
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
    open_panel,
    wrap_words,
)
from toolkit.report.figures.parts import arrange_key
from toolkit.study.instruments import Answers

#: Up to so many schools have their names at their lines; more are grey.
NAMED = 12
_LEFT, _NAMES, _TOP = 36.0, 190.0, 8.0
_BARE_HEIGHT = 280.0


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
        panel = open_panel(key.height + height + foot, 0, 1, left=_LEFT, right=_NAMES if named else _LEFT)
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
            self.panel.write(_LEFT - 12, self.find_y(value) + 4.5, text.number(value, 0), size=SMALL, colour=SOFT, align="right")
        end: tuple[float, Align] = (WIDTH, "right") if self.panel.right == _LEFT else (self.panel.find_x(1), "center")
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
        tops: list[float] = []
        for slope in ordered:
            wanted = self.find_y(slope.after) - len(labels[slope.name]) * pitch / 2
            tops.append(max(wanted, tops[-1] + len(labels[ordered[len(tops) - 1].name]) * pitch) if tops else max(wanted, self.top - _TOP))
        floor = self.bottom + _TOP
        for number in range(len(ordered) - 1, -1, -1):
            floor -= len(labels[ordered[number].name]) * pitch
            tops[number] = floor = min(tops[number], floor)
        for slope, top in zip(ordered, tops, strict=True):
            middle = top + len(labels[slope.name]) * pitch / 2
            start, end = self.panel.find_x(1) + 7, WIDTH - _NAMES + 20
            x = [self.panel.find_value(place) for place in (start, end)]
            self.panel.add_line(x, [self.find_y(slope.after), middle], color=RULE, linewidth=1, zorder=2)
            self.panel.write_lines(WIDTH - _NAMES + 24, top + 12, labels[slope.name], size=SMALL)
