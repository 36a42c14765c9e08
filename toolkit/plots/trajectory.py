"""Plots of records: when people met, how far goals are, how an indicator ran, what was said about what, and who learns from whom.

Each takes a frame of `plg.read_records`, or one of its shape. Schools and themes are named as they stand there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.ticker import FuncFormatter

from toolkit.languages import Language
from toolkit.page_kernel import find_page_floor
from toolkit.plots.changes import sign_interval, write_beside
from toolkit.plots.cohorts import draw_series, style_series
from toolkit.plots.drawings import Web, draw_links
from toolkit.plots.levels import show_levels
from toolkit.plots.panel import add_boxes, add_line
from toolkit.plots.style import Shape, clean_words, style_mark
from toolkit.plots.tables import check_table, choose_one, is_number, list_values, pick_rows, refuse, refuse_on_page
from toolkit.plots.theme import WIDTH, Plot, measure_rows, open_plot, wrap
from toolkit.schemas import list_rows
from toolkit.statistics.categories import compute_share

_VERB = "read_records"
#: Inches of a row, where marks stand close to each other.
_ROW = 0.42
_VALENCES = ("plus", "neutral", "minus", "")
#: Points: the radius of the ring of roles, and how high the field around it is.
_RADIUS = 96.0
_RING = 3.9
#: By which part of the days shown the lines of two schools lie apart, so that their intervals do not hide each other.
_APART = 0.008
#: Over fewer days than this a month would stand at several of the marks of the axis.
_FEW_DAYS = 100


def plot_timeline(
    contacts: pd.DataFrame,
    *,
    waves: Mapping[str, Any] | None = None,
    school: str | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw on which days people met: a row per kind of meeting, with the measurements in a row above and as lines through all.

    Parameters
    ----------
    contacts : DataFrame
        As `plg.read_records(study).contacts`: date and type; a row without a school is for all.
    waves : dict, optional
        The date of each measurement by its name.
    school : str, optional
        Draw what was for this school: its own and what was for all. Everything without it.
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
    >>> import toolkit as plg
    >>> records = plg.read_records(plg.open_study("zes_scholen"))
    >>> axes = plg.plot_timeline(records.contacts, waves={"before": "2025-09-15", "after": "2026-06-22"}, language="en")
    >>> [label.get_text() for label in axes.get_yticklabels()][:2]
    ['Measurements', 'training (4)']
    """
    table = check_table(contacts, ("date", "type", *(["school"] if school else [])), plot="plot_timeline", verb=_VERB)
    table = table.assign(date=pd.to_datetime(table["date"]), type=table["type"].astype(str)).dropna(subset="date").sort_values("date")
    table = table if school is None else table[table["school"].astype(str).isin(["", school])]
    if table.empty:
        refuse("empty", plot="plot_timeline")
    kinds = list_values(table, "type")
    moments = {clean_words(str(name)): _find_day(date) for name, date in (waves or {}).items()}
    with open_plot(ax, language, field=_ROW * (len(kinds) + bool(moments)) + 0.1) as plot:
        names = [f"{_name_kind(kind, plot)} ({plot.text.number((table['type'] == kind).sum(), 0)})" for kind in kinds]
        plot.name_rows([*([plot.say("measurements")] if moments else []), *names])
        days = [*map(_find_day, table["date"]), *moments.values()]
        _show_days(plot, days)
        for name, day in moments.items():
            plot.axes.axvline(day, color=plot.palette.soft, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
            add_line(plot.axes, [day], [0], linestyle="none", zorder=4, **style_mark("mean", plot.palette))
            right = day > (min(days) + max(days)) / 2
            looks: Any = {"textcoords": "offset points", "va": "center", "ha": "right" if right else "left", "fontsize": 9.5}
            plot.axes.annotate(name, (day, 0), (-9 if right else 9, 0), **looks)
        for row, kind in enumerate(kinds, bool(moments)):
            own = [_find_day(date) for date in table.loc[table["type"] == kind, "date"]]
            plot.axes.axhline(row, color=plot.palette.rule, linewidth=0.8, zorder=1)
            add_line(plot.axes, own, [row] * len(own), linestyle="none", zorder=4, **style_mark("now", plot.palette))
        return plot.axes


def _name_kind(kind: str, plot: Plot) -> str:
    key = f"course.kind.{kind}"
    return plot.text.say(key) if key in plot.text.phrases else clean_words(kind) or plot.text.say("goals.not_given")


def _find_day(date: Any) -> float:
    return float(date2num(pd.Timestamp(date)))


def _show_days(plot: Plot, days: list[float]) -> float:
    """Let x run over the `days`, with months or a few whole dates as the language writes them; return how many there are."""
    first, last = min(days), max(days)
    room = 0.04 * (last - first) or 15
    plot.axes.set_xlim(first - room, last + room)
    short = last - first < _FEW_DAYS
    write = plot.text.date if short else partial(plot.text.month, short=True)
    plot.axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=4 if short else 7))
    plot.axes.xaxis.set_major_formatter(FuncFormatter(lambda day, _: write(num2date(day).date())))
    return last - first


