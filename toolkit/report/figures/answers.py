"""Figure E: how were the answers spread? A full bar per statement, with the sums of low and high answers above its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.plots.drawings import choose_tones, stack_shares
from toolkit.plots.style import (
    SMALL,
    SOFT,
    WIDTH,
    Panel,
    find_line_height,
    house_style,
    open_panel,
    wrap_words,
)
from toolkit.report.figures.parts import arrange_key

_BAR = 22.0
_BETWEEN = 14.0
_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One statement: its words, the whole percentages of its answers from low to high, and its sums in words.

    Where nearly everybody gave one answer there is no bar: `instead` says so.
    """

    label: str
    shares: tuple[int, ...]
    low: str
    high: str
    instead: str = ""


def draw_answers(bars: Sequence[Bar], answers: Sequence[str]) -> Figure:
    """Return a full bar per statement; `answers` are the words of the answers from low to high."""
    tones = choose_tones(len(answers))
    key = arrange_key(list(zip(tones, answers, strict=True)))
    labels = [wrap_words(bar.label, WIDTH) if bar.label else [] for bar in bars]
    heights = [len(lines) * find_line_height() + find_line_height(SMALL) + _BAR + _BETWEEN for lines in labels]
    with house_style():
        panel = open_panel(key.height + sum(heights), 0, 100, left=_MARGIN, right=_MARGIN)
        key.draw(panel)
        top = key.height
        for bar, lines, height in zip(bars, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            _draw_bar(panel, bar, tones, top + len(lines) * find_line_height())
            top += height
    return panel.figure


def _draw_bar(panel: Panel, bar: Bar, tones: list[str], top: float) -> None:
    baseline = top + 13
    if bar.instead:
        panel.write(0, baseline + 18, bar.instead, bold=True)
        return
    panel.write(0, baseline, bar.low, size=SMALL, colour=SOFT)
    panel.write(WIDTH, baseline, bar.high, size=SMALL, colour=SOFT, align="right")
    top += find_line_height(SMALL)

    def write(middle: float, share: float, tone: str) -> None:
        panel.write_on(panel.find_x(middle), top + 15.5, str(share), tone)

    stack_shares(panel.axes, bar.shares, tones, top, _BAR, write)
