"""Pictures of several ratings: what was reached against its target (bullets), and a matrix of two by two with both ratings in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.languages import Text
from toolkit.plots.drawings import find_colour
from toolkit.plots.panel import Panel
from toolkit.plots.style import INK, SMALL, SOFT, TINTS, WIDTH, Shape, find_line_height, house_style, wrap_words
from toolkit.report.figures.parts import arrange_axis, arrange_key
from toolkit.study.answers import Answers

_BULLET = 20.0
_BETWEEN = 14.0
_CELL = WIDTH / 2
_PAD = 26.0
_ROW = 62.0
_SHAPES: tuple[Shape, Shape] = ("wanted", "now")


@dataclass(frozen=True, slots=True)
class Sides:
    """One scale: its words, the two ratings of it (what it is and its target, or the first and the last), and both in words."""

    label: str
    values: tuple[float, float]
    words: tuple[str, str]


def draw_bullets(rows: Sequence[Sides], names: tuple[str, str], answers: Answers, text: Text) -> Panel:
    """Return a bar per scale for what was reached, with a rule at its target; `names` are the words of both."""
    key = arrange_key([(TINTS[1], names[0]), ("raw", names[1])])
    axis = arrange_axis(answers, text)
    labels = [wrap_words(row.label, WIDTH) for row in rows]
    heights = [len(lines) * find_line_height() + _BULLET + _BETWEEN for lines in labels]
    with house_style():
        panel = Panel(key.height + sum(heights) + axis.height, answers.min, answers.max, right=96)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 4)
        top = key.height
        for row, lines, height in zip(rows, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            lane = top + len(lines) * find_line_height() + 4
            reached, target = (panel.cut(value) for value in row.values)
            panel.fill_boxes([(answers.min, reached, lane, lane + _BULLET)], TINTS[1])
            panel.add_line([target, target], [lane - 3, lane + _BULLET + 3], color=INK, linewidth=3, zorder=4)
            panel.write(WIDTH, lane + _BULLET / 2 + 4.5, " / ".join(row.words), size=SMALL, align="right", bold=True)
            top += height
    return panel


def draw_matrix(cells: Sequence[Sequence[Sides]], names: tuple[str, str], answers: Answers, text: Text) -> Panel:
    """Return rows of two cells, each with its first rating (diamond) and its last (round) over the whole answer scale."""
    key = arrange_key(list(zip(_SHAPES, names, strict=True)))
    labels = [[wrap_words(cell.label, 0.9 * (_CELL - 12), SMALL) for cell in row] for row in cells]
    heights = [max(map(len, lines)) * find_line_height(SMALL) + _ROW for lines in labels]
    with house_style():
        panel = Panel(key.height + sum(heights), 0, WIDTH, left=0, right=0)
        key.draw(panel)
        top = key.height
        for row, lines, height in zip(cells, labels, heights, strict=True):
            for place, (cell, words) in enumerate(zip(row, lines, strict=True)):
                panel.write_lines(place * _CELL + 6, top + 16, words, size=SMALL, bold=True)
                _draw_cell(panel, cell, place * _CELL, top + height - 34, answers, text)
            panel.outline_boxes([(place * _CELL + 1, (place + 1) * _CELL - 1, top + 1, top + height - 2) for place in range(len(row))])
            top += height
    return panel


def _draw_cell(panel: Panel, cell: Sides, left: float, y: float, answers: Answers, text: Text) -> None:
    room = _CELL - 2 * _PAD
    places = [left + _PAD + (value - answers.min) / (answers.max - answers.min) * room for value in cell.values]
    panel.draw_line(left + _PAD, left + _PAD + room, y, colour=TINTS[1], width=1.2)
    panel.draw_line(min(places), max(places), y, colour=SOFT)
    for end, x in ((answers.min, left + _PAD), (answers.max, left + _PAD + room)):
        panel.write(x, y + 24, text.number(end, 0), size=SMALL, colour=SOFT, align="center")
    middle = sum(places) / 2
    ordered = sorted(zip(places, cell.words, _SHAPES, strict=True), key=lambda side: side[0])
    for (x, words, shape), left_one in zip(ordered, (True, False), strict=True):
        panel.mark(x, y, shape)
        edge = min(x + 4, middle - 3) if left_one else max(x - 4, middle + 3)
        panel.write(edge, y - 9, words, size=SMALL, colour=find_colour(shape), align="right" if left_one else "left", bold=True)
