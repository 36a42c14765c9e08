"""Figure I: where is which factor high? A box per school and factor, its value written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from matplotlib.figure import Figure

from toolkit.plots.style import (
    DOWN,
    MIDDLE,
    SMALL,
    TINTS,
    UP,
    WIDTH,
    Box,
    Panel,
    find_line_height,
    house_style,
    open_panel,
    wrap_words,
)
from toolkit.report.figures.parts import arrange_key
from toolkit.study.instruments import Answers

_NAMES, _COLUMNS, _ROW = 178.0, 5, 24.0
#: From which shares of a quarter of the answer scale a change has a stronger tone; under the first it is grey.
_STEPS = (0.1, 0.4, 0.7)


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one school on one factor: in words, its tone, and whether it stands out."""

    words: str
    tone: str
    bold: bool = False


def choose_level_tone(value: float, answers: Answers) -> str:
    """Return the tint of a level: one hue in five equal parts of the whole answer scale."""
    share = (value - answers.min) / (answers.max - answers.min)
    return TINTS[min(max(int(share * len(TINTS)), 0), len(TINTS) - 1)]


def choose_change_tone(value: float, answers: Answers) -> str:
    """Return the tone of a change: two hues around a grey for what lies near 0."""
    share = abs(value) / ((answers.max - answers.min) / 4)
    strength = sum(share >= step for step in _STEPS)
    return MIDDLE if not strength else (UP if value > 0 else DOWN)[strength - 1]


def draw_heat(rows: Sequence[tuple[str, Sequence[Cell | None]]], columns: Sequence[str], signs: Sequence[tuple[str, str]]) -> Figure:
    """Return a row per school in the order given; the factors stand in even blocks of five at most, numbered, with their names above.

    `signs` are tones with what they mean; a cell that is None stays open, an outline with the sign `open`.
    """
    key = arrange_key(signs)
    names = [wrap_words(name, _NAMES - 12, SMALL) for name, _ in rows]
    size = ceil(len(columns) / ceil(len(columns) / _COLUMNS))
    blocks = [range(start, min(start + size, len(columns))) for start in range(0, len(columns), size)]
    titles = [[line for number in block for line in wrap_words(f"{number + 1}  {columns[number]}", WIDTH, SMALL)] for block in blocks]
    pitch = find_line_height(SMALL)
    heights = [max(_ROW, len(lines) * pitch + 4) for lines in names]
    tops = [len(lines) * pitch + pitch + 14 for lines in titles]
    with house_style():
        panel = open_panel(key.height + sum(tops) + len(blocks) * (sum(heights) + 16), 0, WIDTH, left=0, right=0)
        key.draw(panel)
        top = key.height
        for block, lines, head in zip(blocks, titles, tops, strict=True):
            panel.write_lines(0, top + 12, lines, size=SMALL)
            _draw_block(panel, block, [cells for _, cells in rows], names, heights, top + head)
            top += head + sum(heights) + 16
    return panel.figure


def _draw_block(
    panel: Panel, block: range, rows: Sequence[Sequence[Cell | None]], names: list[list[str]], heights: list[float], top: float
) -> None:
    width = (WIDTH - _NAMES) / _COLUMNS
    for place, number in enumerate(block):
        panel.write(_NAMES + (place + 0.5) * width, top - 6, str(number + 1), size=SMALL, align="center", bold=True)
    boxes: dict[str, list[Box]] = {}
    for cells, lines, height in zip(rows, names, heights, strict=True):
        panel.write_lines(0, top + height / 2 + 4 - (len(lines) - 1) * find_line_height(SMALL) / 2, lines, size=SMALL)
        for place, number in enumerate(block):
            cell, left = cells[number], _NAMES + place * width
            boxes.setdefault(cell.tone if cell else "", []).append((left + 1, left + width - 1, top + 1, top + height - 1))
            if cell:
                panel.write_on(left + width / 2, top + height / 2 + 4, cell.words, cell.tone, bold=cell.bold)
        top += height
    panel.outline_boxes(boxes.pop("", []))
    for tone, found in boxes.items():
        panel.fill_boxes(found, tone)
