"""Pictures of one profile: the radar (C), now and wanted (B), schools by factors (I), and strips of schools per factor (J)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.drawings import Web, draw_pair, find_colour
from toolkit.plots.panel import Panel
from toolkit.plots.style import GROWTH, INK, LIGHT, SMALL, SOFT, WIDTH, Align, Box, Shape, find_line_height, house_style, wrap_words
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.parts import COLUMN, arrange_axis, arrange_key, arrange_row, list_scales, list_shown
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

_RADIUS = 126.0
_RIM = 36.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


_GAP_LANE = 28.0
_GAP_BETWEEN = 6.0
_NAMES = 178.0
_COLUMNS = 5
_ROW = 24.0
_STRIP_LANE = 20.0
_STRIP_BETWEEN = 8.0


def draw_radar(levels: pd.DataFrame, study: Study, text: Text) -> Panel:
    """Return the factors on spokes in the order of the instrument, now with a solid and wanted with a dashed line.

    `levels` holds the rows of one school (or of all), of one instrument and one wave. The spokes are numbered; their names stand
    around them where the page is wide, and in a list below where it is narrow.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(means[0].instrument)
    ratings = list_ratings(instrument)
    scales = list_scales(instrument, means)
    values = {(row.scale, row.rating): row.estimate for row in means}
    answers = instrument.find_answers(ratings[0])
    key = arrange_key(list(zip(_SHAPES, (text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings), strict=False)))
    centre = key.height + _RIM + _RADIUS
    with house_style():
        panel = Panel(centre + _RADIUS + _RIM, 0, WIDTH, left=0, right=0)
        key.draw(panel)
        web = Web(panel, (WIDTH / 2, centre), _RADIUS, answers.min, answers.max, len(scales))
        web.draw_rings()
        _number_rings(panel, web, text)
        for number, scale in enumerate(scales):
            _label_spoke(panel, web, number, text.pick(scale.label))
        for rating, shape in zip(ratings, _SHAPES, strict=False):
            web.draw_profile([values.get((scale.id, rating), math.nan) for scale in scales], shape)
    return panel


def _number_rings(panel: Panel, web: Web, text: Text) -> None:
    for value in web.list_rings():
        x, y = web.find_label(value)
        panel.write(x, y + 4, text.number(value, 0 if float(value).is_integer() else 1), size=SMALL, colour=SOFT, align="center")


def _label_spoke(panel: Panel, web: Web, spoke: int, words: str) -> None:
    x, y = web.find_place(spoke, _RADIUS + 13)
    side = round(x - WIDTH / 2)
    align: Align = "center" if abs(side) < 20 else "left" if side > 0 else "right"
    room = 170 if align == "center" else WIDTH - x if side > 0 else x
    lines = wrap_words(words, 0.92 * room * GROWTH, SMALL)  # some readers' letters are wider than those measured
    pitch = SMALL * 1.2
    first = y + 4 - (len(lines) - 1) * pitch * (0.5 if align != "center" else 1 if y < web.centre[1] else 0)
    for number, line in enumerate(lines):
        panel.write(x, first + number * pitch, line, size=SMALL, align=align, only="wide", whole=words if number == 0 else "")
    panel.write(x, y + 4, str(spoke + 1), size=SMALL, align="center", only="narrow")


