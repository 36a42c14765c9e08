"""Figure D: which factors changed? A dot with its interval per factor, beside a line at no change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, choose_decimals, list_rows, list_scales, list_shown
from toolkit.report.figures.style import (
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
from toolkit.report.text import Text
from toolkit.study.instruments import Answers
from toolkit.study.study import Outcome, Study

_LANE, _BETWEEN = 22.0, 7.0


def draw_factor_change(change: pd.DataFrame, study: Study, text: Text, order: Sequence[str] = ()) -> Figure:
    """Return a row per scale with its change; filled where the interval lies on one side of zero, open where it holds zero.

    `change` holds the rows of one school (or of all), one comparison and one instrument; `order` names the scales from top to
    bottom, those of figure B first seen to last (without it: the order of the instrument).
    """
    rows = list_shown(change, "change", "average_change")
    instrument = study.find_instrument(str(rows["instrument"].iloc[0]))
    cells = {row.scale: row for row in list_rows(rows)}
    scales = sorted(list_scales(instrument, rows), key=lambda scale: order.index(scale.id) if scale.id in order else len(order))
    labels = {scale.id: wrap_words(text.pick(scale.label), WIDTH - 70) for scale in scales}
    heights = [len(labels[scale.id]) * find_line_height() + _LANE + _BETWEEN for scale in scales]
    reach = find_reach(rows, instrument.find_answers())
    small = {
        scale.id: study.find_smallest_change(Outcome(instrument=instrument.id, scale=scale.id, rating=cells[scale.id].rating))
        for scale in scales
    }
    key = arrange_key(list_change_signs(study, text, band=any(small.values())))
    with house_style():
        panel = open_panel(key.height + sum(heights) + CHANGE_AXIS, -reach, reach)
        key.draw(panel)
        top = key.height
        for scale, height in zip(scales, heights, strict=True):
            _fill_small(panel, small[scale.id], top, top + height)
            top += height
        draw_change_axis(panel, key.height, top - 2, text)
        top = key.height
        for scale, height in zip(scales, heights, strict=True):
            panel.write_lines(0, top + 16, labels[scale.id])
            _write_value(panel, cells[scale.id], top + 16, text)
            draw_change(panel, cells[scale.id], top + len(labels[scale.id]) * find_line_height() + 8)
            top += height
    return panel.figure


CHANGE_AXIS = 24 + find_line_height(SMALL)


def find_reach(rows: pd.DataFrame, answers: Answers) -> float:
    """Return how far the axis of a change runs to both sides of zero, in points.

    At least a quarter of the answer scale, and in steps of half a point as far as the intervals that are shown, at most the whole scale.
    """
    whole = answers.max - answers.min
    furthest = float(np.nanmax(np.abs(rows[["estimate", "low", "high"]].to_numpy())))
    step = 0.5 if whole <= 10 else whole / 20
    return min(max(whole / 4, math.ceil(furthest / step) * step), whole)


def list_change_signs(study: Study, text: Text, *, band: bool) -> list[tuple[Any, str]]:
    """Return the entries of the key of a figure with changes."""
    entries = [("now", text.say("figures.clear")), ("unclear", text.say("figures.unclear")), say_interval(study, text)]
    return [*entries, ("band", text.say("figures.small"))] if band else entries


def draw_change_axis(panel: Panel, top: float, bottom: float, text: Text) -> None:
    """Draw the axis of changes: a strong line at zero, thin ones at whole and half points, and which side is up."""
    step = next(step for step in (0.5, 1, 2, 5, 10, 25, 50) if panel.high / step <= 4)
    for number in range(-int(panel.high / step), int(panel.high / step) + 1):
        value = number * step
        if value:
            panel.draw_rule(value, top, bottom)
        words = ("+" if value > 0 else "") + text.number(value, 0 if float(value).is_integer() else 1)
        panel.write(panel.find_x(value), bottom + 17, words, size=SMALL, colour=SOFT, align="center")
    panel.draw_rule(0, top, bottom, colour=INK, width=1.4)
    panel.write(panel.left - 12, bottom + 37, text.say("figures.fell"), size=SMALL, colour=SOFT)
    panel.write(WIDTH, bottom + 37, text.say("figures.rose"), size=SMALL, colour=SOFT, align="right")


def draw_change(panel: Panel, row: Any, y: float) -> None:
    """Draw one change: its interval and its dot, open where the interval holds zero or there is none."""
    has_interval = math.isfinite(row.low) and math.isfinite(row.high)
    if has_interval:
        panel.draw_line(row.low, row.high, y, colour=NOW)
    panel.mark(min(max(row.estimate, panel.low), panel.high), y, "now" if has_interval and (row.low > 0 or row.high < 0) else "unclear")


def _fill_small(panel: Panel, small: float | None, top: float, bottom: float) -> None:
    if small:
        panel.fill_band(-small, small, top, bottom)


def _write_value(panel: Panel, row: Any, y: float, text: Text) -> None:
    words = text.number(row.estimate, choose_decimals(row.n))
    signed = ("+" if row.estimate > 0 and any(sign in "123456789" for sign in words) else "") + words
    panel.write(WIDTH, y, signed, bold=True, colour=NOW, align="right")
