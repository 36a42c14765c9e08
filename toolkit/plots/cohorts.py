"""Plots of cohorts: the change of each with its schools under it, and the course of each on months since its start."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from toolkit.languages import Language
from toolkit.plots.changes import say_why, sign_interval, write_beside
from toolkit.plots.drawings import draw_estimate, find_reach
from toolkit.plots.levels import MARKS, show_levels
from toolkit.plots.panel import add_line
from toolkit.plots.style import Shape, clean_words, style_mark
from toolkit.plots.tables import (
    Range,
    check_table,
    choose_one,
    find_name,
    find_scale,
    is_number,
    list_values,
    refuse,
)
from toolkit.plots.theme import Plot, measure_rows, open_plot, wrap
from toolkit.schemas import list_rows

_COLUMNS = ("what", "cohort", "school", "n", "estimate", "low", "high")
_COURSE = ("cohort", "months", "estimate", "low", "high")
#: A school is drawn smaller than the average that it is part of.
_SMALL = 5.5
#: By which part of the months shown the lines of two cohorts lie apart, so that their intervals do not hide each other.
_APART = 0.012


def plot_cohorts(
    compared: pd.DataFrame,
    *,
    dv: str | None = None,
    schools: bool = True,
    smallest_change: float | None = None,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw the change of each cohort with its interval beside a line at no change, and its schools under it, smaller and paler.

    A cohort of fewer than four schools is an open diamond without an interval. A mark of a school is filled where its interval lies on one
    side of zero. Where four cohorts or more were summed up, their mean stands last. Cohorts stand in the order of the table: no ranking.

    Parameters
    ----------
    compared : DataFrame
        As `plg.compare_cohorts` returns it: what, cohort, school, n, estimate, low and high.
    dv : str, optional
        Which column's change, where there are several.
    schools : bool
        Whether the schools are drawn.
    smallest_change : float, optional
        Changes smaller than this do not matter: they lie in a band.
    scale : tuple of float, optional
        Lowest and highest answer; found in `compared.attrs` where the verb knew it.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.
    language : {"nl", "en"}, optional
        Of the words; that of the machine without it.

    Returns
    -------
    Axes
        What was drawn on, of matplotlib: add to it, give it a title, or save its figure.

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> rows = [("cohort", "2024", "all schools", 35, 0.5, 0.2, 0.8), ("school", "2024", "De Wilg", 13, 0.2, -0.3, 0.7)]
    >>> compared = pd.DataFrame(rows, columns=["what", "cohort", "school", "n", "estimate", "low", "high"])
    >>> [label.get_text() for label in plg.plot_cohorts(compared, language="en").get_yticklabels()]
    ['Cohort 2024', 'De Wilg']
    """
    table = choose_one(check_table(compared, _COLUMNS, plot="plot_cohorts", verb="compare_cohorts"), "dv", dv, plot="plot_cohorts")
    kinds = ("cohort", "school", "mean") if schools else ("cohort", "mean")
    rows = list_rows(table[table["what"].isin(kinds)])
    if not rows:
        refuse("empty", plot="plot_cohorts")
    span = find_scale(compared, scale)
    names = [str(row.school if row.what == "school" else row.cohort) for row in rows]
    with open_plot(ax, language, field=measure_rows([f"Cohort {name}" for name in names])) as plot:
        plot.name_rows([_name_row(row, plot) for row in rows], strong=[row.what != "school" for row in rows])
        values = [value for row in rows for value in (row.estimate, row.low, row.high) if is_number(value)]
        reach = _show_zero(plot, values, span and span[1] - span[0], smallest_change)
        for y, row in enumerate(rows):
            _draw_row(plot, row, y, reach)
        _explain(plot, rows, compared.attrs.get("confidence", 0.95), smallest_change)
        plot.axes.set_xlabel(plot.say("change", what=find_name(compared, table, default=plot.say("score"))))
        return plot.axes


def _name_row(row: Any, plot: Plot) -> str:
    if row.what == "school":
        return plot.name_school(row.school)
    return plot.say("all_cohorts") if row.what == "mean" else plot.say("cohort", name=clean_words(str(row.cohort)))


def _show_zero(plot: Plot, values: list[float], span: float | None, smallest_change: float | None) -> float:
    """Draw the line at no change and the band around it; return how far the axis runs to both sides."""
    furthest = max(map(abs, values), default=1.0) or 1.0
    reach = find_reach(values, span) if span and values else furthest * 1.08
    plot.axes.set_xlim(-reach, reach)
    plot.number_axis(plot.axes.xaxis, signed=True)
    plot.axes.grid(True, axis="x", color=plot.palette.rule, linewidth=0.8)
    plot.axes.axvline(0, color=plot.palette.ink, linewidth=1.4, zorder=1)
    if smallest_change:
        plot.axes.axvspan(-smallest_change, smallest_change, color=plot.palette.band, linewidth=0, zorder=0)
    return reach