def draw_gap(levels: pd.DataFrame, study: Study, text: Text, *, beside: bool = False) -> Panel:
    """Return a row per factor with the level now (round) and wanted (diamond), the widest gap on top.

    `levels` holds the rows of one school (or of all), of one instrument and one wave. Names stand above the marks, or `beside` them.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(means[0].instrument)
    ratings = list_ratings(instrument)
    cells = {(row.scale, row.rating): row for row in means}
    scales = order_by_gap(means, instrument)
    rows = [(text.pick(scale.label), [cells.get((scale.id, rating)) for rating in ratings]) for scale in scales]
    words = [text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings]
    return draw_pairs(rows, words, instrument.find_answers(ratings[0]), text, beside=beside)


def draw_pairs(rows: Sequence[tuple[str, list[Any]]], words: Sequence[str], answers: Answers, text: Text, *, beside: bool = False) -> Panel:
    """Return a row per label with a round and a diamond: two estimates that `words` name, either of which may be missing."""
    key = arrange_key(list(zip(_SHAPES, words, strict=False)))
    left = COLUMN + 40 if beside else 48
    axis = arrange_axis(answers, text, (WIDTH - left - 48) / 2 if beside else WIDTH / 2 - 45)
    arranged = [arrange_row(label, 24 if beside else _GAP_LANE, _GAP_BETWEEN, beside=beside) for label, _ in rows]
    bottom = key.height + sum(row.height for row in arranged)
    with house_style():
        panel = Panel(bottom + axis.height, answers.min, answers.max, left=left, right=48)
        key.draw(panel)
        axis.draw(panel, key.height, bottom - 2)
        top = key.height
        for row, (_, pair) in zip(arranged, rows, strict=True):
            _draw_pair(panel, pair, row.write(panel, top) + 12, text)
            top += row.height
    return panel


def list_ratings(instrument: Instrument) -> tuple[str, ...]:
    """Return the ratings that a gap lies between, now first: those that the computed rating is made of, else the first two asked."""
    difference = next((rating.difference for rating in instrument.ratings if rating.difference), None)
    return (difference[1], difference[0]) if difference else instrument.scored_ratings[:2]


def order_by_gap(means: Sequence[Any], instrument: Instrument) -> list[Scale]:
    """Return the scales of the shown `means`, the widest gap first, those without a gap last; equal ones as the instrument has them."""
    values = {(row.scale, row.rating): row.estimate for row in means if row.instrument == instrument.id}
    computed = next((rating.id for rating in instrument.ratings if rating.difference), "")
    now, wanted = (*list_ratings(instrument), "")[:2]

    def find_gap(scale: Scale) -> float:
        if (scale.id, computed) in values and computed:
            return float(values[scale.id, computed])
        return float(values.get((scale.id, wanted), float("-inf")) - values.get((scale.id, now), 0.0))

    return sorted(list_scales(instrument, means), key=find_gap, reverse=True)


def _draw_pair(panel: Panel, pair: list[Any], y: float, text: Text) -> None:
    shown = [(row, find_colour(shape)) for row, shape in zip(pair, _SHAPES, strict=False) if row is not None]
    now, wanted = [None if row is None else row.estimate for row in (*pair, None)][:2]
    draw_pair(panel, now, wanted, y)
    ordered = sorted(shown, key=lambda entry: entry[0].estimate)
    for position, (row, colour) in enumerate(ordered):
        words = text.number(row.estimate, choose_decimals(row.n))
        left = position == 0 and len(ordered) == 2
        x = panel.find_x(row.estimate) + (-10 if left else 10)
        panel.write(x, y + 4.5, words, size=SMALL, colour=colour, align="right" if left else "left", bold=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one school on one factor: in words, its tone, whether it stands out, and whether it is an indication only."""

    words: str
    tone: str
    bold: bool = False
    indicated: bool = False


def draw_heat(rows: Sequence[tuple[str, Sequence[Cell | None]]], columns: Sequence[str], signs: Sequence[tuple[str, str]]) -> Panel:
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
        panel = Panel(key.height + sum(tops) + len(blocks) * (sum(heights) + 16), 0, WIDTH, left=0, right=0)
        key.draw(panel)
        top = key.height
        for block, lines, head in zip(blocks, titles, tops, strict=True):
            panel.write_lines(0, top + 12, lines, size=SMALL)
            _draw_block(panel, block, [cells for _, cells in rows], names, heights, top + head)
            top += head + sum(heights) + 16
    return panel


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
            cell = cells[number]
            left = _NAMES + place * width
            boxes.setdefault(cell.tone if cell else "", []).append((left + 1, left + width - 1, top + 1, top + height - 1))
            if cell:
                panel.write_on(left + width / 2, top + height / 2 + 4, cell.words, cell.tone, bold=cell.bold)
                if cell.indicated:
                    at = panel.find_value(left + width - 8)
                    panel.add_line([at], [top + height / 2], marker="o", markersize=13, color=LIGHT.paper, linestyle="none", zorder=3)
                    panel.mark(at, top + height / 2, "indication")
        top += height
    panel.outline_boxes(boxes.pop("", []))
    for tone, found in boxes.items():
        panel.fill_boxes(found, tone)


@dataclass(frozen=True, slots=True)
class Strip:
    """One factor: per rating the means of the schools and the mean of all (None where it is not shown)."""

    label: str
    schools: tuple[tuple[float, ...], ...]
    averages: tuple[float | None, ...]


def draw_strips(strips: Sequence[Strip], ratings: Sequence[str], answers: Answers, text: Text) -> Panel:
    """Return a row per factor with a lane per rating, over the whole answer scale; `ratings` are their words."""
    key = arrange_key([*zip(_SHAPES, ratings, strict=False), ("raw", text.say("figures.average"))])
    axis = arrange_axis(answers, text)
    labels = [wrap_words(strip.label, WIDTH) for strip in strips]
    heights = [len(lines) * find_line_height() + len(ratings) * _STRIP_LANE + _STRIP_BETWEEN for lines in labels]
    with house_style():
        panel = Panel(key.height + sum(heights) + axis.height, answers.min, answers.max)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 2)
        top = key.height
        for strip, lines, height in zip(strips, labels, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            lane = top + len(lines) * find_line_height() + 9
            for schools, average, shape in zip(strip.schools, strip.averages, _SHAPES, strict=False):
                panel.mark_all(sorted(schools), lane, shape)
                if average is not None:
                    panel.draw_rules([average], lane - 9, lane + 9, colour=INK, width=2.2)
                lane += _STRIP_LANE
            top += height
    return panel
