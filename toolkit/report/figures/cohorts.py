"""Cohorts beside each other: a forest of their changes with their schools under each, and how each ran from its own first measurement."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toolkit.languages import Text
from toolkit.plots.drawings import find_reach, spread_apart
from toolkit.plots.panel import Panel
from toolkit.plots.style import INK, NOW, RULE, SMALL, SOFT, WANTED, WIDTH, Shape, find_line_height, house_style, wrap_words
from toolkit.report.content.estimate import Estimate
from toolkit.report.figures.forest import CHANGE_AXIS, draw_change_axis
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key
from toolkit.study.answers import Answers
from toolkit.study.study import Study

_LABELS = 188.0
_PITCH = 5.0
_BETWEEN = 10.0
_INDENT = 12.0
_FIELD = 250.0
_LEFT = 40.0
_NAMES = 150.0
#: Where a value stands in the figure.
Height = Callable[[float], float]
#: The looks of a line and its marks; further cohorts have grey lines and are told apart by their names.
_LOOKS: tuple[tuple[str, Shape], ...] = ((NOW, "now"), (WANTED, "wanted"), (INK, "mean"))


@dataclass(frozen=True, slots=True)
class Grown:
    """A row of the forest: a cohort (`whole`) or one of its schools, and its change."""

    label: str
    change: Estimate
    whole: bool


@dataclass(frozen=True, slots=True)
class Course:
    """One cohort over its months since the start: a place and a level per measurement."""

    label: str
    months: tuple[float, ...]
    levels: tuple[Estimate, ...]


def draw_cohorts(rows: Sequence[Grown], span: float, study: Study, text: Text) -> Panel:
    """Return a forest: each cohort with its mean change and interval, thick, its schools under it; `span` is the length of the scale."""
    lines = [wrap_words(row.label, _LABELS - 14 - (0 if row.whole else _INDENT), SMALL) for row in rows]
    heights = [len(each) * find_line_height(SMALL) + _PITCH + _BETWEEN * row.whole for row, each in zip(rows, lines, strict=True)]
    ends = [[change.estimate, change.low, change.high] for change in (row.change for row in rows)]
    reach = find_reach(ends, span)
    key = arrange_key([("mean", text.say("cohorts.sign_cohort")), ("now", text.say("cohorts.sign_school")), say_interval(study, text)])
    with house_style():
        panel = Panel(key.height + sum(heights) + CHANGE_AXIS, -reach, reach, left=_LABELS, right=26)
        key.draw(panel)
        draw_change_axis(panel, key.height, key.height + sum(heights), text)
        top = key.height
        for row, each, height in zip(rows, lines, heights, strict=True):
            base = top + height - _PITCH - len(each) * find_line_height(SMALL) / 2
            first = base + 4.5 - (len(each) - 1) * find_line_height(SMALL) / 2
            panel.write_lines(0 if row.whole else _INDENT, first, each, size=SMALL, bold=row.whole)
            _draw_row(panel, row, base)
            top += height
    return panel


def _draw_row(panel: Panel, row: Grown, y: float) -> None:
    change = row.change
    if math.isfinite(change.low):
        panel.draw_line(panel.cut(change.low), panel.cut(change.high), y, colour=INK if row.whole else NOW, width=2.6 if row.whole else 1.4)
    panel.mark(panel.cut(change.estimate), y, "mean" if row.whole else "now")


def draw_cohort_course(courses: Sequence[Course], answers: Answers, text: Text) -> Panel:
    """Return a line per cohort over the months since its own first measurement, on the part of the answer scale where they run."""
    known = [end for course in courses for level in course.levels for end in (level.estimate, level.low, level.high) if math.isfinite(end)]
    low, high = max(math.floor(2 * min(known)) / 2, answers.min), min(math.ceil(2 * max(known)) / 2, answers.max)
    last = max(month for course in courses for month in course.months)
    foot = 2 * find_line_height(SMALL) + 10

    def find_y(value: float) -> float:
        return 12 + (high - min(max(value, low), high)) / (high - low) * (_FIELD - 24)

    with house_style():
        panel = Panel(_FIELD + foot, 0, max(last, 1.0), left=_LEFT, right=_NAMES)
        for number in range(round(2 * (high - low)) + 1):
            value = low + number / 2
            panel.draw_line(0, panel.high, find_y(value), colour=RULE, width=1)
            panel.write(_LEFT - 12, find_y(value) + 4.5, text.number(value, 1), size=SMALL, colour=SOFT, align="right")
        step = 6 if last > 8 else 2
        for month in range(0, int(last) + 1, step):
            panel.write(panel.find_x(month), _FIELD + 14, text.number(month, 0), size=SMALL, colour=SOFT, align="center")
        panel.write(panel.find_x(panel.high / 2), _FIELD + 16 + find_line_height(SMALL), text.say("cohorts.months"), size=SMALL,
                    colour=SOFT, align="center")  # fmt: skip
        for number, course in enumerate(courses):
            _draw_course(panel, course, *(_LOOKS[number] if number < len(_LOOKS) else (SOFT, "now")), shift=3.0 * number, find_y=find_y)
        _write_names(panel, courses, find_y)
    return panel


def _draw_course(panel: Panel, course: Course, colour: str, shape: Shape, *, shift: float, find_y: Height) -> None:
    """Draw one line; the marks of later cohorts stand a little to the right, so that intervals don't cover each other."""
    step = shift / (WIDTH - _LEFT - _NAMES) * panel.high
    points = [(month + step, level) for month, level in zip(course.months, course.levels, strict=True)]
    panel.add_line([x for x, _ in points], [find_y(level.estimate) for _, level in points], color=colour, linewidth=2, zorder=3)
    for x, level in points:
        if math.isfinite(level.low):
            panel.add_line([x, x], [find_y(level.low), find_y(level.high)], color=colour, linewidth=1.6, zorder=3)
        panel.mark(x, find_y(level.estimate), shape)


def _write_names(panel: Panel, courses: Sequence[Course], find_y: Height) -> None:
    """Write the name of each cohort beside the end of its line, moved apart where they would overlap."""
    pitch = find_line_height(SMALL)
    ordered = sorted(courses, key=lambda course: (-course.levels[-1].estimate, course.label))
    labels = [wrap_words(course.label, _NAMES - 30, SMALL) for course in ordered]
    sizes = [len(lines) * pitch for lines in labels]
    ends = [find_y(course.levels[-1].estimate) for course in ordered]
    tops = spread_apart([end - size / 2 for end, size in zip(ends, sizes, strict=True)], sizes, 0, _FIELD)
    for course, lines, size, top, end in zip(ordered, labels, sizes, tops, ends, strict=True):
        start = panel.find_x(course.months[-1]) + 14
        x = [panel.find_value(place) for place in (start, WIDTH - _NAMES + 22)]
        panel.add_line(x, [end, top + size / 2], color=RULE, linewidth=1, zorder=2)
        panel.write_lines(WIDTH - _NAMES + 26, top + 12, lines, size=SMALL)
