"""Figures of dots with intervals beside a line: which factors changed (D), in which schools (H), one question answered in several ways, and
the steps of measurement invariance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.drawings import draw_estimate, find_reach
from toolkit.plots.panel import Panel
from toolkit.plots.style import INK, NOW, SMALL, SOFT, WIDTH, Shape, find_line_height, house_style, wrap_words
from toolkit.report.content.estimate import choose_decimals
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.parts import arrange_key, choose_mark, list_scales, list_shown
from toolkit.study.study import Outcome, Study

_FACTOR_LANE = 23.0
_FACTOR_BETWEEN = 7.0


CHANGE_AXIS = 24 + find_line_height(SMALL)
_ESTIMATE_LABELS = 188.0
_ESTIMATE_PITCH = 7.0
_SCHOOL_LABELS = 188.0
_SCHOOL_PITCH = 5.0
_PER_PANEL = 40
#: With comparison schools: the difference, and the average of each group.
GROUPED = ("difference", "trajectory", "comparison")
AVERAGES = {"average_change", *GROUPED}
#: The label of a row and its estimates by quantity.
_Row = tuple[list[str], dict[str, Any]]
#: How far the axis runs, in times of what may be lost; more is drawn at its end.
REACH = (-0.5, 2.5)
_STEP_LABELS = 188.0
_ROW = 34.0
_SHAPES: tuple[Shape, Shape] = ("now", "wanted")


def draw_factor_change(change: pd.DataFrame, study: Study, text: Text, order: Sequence[str] = ()) -> Panel:
    """Return a row per scale with its change: filled for a rise or a fall, half filled for an indication, else open.

    `change` holds the rows of one school (or of all), one comparison and one instrument; `order` names the scales from top to
    bottom, those of figure B first seen to last (without it: the order of the instrument).
    """
    rows = list_shown(change, "change", "average_change")
    instrument = study.find_instrument(rows[0].instrument)
    cells = {row.scale: row for row in rows}
    scales = sorted(list_scales(instrument, rows), key=lambda scale: order.index(scale.id) if scale.id in order else len(order))
    labels = {scale.id: wrap_words(text.pick(scale.label), WIDTH - 84) for scale in scales}
    heights = [len(labels[scale.id]) * find_line_height() + _FACTOR_LANE + _FACTOR_BETWEEN for scale in scales]
    answers = instrument.find_answers()
    reach = find_reach([(row.estimate, row.low, row.high) for row in rows], answers.max - answers.min)
    small = {
        scale.id: study.find_smallest_change(Outcome(instrument=instrument.id, scale=scale.id, rating=cells[scale.id].rating))
        for scale in scales
    }
    indicated = any(cell.verdict.startswith("indication") for cell in cells.values())
    told = any(pd.notna(row.low) for row in rows)
    key = arrange_key(list_change_signs(study, text, band=any(small.values()), indicated=indicated, interval=told))
    with house_style():
        panel = Panel(key.height + sum(heights) + CHANGE_AXIS, -reach, reach, right=78)
        key.draw(panel)
        _fill_small(panel, [small[scale.id] for scale in scales], heights, key.height)
        draw_change_axis(panel, key.height, key.height + sum(heights), text)
        top = key.height
        for scale, height in zip(scales, heights, strict=True):
            panel.write_lines(0, top + 16, labels[scale.id])
            _write_value(panel, cells[scale.id], top + 16, text)
            draw_change(panel, cells[scale.id], cells[scale.id].verdict, top + len(labels[scale.id]) * find_line_height() + 8)
            top += height
    return panel


def list_change_signs(study: Study, text: Text, *, band: bool, indicated: bool = False, interval: bool = True) -> list[tuple[Any, str]]:
    """Return the entries of the key of a figure with changes; those of an indication and an interval only where one is drawn."""
    half: list[tuple[Any, str]] = [("indication", text.say("figures.indication"))] if indicated else []
    entries = [("now", text.say("figures.clear")), *half, ("unclear", text.say("figures.unclear"))]
    entries += [say_interval(study, text)] if interval else []
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
    """Draw one change: its interval and its dot, filled as the words beside the figure say."""
    draw_estimate(panel, (row.estimate, row.low, row.high), y, choose_mark(verdict), (panel.low, panel.high))


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


def draw_schools(change: pd.DataFrame, study: Study, text: Text) -> Panel:
    """Return a line per school: its own change with interval, and as a paler mark that change drawn in towards the average.

    `change` holds the rows of one comparison and one outcome. With comparison schools, both groups stand apart under their difference, each
    below its average. A dot is filled where the school's own interval tells a rise or a fall.
    Above the schools stand the average of all and the range in which a new school would probably lie. Schools stand in the order in
    which `change` has them; after every 40 the axis comes again.
    """
    shown = list_shown(change, *GROUPED, "average_change", "new_school", "shrunken", "change")
    first = shown[0]
    answers = study.find_instrument(first.instrument).find_scale_answers(first.scale, first.rating)
    small = study.find_smallest_change(Outcome(instrument=first.instrument, scale=first.scale, rating=first.rating))
    rows = _list_groups(shown, study, text) or _list_summaries(shown, text) + _list_schools(shown, study)
    blocks = [rows[start : start + _PER_PANEL + 2] for start in range(0, len(rows), _PER_PANEL + 2)]
    signs = [
        *list_change_signs(study, text, band=bool(small)),
        ("mean", text.say("figures.average_of_group" if any(row.quantity == GROUPED[0] for row in shown) else "figures.average")),
    ]
    signs += [("drawn_in", text.say("figures.drawn_in"))] if any("shrunken" in cells for _, cells in rows) else []
    key = arrange_key(signs)
    drawn = [(row.estimate, row.low, row.high) if row.quantity != "shrunken" else (row.estimate,) for row in shown]
    reach = find_reach([end for ends in drawn for end in ends], answers.max - answers.min)
    with house_style():
        panel = Panel(key.height + sum(_measure_block(block) for block in blocks), -reach, reach, left=_SCHOOL_LABELS, right=26)
        key.draw(panel)
        top = key.height
        for block in blocks:
            _draw_block(panel, block, top, small, rows[0][1].get("average_change"), text)
            top += _measure_block(block)
    return panel


def _list_summaries(shown: Sequence[Any], text: Text) -> list[_Row]:
    rows = {row.quantity: row for row in shown if row.school == ""}
    return [
        (wrap_words(text.say(f"figures.{name}"), _SCHOOL_LABELS - 34, SMALL), {name: rows[name]})
        for name in ("average_change", "new_school")
        if name in rows
    ]


def _list_groups(shown: Sequence[Any], study: Study, text: Text) -> list[_Row]:
    """Return the difference between both groups, then each with its average and its schools; nothing where there is no comparison."""
    means = {row.quantity: row for row in shown if row.quantity in GROUPED}
    group_of = {school.id: school.group for school in study.schools}
    rows: list[_Row] = []
    for name in GROUPED if GROUPED[0] in means else ():
        rows += [(wrap_words(text.say(f"figures.{name}"), _SCHOOL_LABELS - 34, SMALL), {name: means[name]})] if name in means else []
        rows += _list_schools([row for row in shown if group_of.get(row.school) == name], study)
    return rows


def _list_schools(shown: Sequence[Any], study: Study) -> list[_Row]:
    found: dict[str, dict[str, Any]] = {}
    for row in shown:
        if row.school:
            found.setdefault(row.school, {})[row.quantity] = row
    return [(wrap_words(study.find_school(school).name, _SCHOOL_LABELS - 14, SMALL), rows) for school, rows in found.items()]


def _measure_row(row: _Row) -> float:
    return len(row[0]) * find_line_height(SMALL) + _SCHOOL_PITCH


def _measure_block(block: Sequence[_Row]) -> float:
    return sum(_measure_row(row) for row in block) + CHANGE_AXIS


def _draw_block(panel: Panel, block: Sequence[_Row], top: float, small: float | None, average: Any, text: Text) -> None:
    bottom = top + _measure_block(block) - CHANGE_AXIS
    if small:
        panel.fill_band(panel.cut(-small), panel.cut(small), top, bottom)
    draw_change_axis(panel, top, bottom, text)
    if average is not None:
        panel.draw_rules([average.estimate], top, bottom, colour=SOFT, width=1.2, dashes=(0, (2, 2)))
    for lines, rows in block:
        middle = top + _measure_row((lines, rows)) / 2
        first = middle + 4.5 - (len(lines) - 1) * find_line_height(SMALL) / 2
        panel.write_lines(0, first, lines, size=SMALL, bold=bool(AVERAGES & rows.keys()))
        _draw_row(panel, rows, middle)
        top += _measure_row((lines, rows))


def _draw_row(panel: Panel, rows: dict[str, Any], y: float) -> None:
    if averages := AVERAGES & rows.keys():
        average = rows[averages.pop()]
        draw_estimate(panel, (average.estimate, average.low, average.high), y, "mean", (panel.low, panel.high), width=2.6)
    elif "new_school" in rows:
        panel.draw_line(panel.cut(rows["new_school"].low), panel.cut(rows["new_school"].high), y, colour=SOFT, width=6)
    else:
        if "change" in rows:
            draw_change(panel, rows["change"], rows["change"].verdict, y)
        if "shrunken" in rows:
            panel.mark(panel.cut(rows["shrunken"].estimate), y, "drawn_in")