def _draw_row(plot: Plot, row: Any, y: int, reach: float) -> None:
    whole = row.what != "school"
    if whole and y:
        plot.axes.axhline(y - 0.5, color=plot.palette.rule, linewidth=0.8, zorder=1)
    if not whole:
        plot.axes.get_yticklabels()[y].set_color(plot.palette.soft)
    if not is_number(row.estimate):
        plot.write_nothing(y, say_why(getattr(row, "verdict", None), plot))
        return
    values = (row.estimate, row.low, row.high)
    if whole and is_number(row.low):
        draw_estimate(plot.axes, values, y, "mean", (-reach, reach), plot.palette)
    elif whole:
        add_line(plot.axes, [row.estimate], [y], linestyle="none", zorder=4, **_style_few(plot))
    else:
        _draw_school(plot, values, y, reach)
    colour = plot.palette.ink if whole else plot.palette.soft
    write_beside(plot, y, plot.write_number(row.estimate, 2, signed=True), int(row.n) if is_number(row.n) else 0, colour, bold=whole)


def _style_few(plot: Plot) -> dict[str, Any]:
    """Return the look of the average of few schools: the diamond of averages, open."""
    return style_mark("mean", plot.palette) | {"markerfacecolor": plot.palette.paper, "markeredgewidth": 1.8, "markersize": 8}


def _style_school(plot: Plot, low: float, high: float) -> dict[str, Any]:
    shape: Shape = "now" if is_number(low) and is_number(high) and (low > 0 or high < 0) else "unclear"
    filled = {"markerfacecolor": plot.palette.soft} if shape == "now" else {}
    return style_mark(shape, plot.palette) | filled | {"markeredgecolor": plot.palette.soft, "markeredgewidth": 1.4, "markersize": _SMALL}


def _draw_school(plot: Plot, values: tuple[float, float, float], y: int, reach: float) -> None:
    estimate, low, high = (min(max(value, -reach), reach) for value in values)
    if is_number(low) and is_number(high):
        add_line(plot.axes, [low, high], [y, y], color=plot.palette.soft, linewidth=1.2, zorder=2)
    add_line(plot.axes, [estimate], [y], linestyle="none", zorder=3, **_style_school(plot, values[1], values[2]))


def _explain(plot: Plot, rows: list[Any], confidence: float, smallest_change: float | None) -> None:
    drawn = [row for row in rows if is_number(row.estimate)]
    wholes = [row for row in drawn if row.what == "cohort"]
    schools = [row for row in drawn if row.what == "school"]
    clear = [is_number(row.low) and is_number(row.high) and (row.low > 0 or row.high < 0) for row in schools]
    signs: list[tuple[Any, str]] = []
    if any(is_number(row.low) for row in wholes):
        signs.append((plot.sign_mark("mean"), plot.say("of_cohorts" if any(row.what == "mean" for row in drawn) else "of_cohort")))
    if any(not is_number(row.low) for row in wholes):
        signs.append((plot.sign_line(plot.palette.soft, linestyle="none", **_style_few(plot)), plot.say("of_few_schools")))
    for which, ends, words in ((True, (1.0, 1.0), "school_clear"), (False, (-1.0, 1.0), "school_unclear")):
        if which in clear:
            signs.append((plot.sign_line(plot.palette.soft, linestyle="none", **_style_school(plot, *ends)), plot.say(words)))
    signs += sign_interval(plot, any(is_number(row.low) for row in drawn), confidence)
    plot.add_key([*signs, (plot.sign_box(plot.palette.band), plot.say("small"))] if smallest_change else signs)


