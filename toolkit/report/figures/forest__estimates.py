"""Estimates below one another: one question answered in several ways, or one effect at several times, beside a line at zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, NOW, SMALL, WANTED, Panel, Shape, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.figures.forest import CHANGE_AXIS, draw_change_axis, find_reach
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import Sign, arrange_key
from toolkit.study.study import Outcome, Study

_LABELS, _PITCH = 188.0, 7.0
_COLOURS: dict[Shape, str] = {"mean": INK, "now": NOW, "unclear": NOW, "wanted": WANTED}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its label, an estimate with its interval, the mark that stands for its kind, and the decimals it is described with."""

    label: str
    estimate: float
    low: float = math.nan
    high: float = math.nan
    shape: Shape = "now"
    decimals: int = 2


def draw_estimates(
    lines: Sequence[Line],
    signs: Sequence[tuple[Sign, str]],
    outcome: Outcome,
    study: Study,
    text: Text,
    ends: tuple[str, str] = ("figures.fell", "figures.rose"),
    *,
    banded: bool = True,
) -> Figure:
    """Return a row per entry of `lines`, in their order; `signs` say what the marks stand for, `ends` name both sides of zero.

    The axis is that of a change in `outcome`; what is smaller than its smallest change that matters lies in a band
    when `banded`.
    """
    answers = study.find_instrument(outcome.instrument).find_answers(outcome.rating)
    small = study.find_smallest_change(outcome) if banded else None
    reach = find_reach([value for line in lines for value in (line.estimate, line.low, line.high) if math.isfinite(value)], answers)
    band: list[tuple[Sign, str]] = [("band", text.say("figures.small"))] if small else []
    key = arrange_key([*signs, say_interval(study, text), *band])
    labels = [wrap_words(line.label, _LABELS - 14, SMALL) for line in lines]
    heights = [len(label) * find_line_height(SMALL) + _PITCH for label in labels]
    bottom = key.height + sum(heights)
    with house_style():
        panel = open_panel(bottom + CHANGE_AXIS, -reach, reach, left=_LABELS, right=26)
        key.draw(panel)
        if small:
            panel.fill_band(panel.cut(-small), panel.cut(small), key.height, bottom)
        draw_change_axis(panel, key.height, bottom, text, ends)
        top = key.height
        for line, label, height in zip(lines, labels, heights, strict=True):
            middle = top + height / 2
            first = middle + 4.5 - (len(label) - 1) * find_line_height(SMALL) / 2
            panel.write_lines(0, first, label, size=SMALL, bold=line.shape == "mean")
            _draw_line(panel, line, middle)
            top += height
    return panel.figure


def _draw_line(panel: Panel, line: Line, y: float) -> None:
    panel.draw_line(panel.cut(line.low), panel.cut(line.high), y, colour=_COLOURS[line.shape])
    panel.mark(panel.cut(line.estimate), y, line.shape)
