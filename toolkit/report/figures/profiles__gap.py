"""Figure B: where is the gap between now and wanted widest?"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import (
    NOW,
    SMALL,
    SOFT,
    WANTED,
    WIDTH,
    Panel,
    Shape,
    find_line_height,
    house_style,
    open_panel,
    wrap_words,
)
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.parts import arrange_axis, arrange_key, list_rows, list_scales, list_shown
from toolkit.study.instruments import Instrument, Scale
from toolkit.study.study import Study

_LANE, _BETWEEN = 28.0, 6.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


def draw_gap(levels: pd.DataFrame, study: Study, text: Text) -> Figure:
    """Return a row per factor with the level now (round) and wanted (diamond), the widest gap on top.

    `levels` holds the rows of one school (or of all), of one instrument and one wave.
    """
    means = list_shown(levels, "mean")
    instrument = study.find_instrument(str(means["instrument"].iloc[0]))
    ratings = list_ratings(instrument)
    cells = {(row.scale, row.rating): row for row in list_rows(means)}
    scales = order_by_gap(means, instrument)
    rows = [(wrap_words(text.pick(scale.label), WIDTH), [cells.get((scale.id, rating)) for rating in ratings]) for scale in scales]
    words = [text.pick(rating.label) for rating in instrument.ratings if rating.id in ratings]
    key = arrange_key(list(zip(_SHAPES, words, strict=False)))
    answers = instrument.find_answers(ratings[0])
    axis = arrange_axis(answers, text)
    heights = [len(lines) * find_line_height() + _LANE + _BETWEEN for lines, _ in rows]
    with house_style():
        panel = open_panel(key.height + sum(heights) + axis.height, answers.min, answers.max, left=48, right=48)
        key.draw(panel)
        axis.draw(panel, key.height, key.height + sum(heights) - 2)
        top = key.height
        for (lines, pair), height in zip(rows, heights, strict=True):
            panel.write_lines(0, top + 16, lines)
            _draw_pair(panel, pair, top + len(lines) * find_line_height() + 12, text)
            top += height
    return panel.figure


def list_ratings(instrument: Instrument) -> tuple[str, ...]:
    """Return the ratings that a gap lies between, now first: those that the computed rating is made of, else the first two asked."""
    difference = next((rating.difference for rating in instrument.ratings if rating.difference), None)
    return (difference[1], difference[0]) if difference else instrument.asked_ratings[:2]


def order_by_gap(levels: pd.DataFrame, instrument: Instrument) -> list[Scale]:
    """Return the scales with a shown level, the widest gap first, those without a gap last; equal ones as the instrument has them."""
    means = list_shown(levels, "mean")
    values = {(row.scale, row.rating): row.estimate for row in list_rows(means) if row.instrument == instrument.id}
    computed = next((rating.id for rating in instrument.ratings if rating.difference), "")
    now, wanted = (*list_ratings(instrument), "")[:2]

    def find_gap(scale: Scale) -> float:
        if (scale.id, computed) in values and computed:
            return float(values[scale.id, computed])
        return float(values.get((scale.id, wanted), float("-inf")) - values.get((scale.id, now), 0.0))

    return sorted(list_scales(instrument, means), key=find_gap, reverse=True)


def _draw_pair(panel: Panel, pair: list[Any], y: float, text: Text) -> None:
    shown = [(row, shape, colour) for row, shape, colour in zip(pair, _SHAPES, (NOW, WANTED), strict=False) if row is not None]
    if len(shown) == 2:
        panel.draw_line(shown[0][0].estimate, shown[1][0].estimate, y, colour=SOFT, width=2)
    ordered = sorted(shown, key=lambda entry: entry[0].estimate)
    for position, (row, shape, colour) in enumerate(ordered):
        panel.mark(row.estimate, y, shape)
        words = text.number(row.estimate, choose_decimals(row.n))
        left = position == 0 and len(ordered) == 2
        x = panel.find_x(row.estimate) + (-10 if left else 10)
        panel.write(x, y + 4.5, words, size=SMALL, colour=colour, align="right" if left else "left", bold=True)
