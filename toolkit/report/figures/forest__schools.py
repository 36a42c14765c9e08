"""Figure H: in which schools did it change? One line per school, the average of all, and where a new school would probably lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from toolkit.languages import Text
from toolkit.plots.style import INK, SMALL, SOFT, Panel, find_line_height, house_style, open_panel, wrap_words
from toolkit.report.figures.forest import CHANGE_AXIS, draw_change, draw_change_axis, find_reach, list_change_signs
from toolkit.report.figures.parts import arrange_key, list_rows, list_shown
from toolkit.study.study import Outcome, Study

_LABELS, _PITCH, _PER_PANEL = 188.0, 5.0, 40
#: The label of a row and its estimates by quantity.
_Row = tuple[list[str], dict[str, Any]]


def draw_schools(change: pd.DataFrame, study: Study, text: Text) -> Figure:
    """Return a line per school: its estimate drawn in towards the average, with interval, and its own mean as a tick beside it.

    `change` holds the rows of one comparison and one outcome. A dot is filled where the interval that is drawn tells a rise or a fall.
    Above the schools stand the average of all and the range in which a new school would probably lie. Schools stand in the order in
    which `change` has them; after every 40 the axis comes again.
    """
    shown = list_shown(change, "average_change", "new_school", "shrunken", "change")
    first = list_rows(shown)[0]
    answers = study.find_instrument(str(first.instrument)).find_answers(str(first.rating))
    small = study.find_smallest_change(Outcome(instrument=str(first.instrument), scale=str(first.scale), rating=str(first.rating)))
    rows = _list_summaries(shown, text) + _list_schools(shown, study)
    blocks = [rows[start : start + _PER_PANEL + 2] for start in range(0, len(rows), _PER_PANEL + 2)]
    signs = [*list_change_signs(study, text, band=bool(small)), ("raw", text.say("figures.raw")), ("mean", text.say("figures.average"))]
    key = arrange_key(signs)
    drawn = shown[["estimate", "low", "high"]].where(shown["quantity"] != "change", shown[["estimate"]])
    reach = find_reach(drawn.to_numpy(), answers)
    with house_style():
        panel = open_panel(key.height + sum(_measure_block(block) for block in blocks), -reach, reach, left=_LABELS, right=26)
        key.draw(panel)
        top = key.height
        for block in blocks:
            _draw_block(panel, block, top, small, rows[0][1].get("average_change"), text)
            top += _measure_block(block)
    return panel.figure


def _list_summaries(shown: pd.DataFrame, text: Text) -> list[_Row]:
    rows = {row.quantity: row for row in list_rows(shown[shown["school"] == ""])}
    return [
        (wrap_words(text.say(f"figures.{name}"), _LABELS - 34, SMALL), {name: rows[name]})
        for name in ("average_change", "new_school")
        if name in rows
    ]


def _list_schools(shown: pd.DataFrame, study: Study) -> list[_Row]:
    own = shown[shown["school"] != ""]
    found = [(school, {row.quantity: row for row in list_rows(rows)}) for school, rows in own.groupby("school", sort=False)]
    return [(wrap_words(study.find_school(str(school)).name, _LABELS - 14, SMALL), rows) for school, rows in found]


def _measure_row(row: _Row) -> float:
    return len(row[0]) * find_line_height(SMALL) + _PITCH


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
        panel.write_lines(0, first, lines, size=SMALL, bold="average_change" in rows)
        _draw_row(panel, rows, middle)
        top += _measure_row((lines, rows))


def _draw_row(panel: Panel, rows: dict[str, Any], y: float) -> None:
    if "average_change" in rows:
        panel.draw_line(panel.cut(rows["average_change"].low), panel.cut(rows["average_change"].high), y, colour=INK, width=2.6)
        panel.mark(rows["average_change"].estimate, y, "mean")
    elif "new_school" in rows:
        panel.draw_line(panel.cut(rows["new_school"].low), panel.cut(rows["new_school"].high), y, colour=SOFT, width=6)
    else:
        if "change" in rows:
            panel.draw_rules([panel.cut(rows["change"].estimate)], y - 7, y + 7, colour=SOFT, width=2)
        if "shrunken" in rows:
            draw_change(panel, rows["shrunken"], rows["shrunken"].verdict, y)