def plot_goals(
    goals: pd.DataFrame,
    *,
    school: str | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how far each goal is on its way from start to target: the latest moment, and earlier ones smaller and paler.

    A goal without numbers has the progress that was noted last, in words.

    Parameters
    ----------
    goals : DataFrame
        As `plg.read_records(study).goals`: goal, school, owner_kind, owner, start, target, date, actual and progress.
    school : str, optional
        Draw the goals of this school only.
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
    >>> import toolkit as plg
    >>> axes = plg.plot_goals(plg.read_records(plg.open_study("zes_scholen")).goals, language="en")
    >>> [words.get_text() for words in axes.texts]
    ['83%', '100%', '100%', '33%', 'no numbers; last noted: begun']
    """
    columns = ("goal", "school", "owner_kind", "owner", "start", "target", "date", "actual", "progress")
    table = pick_rows(check_table(goals, columns, plot="plot_goals", verb=_VERB), "school", school)
    if (table["owner_kind"] == "person").any():
        refuse_on_page("plot_goals")
    several = len(list_values(table, "school")) > 1
    found = [rows.sort_values("date", kind="stable") for _, rows in table.groupby(["school", "owner_kind", "owner", "goal"], sort=False)]
    names = [_name_goal(rows, several) for rows in found]
    ways = [_find_way(rows) for rows in found]
    shares = [share for way in ways for share in way]
    with open_plot(ax, language, field=measure_rows(names, _ROW)) as plot:
        plot.name_rows(names)
        plot.axes.set_xlim(min(0.0, *shares) - 0.02, max(1.0, *shares) + 0.02)
        plot.axes.xaxis.set_major_formatter(FuncFormatter(lambda share, _: plot.text.percent(share)))
        plot.axes.grid(True, axis="x", color=plot.palette.rule, linewidth=0.8)
        plot.axes.axvline(1, color=plot.palette.ink, linewidth=1.4, zorder=1)
        for row, (rows, way) in enumerate(zip(found, ways, strict=True)):
            _draw_way(plot, row, way, rows["progress"].dropna())
        earlier = [(plot.sign_line(plot.palette.soft, linestyle="none", **_style_earlier(plot)), plot.say("earlier"))]
        latest: list[tuple[Any, str]] = [(plot.sign_mark("now"), plot.say("latest"))] if shares else []
        plot.add_key([*latest, *(earlier if any(len(way) > 1 for way in ways) else [])])
        plot.axes.set_xlabel(plot.say("way"))
        return plot.axes


def _name_goal(rows: pd.DataFrame, several: bool) -> str:
    """Return what a goal is called: with its school where there are several, and with its team or group; a person is not named."""
    first = rows.iloc[0]
    parts = [str(first["school"])] if several else []
    parts += [str(first["owner"])] if first["owner"] and first["owner_kind"] != "person" else []
    return f"{first['goal']} ({', '.join(parts)})" if parts else str(first["goal"])


def _find_way(rows: pd.DataFrame) -> list[float]:
    """Return at each moment which share of the way from start to target was gone, where both are given."""
    start, target = (next(iter(rows[name].dropna()), math.nan) for name in ("start", "target"))
    if not target - start:
        return []
    return [float(share) for share in (rows["actual"] - start) / (target - start) if is_number(share)]


def _style_earlier(plot: Plot) -> dict[str, Any]:
    return {"marker": "o", "markersize": 6.5, "markerfacecolor": plot.palette.soft, "markeredgecolor": plot.palette.paper}


def _draw_way(plot: Plot, row: int, way: list[float], steps: pd.Series) -> None:
    if not way:
        plot.write_nothing(
            row, plot.say("noted", step=plot.text.say(f"goals.step.{int(steps.iloc[-1])}")) if len(steps) else plot.say("none")
        )
        return
    add_line(plot.axes, [0, way[-1]], [row, row], color=plot.palette.now, linewidth=2.2, zorder=2)
    add_line(plot.axes, way[:-1], [row] * (len(way) - 1), linestyle="none", zorder=3, **_style_earlier(plot))
    shape: Shape = "now"
    add_line(plot.axes, [way[-1]], [row], linestyle="none", zorder=4, **style_mark(shape, plot.palette))
    write_beside(plot, row, plot.text.percent(way[-1]), 0, plot.palette.now)


def plot_indicator(
    indicators: pd.DataFrame,
    *,
    indicator: str | None = None,
    school: str | None = None,
    confidence: float = 0.95,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how an indicator ran on its own dates: a line per school, and a dashed line at the target where all have the same.

    A share (numerator of denominator) stands on an axis from 0 to 100% and has the interval of Wilson; a value has none.

    Parameters
    ----------
    indicators : DataFrame
        As `plg.read_records(study).indicators`: school, indicator, date, value, numerator, denominator and target.
    indicator : str, optional
        Which one, where there are several.
    school : str, optional
        Draw the line of this school only.
    confidence : float
        Of the intervals.
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
    >>> import toolkit as plg
    >>> indicators = plg.read_records(plg.open_study("zes_scholen")).indicators
    >>> axes = plg.plot_indicator(indicators, school="s1", language="en")
    >>> [words.get_text() for words in axes.get_legend().get_texts()]
    ['s1', '95% interval', 'target']
    """
    columns = ("school", "indicator", "date", "value", "numerator", "denominator", "target")
    table = check_table(indicators, columns, plot="plot_indicator", verb=_VERB)
    table = choose_one(pick_rows(table, "school", school), "indicator", indicator, plot="plot_indicator")
    table = _add_shares(table.assign(date=pd.to_datetime(table["date"])).dropna(subset="date").sort_values("date"), confidence)
    if table.empty:
        refuse("empty", plot="plot_indicator")
    targets = table["target"].dropna().unique()
    schools = sorted(list_values(table, "school"))
    with open_plot(ax, language, field=3.2) as plot:
        _show_height(plot, table)
        width = _show_days(plot, [_find_day(date) for date in table["date"]])
        signs: list[tuple[Any, str]] = []
        for number, name in enumerate(schools):
            looks = style_series(plot, number)
            own = table[table["school"].astype(str) == name]
            draw_series(plot, own["date"].map(_find_day) + (number - (len(schools) - 1) / 2) * _APART * width, own, looks)
            signs.append((plot.sign_line(**looks | {"linewidth": 2.0}), plot.name_school(name)))
        signs += sign_interval(plot, bool(table["low"].notna().any()), confidence)
        if len(targets) == 1:
            plot.axes.axhline(targets[0], color=plot.palette.ink, linewidth=1.4, linestyle=(0, (4, 3)), zorder=1)
            signs.append((plot.sign_line(plot.palette.ink, linewidth=1.4, linestyle=(0, (4, 3))), plot.text.say("goals.target")))
        plot.add_key(signs)
        plot.axes.set_ylabel(wrap(str(table["indicator"].iloc[0]), 36))
        return plot.axes


def _add_shares(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the table with its value, or share and interval, as estimate, low and high; on a page for sharing none of a few people."""
    rows = []
    for row in list_rows(table):
        share = is_number(row.numerator) and is_number(row.denominator) and row.denominator >= max(find_page_floor(), 1)
        found = compute_share(int(row.numerator), int(row.denominator), confidence) if share and not is_number(row.value) else None
        rows.append((found.estimate, found.low, found.high) if found else (row.value, math.nan, math.nan))
    return table.assign(**pd.DataFrame(rows, columns=["estimate", "low", "high"], index=table.index, dtype=float))


def _show_height(plot: Plot, table: pd.DataFrame) -> None:
    """Let y run from 0 to 100% where all are shares, else over all values and the target."""
    if table["value"].notna().any():
        show_levels(plot, plot.axes.yaxis, None, table.assign(mean=table["estimate"], low=table["target"], high=table["target"]))
        return
    plot.axes.set_ylim(0, 1)
    plot.axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: plot.text.percent(share)))
    plot.axes.grid(True, axis="y", color=plot.palette.rule, linewidth=0.8)


def plot_themes(
    notes: pd.DataFrame,
    *,
    school: str | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw how many notes there are about each theme, the most first, in parts for plus, neutral and minus. No text of a note is shown.

    Parameters
    ----------
    notes : DataFrame
        As `plg.read_records(study).notes`: theme and valence.
    school : str, optional
        Count the notes of this school only.
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
    >>> notes = pd.DataFrame({"theme": ["calm", "time", "time"], "valence": ["plus", "minus", "plus"]})
    >>> [label.get_text() for label in plg.plot_themes(notes, language="en").get_yticklabels()]
    ['time', 'calm']
    """
    columns = ("theme", "valence", *(["school"] if school else []))
    table = pick_rows(check_table(notes, columns, plot="plot_themes", verb=_VERB), "school", school)
    counts = table.groupby(["theme", "valence"]).size().unstack(fill_value=0).reindex(columns=list(_VALENCES), fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    names = [str(theme) for theme in counts.index]
    with open_plot(ax, language, field=measure_rows(names)) as plot:
        plot.name_rows(names)
        tones = dict(zip(_VALENCES, (plot.palette.up[1], plot.palette.middle, plot.palette.down[1], plot.palette.band), strict=True))
        ends = counts.cumsum(axis=1)
        for valence, tone in tones.items():
            spans = zip(ends[valence] - counts[valence], ends[valence], strict=True)
            boxes = [(start, end, row - 0.32, row + 0.32) for row, (start, end) in enumerate(spans) if end > start]
            add_boxes(plot.axes, boxes, facecolor=tone, edgecolor=plot.palette.paper, linewidth=1)
        for row, total in enumerate(counts.sum(axis=1)):
            write_beside(plot, row, plot.text.number(total, 0), 0, plot.palette.ink)
        plot.axes.set_xlim(0, int(counts.sum(axis=1).max()))
        plot.number_axis(plot.axes.xaxis, whole=True)
        words = {name: plot.text.say(f"records.word.{name}" if name else "goals.not_given") for name in _VALENCES}
        plot.add_key([(plot.sign_box(tones[name]), words[name]) for name in _VALENCES if counts[name].any()])
        plot.axes.set_xlabel(plot.say("notes"))
        return plot.axes


def plot_network(
    links: pd.DataFrame,
    *,
    wave: str | None = None,
    school: str | None = None,
    ax: Axes | None = None,
    language: Language | None = None,
) -> Axes:
    """Draw who learns from whom: roles on a ring, with an arrow to who learns, thicker where it was more often.

    Parameters
    ----------
    links : DataFrame
        As `plg.read_records(study).links`: wave, from, to and count; a row without a count is one link.
    wave : str, optional
        Which measurement, where there are several.
    school : str, optional
        Draw the links of this school only; all together without it.
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
    >>> links = pd.DataFrame([("w1", "teacher", "head", 4), ("w1", "parent", "teacher", 1)], columns=["wave", "from", "to", "count"])
    >>> [words.get_text() for words in plg.plot_network(links, language="en").texts]
    ['teacher', 'head', 'parent']
    """
    columns = ("wave", "from", "to", "count", *(["school"] if school else []))
    table = pick_rows(check_table(links, columns, plot="plot_network", verb=_VERB), "school", school)
    table = choose_one(table, "wave", wave, plot="plot_network")
    table = table.assign(count=table["count"].astype(float).fillna(1))
    found: Any = table.groupby(["from", "to"], sort=False)["count"].sum().to_dict()
    roles = list(dict.fromkeys(role for pair in found for role in pair))
    with open_plot(ax, language, field=_RING, fit=False) as plot:
        web = Web(plot.axes, (0.0, 0.0), _RADIUS, 0, 1, len(roles), plot.palette)
        half = _RADIUS * 1.45
        plot.axes.set_axis_off()
        plot.axes.set_aspect("equal", adjustable="box")
        plot.axes.set_xlim(-half * WIDTH / _RING, half * WIDTH / _RING)
        plot.axes.set_ylim(half, -half)
        draw_links(web, found, roles, max(found.values()))
        for place, role in enumerate(roles):
            x, y = web.find_place(place, _RADIUS)
            add_line(plot.axes, [x], [y], linestyle="none", zorder=4, **style_mark("now", plot.palette))
            _name_role(plot, *web.find_place(place, _RADIUS + 18), role)
        plot.add_key([(plot.sign_line(plot.palette.up[1]), plot.say("arrow"))])
        return plot.axes


def _name_role(plot: Plot, x: float, y: float, role: str) -> None:
    """Write the name of a role outside the ring."""
    middle = abs(x) < 1
    upright = ("bottom" if y < 0 else "top") if middle else "center"
    plot.axes.text(x, y, wrap(role, 24), ha="center" if middle else "left" if x > 0 else "right", va=upright, fontsize=9.5)
