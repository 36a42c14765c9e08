"""Plots of levels: means per school and wave with their intervals, and how they ran over the waves."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from toolkit.analysis.frames import ALL
from toolkit.languages import Language
from toolkit.plots.changes import sign_interval, write_beside
from toolkit.plots.drawings import draw_estimate, draw_line_over_waves, draw_upright, find_colour, spread_apart
from toolkit.plots.panel import add_line
from toolkit.plots.style import Shape, style_mark
from toolkit.plots.tables import (
    Range,
    add_intervals,
    check_table,
    choose_one,
    find_decimals,
    find_name,
    find_scale,
    is_number,
    list_values,
    pick_rows,
    refuse,
)
from toolkit.plots.theme import LINE, ROW, Plot, measure_rows, open_plot, wrap
from toolkit.schemas import list_rows

#: The axes may become narrower once all is laid out, so labels need more than their own width.
_LABEL_ROOM = 1.2
#: Numbers need this share of the axes; one too near to the last stands below its interval, or else is left out.
_NUMBER_ROOM = 0.07
_COLUMNS = ("school", "wave", "n", "mean", "sd")
_LANE = 0.36
#: Up to so many schools have a colour and a mark of their own.
COLOURED = 5
MARKS = ("o", "s", "^", "v", "X")
#: Up to so many schools have their names at their lines.
NAMED = 12


def plot_levels(
    levels: pd.DataFrame,
    *,
    dv: str | None = None,
    before: Hashable = None,
    after: Hashable = None,
    confidence: float = 0.95,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw the mean of each school before and after with its interval, over the whole answer scale.

    Parameters
    ----------
    levels : DataFrame
        As `plg.describe` returns it: school, wave, n, mean and sd. Columns low and high, where it has them, are the intervals.
    dv : str, optional
        Which column's means, where there are several.
    before, after : optional
        Which waves; the first and the last without it.
    confidence : float
        Of the intervals, which are those of a mean of n people (Student's t). The mean over all schools, which counts each of them once,
        has none.
    scale : tuple of float, optional
        Lowest and highest answer; found in `levels.attrs` where the verb knew it.
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
    >>> levels = pd.DataFrame([("s1", "sept", 20, 3.1, 0.6), ("s1", "june", 18, 3.4, 0.5)], columns=["school", "wave", "n", "mean", "sd"])
    >>> axes = plg.plot_levels(levels, scale=(1, 5), language="en")
    >>> [words.get_text() for words in axes.get_legend().get_texts()]
    ['sept', 'june', '95% interval']
    """
    table = check_table(levels, _COLUMNS[:4] if {"low", "high"} <= set(levels) else _COLUMNS, plot="plot_levels", verb="describe")
    table = add_intervals(choose_one(table, "dv", dv, plot="plot_levels"), confidence)
    waves = list_waves(table)
    ends = [_pick_wave(table, wave) for wave in (before, after) if wave is not None] or list(dict.fromkeys([waves[0], waves[-1]]))
    schools = list_values(table, "school")
    cells = {(str(row.school), str(row.wave)): row for row in list_rows(table)}
    shapes: list[Shape] = ["wanted", "now"][-len(ends) :]  # type: ignore[assignment]
    field = measure_rows(schools, ROW if len(ends) == 1 else 1.6 * ROW)
    with open_plot(ax, language, field=field) as plot:
        plot.name_rows([plot.name_school(school) for school in schools], strong=[school == ALL for school in schools])
        limits = show_levels(plot, plot.axes.xaxis, find_scale(levels, scale), table)
        for row, school in enumerate(schools):
            for lane, (wave, shape) in enumerate(zip(ends, shapes, strict=True)):
                _draw_mean(plot, cells.get((school, wave)), row + (lane - (len(ends) - 1) / 2) * _LANE, shape, limits)
        signs = [(plot.sign_mark(shape), wave) for shape, wave in zip(shapes, ends, strict=True)]
        plot.add_key([*signs, *sign_interval(plot, bool(table["low"].notna().any()), confidence)])
        plot.axes.set_xlabel(plot.say("mean_of", what=find_name(levels, table, default=plot.say("score"))))
        return plot.axes


def list_waves(table: pd.DataFrame) -> list[str]:
    """Return the waves of a table as text, in the order of time where it is known, else in that of the table."""
    waves = table["wave"]
    if isinstance(waves.dtype, pd.CategoricalDtype):
        return [str(wave) for wave in waves.cat.categories if (waves == wave).any()]
    return list_values(table, "wave")


