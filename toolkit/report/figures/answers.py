"""Figure E: how were the answers spread? A full bar per statement, with the sums of low and high answers above its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from toolkit.plots.style import (
    DOWN,
    MIDDLE,
    PAPER,
    SMALL,
    SOFT,
    UP,
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
#: From this percentage on a part of the bar has room for its number.
_ROOM = 6
#: Which tones a side has with so many answers on it, the outermost first.
_SIDES = {0: (), 1: (2,), 2: (2, 0), 3: (2, 1, 0)}


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


def choose_tones(count: int) -> list[str]:
    """Return a tone per answer from low to high: the ends strong, the middle of an odd number grey."""
    side = _SIDES[count // 2]
    middle = [MIDDLE] if count % 2 else []
    return [*(DOWN[place] for place in side), *middle, *(UP[place] for place in reversed(side))]


def draw_answers(bars: Sequence[Bar], answers: Sequence[str]) -> Figure:
    """Return a full bar per statement; `answers` are the words of the answers from low to high."""
    tones = choose_tones(len(answers))
    key = arrange_key(list(zip(tones, answers, strict=True)))
    labels = [wrap_words(bar.label, WIDTH) for bar in bars]
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
    start = 0.0
    if bar.instead:
        panel.write(0, baseline + 18, bar.instead, bold=True)
        return
    panel.write(0, baseline, bar.low, size=SMALL, colour=SOFT)
    panel.write(WIDTH, baseline, bar.high, size=SMALL, colour=SOFT, align="right")
    top += find_line_height(SMALL)
    for share, tone in zip(bar.shares, tones, strict=True):
        if share:
            panel.fill_boxes([(start, start + share, top, top + _BAR)], tone)
        if share >= _ROOM:
            panel.write_on(panel.find_x(start + share / 2), top + 15.5, str(share), tone)
        start += share
    ends = [float(sum(bar.shares[: number + 1])) for number, share in enumerate(bar.shares[:-1]) if share]
    panel.axes.vlines([end for end in ends if end < 100], top, top + _BAR, color=PAPER, linewidth=1.5, zorder=3)
