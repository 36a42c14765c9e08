"""Figure D: which factors changed? A dot with its interval per factor, beside a line at no change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from toolkit.languages import Text
from toolkit.plots.style import (
    INK,
    NOW,
    SMALL,
    SOFT,
    WIDTH,
    Panel,
    find_line_height,
    house_style,
    open_panel,
    wrap_words,
)
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, list_rows, list_scales, list_shown
from toolkit.study.instruments import Answers
from toolkit.study.study import Outcome, Study

_LANE, _BETWEEN = 23.0, 7.0


def draw_factor_change(change: pd.DataFrame, study: Study, text: Text, order: Sequence[str] = ()) -> Figure:
    """Return a row per scale with its change; filled where the verdict is a rise or a fall, open where it is not.

    `change` holds the rows of one school (or of all), one comparison and one instrument; `order` names the scales from top to
    bottom, those of figure B first seen to last (without it: the order of the instrument).
    """
    rows = list_shown(change, "change", "average_change")
    instrument = study.find_instrument(str(rows["instrument"].iloc[0]))
    cells = {row.scale: row for row in list_rows(rows)}
    scales = sorted(list_scales(instrument, rows), key=lambda scale: order.index(scale.id) if scale.id in order else len(order))
    labels = {scale.id: wrap_words(text.pick(scale.label), WIDTH - 84) for scale in scales}
    heights = [len(labels[scale.id]) * find_line_height() + _LANE + _BETWEEN for scale in scales]
    reach = find_reach(rows[["estimate", "low", "high"]].to_numpy(), instrument.find_answers())
    small = {
        scale.id: study.find_smallest_change(Outcome(instrument=instrument.id, scale=scale.id, rating=cells[scale.id].rating))
        for scale in scales
    }
    key = arrange_key(list_change_signs(study, text, band=any(small.values())))
    with house_style():
        panel = open_panel(key.height + sum(heights) + CHANGE_AXIS, -reach, reach, right=78)
        key.draw(panel)
        _fill_small(panel, [small[scale.id] for scale in scales], heights, key.height)
        draw_change_axis(panel, key.height, key.height + sum(heights), text)
        top = key.height
        for scale, height in zip(scales, heights, strict=True):
            panel.write_lines(0, top + 16, labels[scale.id])
            _write_value(panel, cells[scale.id], top + 16, text)
            draw_change(panel, cells[scale.id], cells[scale.id].verdict, top + len(labels[scale.id]) * find_line_height() + 8)
            top += height
    return panel.figure


CHANGE_AXIS = 24 + find_line_height(SMALL)


def find_reach(values: ArrayLike, answers: Answers) -> float:
    """Return how far the axis of a change runs to both sides of zero, in points.

    At least a quarter of the answer scale, and in steps of half a point as far as the `values` that are shown, at most the whole scale.
    """
    whole = answers.max - answers.min
    furthest = float(np.nanmax(np.abs(values)))
    step = 0.5 if whole <= 10 else whole / 20
    return min(max(whole / 4, math.ceil(furthest / step) * step), whole)


def list_change_signs(study: Study, text: Text, *, band: bool) -> list[tuple[Any, str]]:
    """Return the entries of the key of a figure with changes."""
    entries = [("now", text.say("figures.clear")), ("unclear", text.say("figures.unclear")), say_interval(study, text)]
    return [*entries, ("band", text.say("figures.small"))] if band else entries


def draw_change_axis(panel: Panel, top: float, bottom: float, text: Text, ends: tuple[str, str] = ("figures.fell", "figures.rose")) -> None:
    """Draw the axis of changes: a strong line at zero, thin ones at whole and half points, and (keys of phrases) what its `ends` mean."""
    step = next(step for step in (0.5, 1, 2, 5, 10, 25, 50) if panel.high / step <= 4)
    ticks = [number * step for number in range(-int(panel.high / step), int(panel.high / step) + 1)]
    panel.draw_rules([value for value in ticks if value], top, bottom)
    for value in ticks:
        words = ("+" if value > 0 else "") + text.number(value, 0 if float(value).is_integer() else 1)
        panel.write(panel.find_x(value), bottom + 17, words, size=SMALL, colour=SOFT, align="center")
    panel.draw_rules([0], top, bottom, colour=INK, width=1.4)
    panel.write(panel.left - 12, bottom + 37, text.say(ends[0]), size=SMALL, colour=SOFT)
    panel.write(WIDTH - panel.right + 12, bottom + 37, text.say(ends[1]), size=SMALL, colour=SOFT, align="right")


def draw_change(panel: Panel, row: Any, verdict: str, y: float) -> None:
    """Draw one change: its interval and its dot, filled where the words beside the figure say that it rose or fell."""
    panel.draw_line(panel.cut(row.low), panel.cut(row.high), y, colour=NOW)
    panel.mark(panel.cut(row.estimate), y, "now" if verdict.startswith(("rose", "fell")) else "unclear")


def _fill_small(panel: Panel, small: list[float | None], heights: list[float], top: float) -> None:
    """Fill the changes that are smaller than what matters; rows with the same one share a band."""
    for size, rows in groupby(zip(small, heights, strict=True), key=lambda row: row[0]):
        bottom = top + sum(height for _, height in rows)
        if size:
            panel.fill_band(panel.cut(-size), panel.cut(size), top, bottom)
        top = bottom


def _write_value(panel: Panel, row: Any, y: float, text: Text) -> None:
    words = text.number(row.estimate, choose_decimals(row.n))
    signed = ("+" if row.estimate > 0 and any(sign in "123456789" for sign in words) else "") + words
    panel.write(WIDTH, y, signed, bold=True, colour=NOW, align="right")