def plot_cohort_course(
    means: pd.DataFrame,
    *,
    months: Mapping[Any, Mapping[Hashable, float]] | None = None,
    confidence: float = 0.95,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how the mean of each cohort ran over the months since it started: one line per cohort, with intervals.

    So cohorts that started in different years lie over one another. A mean that is not known leaves a gap in its line, and is named.

    Parameters
    ----------
    means : DataFrame
        One row per cohort and wave: cohort, months (since the start of that cohort), estimate, low and high.
    months : dict, optional
        Instead of the column months, where the frame has a column wave: per cohort the months of each of its waves.
    confidence : float
        Of the intervals that the frame holds, for the key.
    scale : tuple of float, optional
        Lowest and highest answer; found in `means.attrs` where it stands there.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.
    language : {"nl", "en"}, optional
        Of the words; that of the machine without it.

    Returns
    -------
    Axes
        What was drawn on, of matplotlib: add to it, give it a title, or save its figure.

    Examples
    --------
    >>> import pandas as pd, toolkit as plg
    >>> rows = [("2024", 0, 3.0, 2.8, 3.2), ("2024", 9, 3.3, 3.1, 3.5), ("2025", 0, 3.1, 2.9, 3.3), ("2025", 10, 3.2, 3.0, 3.4)]
    >>> means = pd.DataFrame(rows, columns=["cohort", "months", "estimate", "low", "high"])
    >>> axes = plg.plot_cohort_course(means, scale=(1, 5), language="en")
    >>> [words.get_text() for words in axes.get_legend().get_texts()]
    ['Cohort 2024', 'Cohort 2025', '95% interval']
    """
    table = _read_course(means, months)
    cohorts = list_values(table, "cohort")
    with open_plot(ax, language, field=3.4) as plot:
        values = table.rename(columns={"estimate": "mean"})
        show_levels(plot, plot.axes.yaxis, find_scale(means, scale), values)
        width = _show_months(plot, table)
        signs = []
        for number, name in enumerate(cohorts):
            shift = (number - (len(cohorts) - 1) / 2) * _APART * width
            looks = style_series(plot, number)
            own = table[table["cohort"].astype(str) == name].sort_values("months")
            draw_series(plot, own["months"] + shift, own, looks)
            signs.append((plot.sign_line(**looks | {"linewidth": 2.0}), plot.say("cohort", name=clean_words(name))))
        plot.add_key([*signs, *sign_interval(plot, bool(table["low"].notna().any()), confidence)])
        plot.axes.set_xlabel(_name_months(plot, table))
        plot.axes.set_ylabel(plot.say("mean_of", what=find_name(means, table, default=plot.say("score"))))
        return plot.axes


def _read_course(means: pd.DataFrame, months: Mapping[Any, Mapping[Hashable, float]] | None) -> pd.DataFrame:
    """Return the table with its months and numbers as floats."""
    wanted = tuple(name for name in _COURSE if months is None or name != "months")
    columns = list(getattr(means, "columns", []))
    missing = [name for name in (*wanted, *(("wave",) if months is not None else ())) if name not in columns]
    if missing and columns:
        refuse("course_columns", plot="plot_cohort_course", missing=", ".join(missing), present=", ".join(map(str, columns)))
    table = check_table(means, wanted, plot="plot_cohort_course", verb="describe")
    if months is not None:
        table = table.assign(months=_place(table, months))
    return table.astype(dict.fromkeys(_COURSE[1:], float))


def _place(table: pd.DataFrame, months: Mapping[Any, Mapping[Hashable, float]]) -> list[float]:
    """Return the months of every row."""
    known = {(str(cohort), str(wave)): float(value) for cohort, waves in months.items() for wave, value in waves.items()}
    keys = list(zip(table["cohort"].astype(str), table["wave"].astype(str), strict=True))
    without = [f"{cohort}, {wave}" for cohort, wave in keys if (cohort, wave) not in known]
    if without:
        refuse("no_months", waves="; ".join(dict.fromkeys(without)))
    return [known[key] for key in keys]


def _show_months(plot: Plot, table: pd.DataFrame) -> float:
    """Let the axis run over the months; return how many there are."""
    first, last = float(table["months"].min()), float(table["months"].max())
    room = 0.06 * (last - first) or 0.5
    plot.axes.set_xlim(first - room, last + room)
    plot.axes.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, steps=[1, 2, 3, 6, 10]))
    plot.number_axis(plot.axes.xaxis)
    return last - first


def style_series(plot: Plot, number: int) -> dict[str, Any]:
    """Return a colour and mark for one of several lines; from the sixth on with a dashed line."""
    place = number % len(MARKS)
    looks = {"colour": plot.palette.schools[place], "marker": MARKS[place], "markersize": 7, "markeredgecolor": plot.palette.paper}
    return looks | {"linestyle": "-" if number < len(MARKS) else (0, (4, 2))}


def draw_series(plot: Plot, x: pd.Series, own: pd.DataFrame, looks: dict[str, Any]) -> None:
    """Draw a line through the estimates of `own` at `x`, with their intervals."""
    line = {name: value for name, value in looks.items() if name != "colour"}
    for place, low, high in zip(x, own["low"], own["high"], strict=True):
        if math.isfinite(low) and math.isfinite(high):
            add_line(plot.axes, [place, place], [low, high], color=looks["colour"], linewidth=1.4, zorder=2)
    add_line(plot.axes, list(x), own["estimate"].tolist(), color=looks["colour"], linewidth=2.0, zorder=3, **line)


def _name_months(plot: Plot, table: pd.DataFrame) -> str:
    """Return the words under the axis, with the cohorts whose mean is missing somewhere."""
    lost = table[~np.isfinite(table["estimate"])]
    words = plot.say("months")
    named = [f"{row.cohort} ({plot.write_number(row.months)})" for row in list_rows(lost)]
    return f"{words}\n{wrap(plot.say('nothing_of', schools='; '.join(named)), 84)}" if named else words
