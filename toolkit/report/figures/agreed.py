"""Agreed levels as steps on a track: the first time and the last, a row per statement. No interval belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.plots.panel import Panel
from toolkit.plots.style import RULE, SMALL, SOFT, WIDTH, find_line_height, house_style, wrap_words
from toolkit.report.figures.parts import arrange_key

_SIDE = 52.0
_LANE = 26.0
_BETWEEN = 8.0


@dataclass(frozen=True, slots=True)
class Steps:
    """One statement with its first level, None where there was only one moment, and its last."""

    label: str
    first: float | None
    last: float


def draw_steps(rows: Sequence[Steps], levels: Sequence[str], moments: tuple[str, str]) -> Panel:
    """Return a track per statement over `levels`, in words from low to high, with a mark at each of two `moments`.

    The first mark is left out where nothing changed.
    """
    signs = [("now", moments[1])] if all(row.first is None for row in rows) else [("wanted", moments[0]), ("now", moments[1])]
    key = arrange_key(signs)
    labels = [wrap_words(row.label, WIDTH) for row in rows]
    words = [wrap_words(level, (WIDTH - 2 * _SIDE) / (len(levels) - 1), SMALL) for level in levels]
    heights = [len(lines) * find_line_height() + _LANE + _BETWEEN for lines in labels]
    foot = max(map(len, words)) * find_line_height(SMALL) + 6
    with house_style():
        panel = Panel(key.height + sum(heights) + foot, 0, len(levels) - 1, left=_SIDE, right=_SIDE)
        key.draw(panel)
        top = key.height
        for row, lines, height in zip(rows, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            _draw_track(panel, row, len(levels), top + len(lines) * find_line_height())
            top += height
        for place, lines in enumerate(words):
            for number, line in enumerate(lines):
                y = top + 12 + number * find_line_height(SMALL)
                panel.write(panel.find_x(place), y, line, size=SMALL, colour=SOFT, align="center")
    return panel


def _draw_track(panel: Panel, row: Steps, levels: int, top: float) -> None:
    y = top + _LANE / 2
    panel.draw_rules(range(levels), y - 7, y + 7)
    panel.draw_line(0, levels - 1, y, colour=RULE, width=1)
    if row.first is not None and row.first != row.last:
        panel.draw_line(row.first, row.last, y, colour=SOFT, width=2)
        panel.mark(row.first, y, "wanted")
    panel.mark(row.last, y, "now")