def _pick_wave(table: pd.DataFrame, wave: Hashable) -> str:
    return str(pick_rows(table, "wave", wave)["wave"].iloc[0])


def show_levels(plot: Plot, axis: Any, ends: Range | None, table: pd.DataFrame) -> Range:
    """Let `axis` run over the answer scale, or where nobody knows it over all that is drawn; return its ends."""
    if ends:
        plot.show_scale(axis, ends)
        return ends
    values = table[["mean", "low", "high"]].to_numpy(dtype=float)
    values = values[np.isfinite(values)] if np.isfinite(values).any() else np.array([0.0, 1.0])
    room = 0.08 * float(np.ptp(values)) or 0.5
    limits = float(values.min()) - room, float(values.max()) + room
    plot.limit(axis, *limits)
    plot.number_axis(axis)
    axis.grid(True, color=plot.palette.rule, linewidth=0.8)
    return limits


def _draw_mean(plot: Plot, row: Any, y: float, shape: Shape, limits: Range) -> None:
    if row is None or not is_number(row.mean):
        plot.write_nothing(y)
        return
    draw_estimate(plot.axes, (row.mean, row.low, row.high), y, shape, limits, plot.palette)
    write_beside(plot, y, plot.write_number(row.mean, find_decimals(row)), int(row.n), find_colour(shape, plot.palette))


@dataclass(frozen=True, slots=True)
class Beside:
    """One row: a mean with its interval, and the lowest and the highest of the means that it is laid beside."""

    name: str
    values: tuple[float, float, float]
    others: tuple[float, float]
    n: int
    decimals: int = 2


def draw_beside(plot: Plot, rows: Sequence[Beside], scale: Range, signs: Sequence[str], confidence: float) -> None:
    """Draw each mean on the band of the others, over the answer scale; `signs` say what the mark and the band are."""
    plot.name_rows([row.name for row in rows])
    plot.show_scale(plot.axes.xaxis, scale)
    for y, row in enumerate(rows):
        plot.axes.fill_between(row.others, y - 0.32, y + 0.32, color=plot.palette.band, linewidth=0, zorder=1)
        add_line(plot.axes, row.others, [y, y], linestyle="none", marker="|", markersize=14, color=plot.palette.soft, zorder=2)
        draw_estimate(plot.axes, row.values, y, "now", scale, plot.palette)
        write_beside(plot, y, plot.write_number(row.values[0], row.decimals), row.n, plot.palette.now)
    handles = [plot.sign_mark("now"), plot.sign_box(plot.palette.band)]
    interval = sign_interval(plot, any(is_number(row.values[1]) for row in rows), confidence)
    plot.add_key([*zip(handles, signs, strict=True), *interval])


