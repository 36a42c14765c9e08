"""What figures have in common: the key above the rows, the answer scale below them, and the rows of a table that may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from toolkit.languages import Text
from toolkit.plots.panel import Panel
from toolkit.plots.style import GROWTH, LABEL, SMALL, SOFT, WIDTH, Align, Shape, find_line_height, measure_words, wrap_words
from toolkit.schemas import list_rows
from toolkit.study.answers import Answers, pick_word
from toolkit.study.instruments import Instrument, Scale

#: A mark, or one of a few other things, or (written with #) a tone that fills a box.
Sign = Shape | Literal["interval", "band", "raw", "contact", "open"] | str
_INDENT = 21.0
_BETWEEN = 16.0
#: Typefaces differ in width: so much stays free at the end of a line of the key.
_SPARE = 24.0
_FIRST_LINE = SMALL * 1.35
#: So wide is the column of labels beside the marks; words there grow by less, for a phone has them above the marks.
COLUMN = 180.0
_GROWTH_BESIDE = 1.27
_PITCH_BESIDE = LABEL * _GROWTH_BESIDE * 1.07
_ALIGNS: tuple[Align, Align] = ("left", "right")


@dataclass(frozen=True, slots=True)
class Key:
    """What each sign stands for; `height` units high, at the top of a panel."""

    entries: tuple[tuple[Sign, float, float, tuple[str, ...]], ...]
    height: float

    def draw(self, panel: Panel) -> None:
        """Draw the key at the top of `panel`."""
        for sign, x, y, lines in self.entries:
            _draw_sign(panel, sign, x + 7, y - 4.5)
            panel.write_lines(x + _INDENT, y, lines, size=SMALL)


def arrange_key(entries: Sequence[tuple[Sign, str]]) -> Key:
    """Return the key of `entries`, beside one another where they fit, else below."""
    placed: list[tuple[Sign, float, float, tuple[str, ...]]] = []
    x = 0.0
    y = _FIRST_LINE
    lines_here = 1
    for sign, words in entries:
        room = _INDENT + measure_words(words, SMALL)
        if placed and x + room > WIDTH - _SPARE:
            x = 0.0
            y = y + lines_here * find_line_height(SMALL) + 3
            lines_here = 1
        lines = tuple(wrap_words(words, WIDTH - _INDENT, SMALL))
        placed.append((sign, x, y, lines))
        x = x + room + _BETWEEN
        lines_here = max(lines_here, len(lines))
    return Key(tuple(placed), y + (lines_here - 1) * find_line_height(SMALL) + 14 if placed else 0.0)


def _draw_sign(panel: Panel, sign: Sign, x: float, y: float) -> None:
    start = panel.find_value(x - 8)
    end = panel.find_value(x + 8)
    if sign == "interval":
        panel.draw_line(start, end, y, colour=SOFT)
    elif sign == "band":
        panel.fill_band(start, end, y - 6, y + 6)
    elif sign.startswith("#"):
        panel.fill_boxes([(start, end, y - 6, y + 6)], sign)
    elif sign == "open":
        panel.outline_boxes([(start, end, y - 6, y + 6)])
    elif sign == "contact":
        panel.draw_rules([panel.find_value(x)], y - 6, y + 6, colour=SOFT, width=1.2, dashes=(0, (2, 2)))
    elif sign == "raw":
        panel.draw_rules([panel.find_value(x)], y - 6, y + 6, colour=SOFT, width=2)
    else:
        panel.mark(panel.find_value(x), y, sign)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a figure: its label in lines, above the marks or beside them, and how high the marks are; `gap` units follow it."""

    lines: tuple[str, ...]
    marks: float
    gap: float
    beside: bool

    @property
    def height(self) -> float:
        """Return how many units the row takes."""
        if self.beside:
            return max(len(self.lines) * _PITCH_BESIDE, self.marks) + self.gap
        return len(self.lines) * find_line_height() + self.marks + self.gap

    def write(self, panel: Panel, top: float, *, bold: bool = False, indent: float = 0) -> float:
        """Write the label of a row that begins at `top`; return where its marks begin."""
        if not self.beside:
            panel.write_lines(indent, top + 16, self.lines, bold=bold)
            return top + len(self.lines) * find_line_height()
        middle = top + (self.height - self.gap) / 2
        first = middle + 4.5 - (len(self.lines) - 1) / 2 * _PITCH_BESIDE
        for number, line in enumerate(self.lines):
            panel.write(0, first + number * _PITCH_BESIDE, line, bold=bold)
        return middle - self.marks / 2


def arrange_row(label: str, marks: float, gap: float, *, beside: bool) -> Row:
    """Return a row with its label in as many lines as it needs above the marks, or in a column `beside` them."""
    room = (COLUMN - 12) * GROWTH / _GROWTH_BESIDE if beside else WIDTH
    return Row(tuple(wrap_words(label, room)), marks, gap, beside)


@dataclass(frozen=True, slots=True)
class AnswerAxis:
    """The whole answer scale with the words of its ends; `height` units high, below the rows."""

    ticks: tuple[float, ...]
    ends: tuple[list[str], list[str]]
    text: Text
    height: float

    def draw(self, panel: Panel, top: float, bottom: float) -> None:
        """Draw a thin line per answer from `top` to `bottom`, and the answers below."""
        panel.draw_rules(self.ticks, top, bottom)
        for tick in self.ticks:
            panel.write(panel.find_x(tick), bottom + 17, self.text.number(tick, 0), size=SMALL, colour=SOFT, align="center")
        for lines, x, align in zip(self.ends, (panel.left - 8, WIDTH - panel.right + 8), _ALIGNS, strict=True):
            for number, line in enumerate(lines):
                panel.write(x, bottom + 37 + number * find_line_height(SMALL), line, size=SMALL, colour=SOFT, align=align)


def arrange_axis(answers: Answers, text: Text, room: float = WIDTH / 2 - 45) -> AnswerAxis:
    """Return the axis of `answers`: at most eleven ticks, never less than the whole scale; the words of each end have `room` units."""
    step = next(step for step in (1, 2, 5, 10, 20, 25, 50, 100, 10**9) if (answers.max - answers.min) / step <= 10)
    ticks = [float(tick) for tick in np.arange(answers.min, answers.max + step / 2, step) if tick <= answers.max]
    words = [_find_words(answers, value, text) for value in (answers.min, answers.max)]
    low, high = (wrap_words(word, room, SMALL) if word else [] for word in words)
    return AnswerAxis(tuple(ticks), (low, high), text, 24 + max(len(low), len(high)) * find_line_height(SMALL))


def _find_words(answers: Answers, value: float, text: Text) -> str:
    return next((pick_word(label, text) for label in answers.labels if label.value == value), "")


def choose_mark(verdict: str) -> Shape:
    """Return the mark of a change: filled where the words say that it rose or fell, half filled for an indication, open for the rest."""
    if verdict.startswith("indication"):
        return "indication"
    return "now" if verdict.startswith(("rose", "fell")) else "unclear"


def list_shown(table: pd.DataFrame, *quantities: str) -> list[Any]:
    """Return the rows of `table` that are shown and about one of `quantities`."""
    return [row for row in list_rows(table) if row.state == "shown" and row.quantity in quantities]


def list_scales(instrument: Instrument, rows: Sequence[Any]) -> list[Scale]:
    """Return the scales that there are `rows` of, in the order of the instrument, its total first."""
    present = {row.scale for row in rows if row.instrument == instrument.id}
    return sorted((scale for scale in instrument.scored_scales if scale.id in present), key=lambda scale: scale.kind != "total")
