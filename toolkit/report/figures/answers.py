"""Figure E: how were the answers spread? A full bar per statement, with the sums of low and high answers above its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from toolkit.plots.drawings import choose_tones, stack_all
from toolkit.plots.panel import Panel
from toolkit.plots.style import SMALL, SOFT, WIDTH, find_line_height, house_style, measure_words, wrap_words
from toolkit.report.figures.parts import arrange_key

_BAR = 22.0
_BETWEEN = 14.0
_WITHIN = 5.0
_MARGIN = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One statement: its words, the whole percentages of its answers from low to high, and its sums in words.

    Where nearly everybody gave one answer there is no bar: `instead` says so. Bars of one statement carry the `name` of their wave, and
    those that follow the first have no `label`.
    """

    label: str
    shares: tuple[int, ...]
    low: str
    high: str
    instead: str = ""
    name: str = ""


def draw_answers(bars: Sequence[Bar], answers: Sequence[str], tones: Sequence[str] = ()) -> Panel:
    """Return a full bar per statement; `answers` are words from low to high, which have `tones` of their own where they are no scale."""
    tones = tones or choose_tones(len(answers))
    key = arrange_key(list(zip(tones, answers, strict=True)))
    labels = [wrap_words(bar.label, WIDTH) if bar.label else [] for bar in bars]
    below = [_WITHIN if following.name and not following.label else _BETWEEN for following in (*bars[1:], Bar("", (), "", ""))]
    heights = [
        len(lines) * find_line_height() + _measure_sides(bar) + _BAR + gap for bar, lines, gap in zip(bars, labels, below, strict=True)
    ]
    with house_style():
        panel = Panel(key.height + sum(heights), 0, 100, left=_MARGIN, right=_MARGIN)
        key.draw(panel)
        top = key.height
        whole: list[tuple[Sequence[float], float]] = []
        for bar, lines, height in zip(bars, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            place = top + len(lines) * find_line_height()
            _write_sides(panel, bar, place)
            if not bar.instead:
                whole.append((bar.shares, place + _measure_sides(bar)))
            top += height
        stack_all(panel, whole, tones, _BAR, partial(_write_share, panel))
    return panel


def _write_share(panel: Panel, middle: float, top: float, share: float, tone: str) -> None:
    panel.write_on(panel.find_x(middle), top + 15.5, str(share), tone)


def _measure_sides(bar: Bar) -> float:
    """Return the room above a bar: for its sums, and for the name of its wave."""
    return find_line_height(SMALL) * (1 if _fits(bar) else 2)


def _fits(bar: Bar) -> bool:
    """Return whether the name of the wave has room between the sums."""
    return measure_words(bar.name, SMALL) / 2 + max(measure_words(side, SMALL) for side in (bar.low, bar.high)) < WIDTH / 2 - 12


def _write_sides(panel: Panel, bar: Bar, top: float) -> None:
    """Write the name of the wave and the sums above a bar, or what stands in its place."""
    panel.write(WIDTH / 2 if _fits(bar) else 0, top + 13, bar.name, size=SMALL, colour=SOFT, align="center" if _fits(bar) else "left")
    baseline = top + _measure_sides(bar) - find_line_height(SMALL) + 13
    if bar.instead:
        panel.write(0, baseline + 18, bar.instead, bold=True)
        return
    panel.write(0, baseline, bar.low, size=SMALL, colour=SOFT)
    panel.write(WIDTH, baseline, bar.high, size=SMALL, colour=SOFT, align="right")