def plot_course(
    levels: pd.DataFrame,
    *,
    dv: str | None = None,
    school: str | None = None,
    dates: Mapping[Any, Any] | None = None,
    confidence: float = 0.95,
    scale: Range | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how the means ran over the waves: a line per school, and a thick one for all; with intervals where there is one line.

    A wave without a number leaves a gap in the line. More than five schools are drawn in grey, more than twelve without their names.

    Parameters
    ----------
    levels : DataFrame
        As `plg.describe` returns it: school, wave, n, mean and sd.
    dv : str, optional
        Which column's means, where there are several.
    school : str, optional
        Draw the line of this school only.
    dates : dict, optional
        The date of each wave, to set them apart as time did; all as far from each other without it.
    confidence : float
        Of the intervals.
    scale : tuple of float, optional
        Lowest and highest answer; found in `levels.attrs` where the verb knew it.
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
    >>> rows = [("s1", wave, 20, mean, 0.6) for wave, mean in (("1", 3.0), ("2", 3.2), ("3", 3.3))]
    >>> axes = plg.plot_course(pd.DataFrame(rows, columns=["school", "wave", "n", "mean", "sd"]), scale=(1, 5), language="en")
    >>> [float(height) for height in axes.lines[0].get_ydata()]
    [3.0, 3.2, 3.3]
    """
    table = check_table(levels, _COLUMNS[:4] if {"low", "high"} <= set(levels) else _COLUMNS, plot="plot_course", verb="describe")
    table = pick_rows(choose_one(table, "dv", dv, plot="plot_course"), "school", school)
    table = add_intervals(table, confidence)
    waves = list_waves(table)
    places = _place_waves(waves, dates)
    schools = list_values(table, "school")
    means = {name: _list_means(table, name, waves) for name in schools}
    with open_plot(ax, language, field=3.4) as plot:
        show_levels(plot, plot.axes.yaxis, find_scale(levels, scale), table)
        _show_waves(plot, waves, places)
        if len(schools) == 1:
            _draw_one(plot, table, waves, places, confidence)
        else:
            _draw_schools(plot, means, places)
        missing = [_name_missing(plot, name, values, waves) for name, values in means.items() if not np.isfinite(values).all()]
        if missing:
            plot.axes.set_xlabel(wrap(plot.say("nothing_of", schools="; ".join(missing)), 84))
        plot.axes.set_ylabel(plot.say("mean_of", what=find_name(levels, table, default=plot.say("score"))))
        return plot.axes


def _place_waves(waves: Sequence[str], dates: Mapping[Any, Any] | None) -> list[float]:
    if dates is None:
        return [float(place) for place in range(len(waves))]
    known = {str(wave): date for wave, date in dates.items()}
    without = [wave for wave in waves if wave not in known]
    if without:
        refuse("no_date", waves=", ".join(without))
    days = [pd.Timestamp(known[wave]) for wave in waves]
    return [float((day - pd.Timestamp(dt.date(1970, 1, 1))).days) for day in days]


def _list_means(table: pd.DataFrame, school: str, waves: Sequence[str]) -> list[float]:
    own = table[table["school"].astype(str) == school]
    found = dict(zip(own["wave"].astype(str), own["mean"], strict=True))
    return [float(found[wave]) if is_number(found.get(wave)) else math.nan for wave in waves]


def _name_missing(plot: Plot, school: str, values: Sequence[float], waves: Sequence[str]) -> str:
    """Return the name of a school with the waves in which it has no number, where it has one in others."""
    lost = [wave for wave, value in zip(waves, values, strict=True) if math.isnan(value)]
    name = plot.name_school(school)
    return name if len(lost) == len(waves) else f"{name} ({', '.join(lost)})"


def _show_waves(plot: Plot, waves: Sequence[str], places: Sequence[float]) -> None:
    room = 0.06 * (max(places) - min(places)) or 0.5
    plot.axes.set_xlim(min(places) - room, max(places) + room)
    plot.axes.set_xticks(list(places), [wrap(wave, 16) for wave in waves])
    plot.axes.set_xticks(list(places), _stagger(plot.axes, places))
    for label in plot.axes.get_xticklabels():
        label.set(parse_math=False, color=plot.palette.ink)


def _stagger(axes: Axes, places: Sequence[float]) -> list[str]:
    """Return the labels of the waves, each as many lines lower as it takes not to touch those before it."""
    labels = axes.get_xticklabels()
    words = [label.get_text() for label in labels]
    lines = max(word.count("\n") + 1 for word in words)
    scale = axes.get_window_extent().width / float(np.ptp(axes.get_xlim()))
    free: list[float] = []
    found = dict.fromkeys(range(len(words)), "")
    for number in np.argsort(places, kind="stable").tolist():
        half = _LABEL_ROOM * labels[number].get_window_extent().width / 2
        row = next((row for row, end in enumerate(free) if places[number] * scale - half >= end), len(free))
        free[row : row + 1] = [places[number] * scale + half]
        found[number] = "\n" * (row * lines) + words[number]
    return list(found.values())


def _draw_one(plot: Plot, table: pd.DataFrame, waves: Sequence[str], places: Sequence[float], confidence: float) -> None:
    """Draw the line of one school with its intervals, as a page draws it."""
    rows = {str(row.wave): row for row in list_rows(table)}
    found = [rows.get(wave) for wave in waves]
    heights = [row.mean if row is not None and is_number(row.mean) else math.nan for row in found]
    draw_line_over_waves(plot.axes, places, heights, plot.palette)
    apart = _NUMBER_ROOM * float(np.ptp(plot.axes.get_xlim()))
    last = {1: -math.inf, 0: -math.inf}
    for place, height, row in zip(places, heights, found, strict=True):
        if row is None or math.isnan(height):
            plot.axes.text(place, 0.02, plot.say("none"), transform=plot.axes.get_xaxis_transform(), ha="center", style="italic",
                           color=plot.palette.soft, fontsize=9.5)  # fmt: skip
            continue
        known = is_number(row.low) and is_number(row.high)
        ends = (row.low, row.high) if known else (height, height)
        draw_upright(plot.axes, place, height, ends, plot.palette)
        side = next((side for side in (1, 0) if place - last[side] >= apart), None)
        if side is None:
            continue
        last[side] = place
        words = plot.write_number(height, find_decimals(row))
        looks: dict[str, Any] = {
            "color": plot.palette.now,
            "weight": "bold",
            "fontsize": 9.5,
            "ha": "center",
            "va": ("top", "bottom")[side],
        }
        lift = (2 * side - 1) * (4 if known else 7)
        plot.axes.annotate(words, (place, ends[side]), (0, lift), textcoords="offset points", **looks)
    signs = [(plot.sign_mark("now"), plot.name_school(table["school"].iloc[0]))]
    plot.add_key([*signs, *sign_interval(plot, bool(table["low"].notna().any()), confidence)])


def _draw_schools(plot: Plot, means: dict[str, list[float]], places: Sequence[float]) -> None:
    """Draw a line per school, with names at their ends, and the thick line of all."""
    import seaborn as sns

    own = [name for name in means if name != ALL and np.isfinite(means[name]).any()]
    coloured = len(own) <= COLOURED
    colours = dict(zip(own, plot.palette.schools if coloured else [plot.palette.soft] * len(own), strict=False))
    marks = dict(zip(own, MARKS if coloured else "." * len(own), strict=False))
    lines = pd.concat([_list_runs(name, means[name], places) for name in own], ignore_index=True) if own else pd.DataFrame()
    if own:
        looks: dict[str, Any] = {"markers": marks, "markersize": 7, "markeredgecolor": plot.palette.paper, "dashes": False}
        sns.lineplot(lines, x="place", y="mean", hue="school", style="school", units="run", estimator=None, palette=colours,
                     linewidth=1.8 if coloured else 1, legend=False, ax=plot.axes, **looks)  # fmt: skip
    if np.isfinite(means.get(ALL, [math.nan])).any():
        plot.axes.plot(places, means[ALL], color=plot.palette.ink, linewidth=3, zorder=4, **style_mark("mean", plot.palette))
        colours[ALL] = plot.palette.ink
    plot.axes.set_xlabel("")
    if len(own) <= NAMED:
        _name_ends(plot, {name: means[name] for name in colours}, places, colours if coloured else {})
    else:
        school = (plot.sign_line(plot.palette.soft, linewidth=1), plot.say("school"))
        plot.add_key([school, (plot.sign_mark("mean"), plot.say("all_schools"))])


def _list_runs(name: str, values: list[float], places: Sequence[float]) -> pd.DataFrame:
    """Return the points of one line; `run` numbers its parts between gaps."""
    mean = pd.Series(values, dtype=float)
    runs = pd.DataFrame({"school": name, "place": list(places), "mean": mean, "run": name + mean.isna().cumsum().astype(str)})
    return runs.dropna(subset="mean")


def _name_ends(plot: Plot, means: dict[str, list[float]], places: Sequence[float], colours: dict[str, str]) -> None:
    """Write the names beside the ends of their lines, moved apart where they would overlap, each with a thin line to its end."""
    low, high = plot.axes.get_ylim()
    last = {name: max(place for place, value in enumerate(values) if math.isfinite(value)) for name, values in means.items()}
    order = sorted(means, key=lambda name: -means[name][last[name]])
    words = {name: wrap(plot.name_school(name), 24) for name in order}
    sizes = [LINE * (words[name].count("\n") + 1) / plot.inches * (high - low) for name in order]
    wanted = [high - means[name][last[name]] - size / 2 for name, size in zip(order, sizes, strict=True)]
    beside: Any = plot.axes.get_yaxis_transform()
    arrow = {"arrowstyle": "-", "color": plot.palette.rule, "shrinkA": 6, "shrinkB": 0}
    for name, top, size in zip(order, spread_apart(wanted, sizes, -0.1, high - low), sizes, strict=True):
        start = (places[last[name]], means[name][last[name]])
        y = high - top - size / 2
        plot.axes.annotate("", (1.05, y), start, xycoords=beside, textcoords="data", arrowprops=arrow, annotation_clip=False)
        looks: dict[str, Any] = {"color": colours.get(name, plot.palette.ink), "weight": "bold" if name == ALL else "normal"}
        plot.axes.text(1.06, y, words[name], transform=beside, va="center", fontsize=9.5, **looks)
