"""Indicators: what was counted or measured again and again, per school on its own dates, with its target; first against last in words.

A share has the interval of Wilson. Nothing is tested: the same people may be counted each time, and other things change too.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.panel import Panel
from toolkit.report.content.estimate import Estimate, write_empty
from toolkit.report.content.index import FIELDS, NOT_MEASURED
from toolkit.report.content.view import View
from toolkit.report.figures.indicators import Run, draw_runs
from toolkit.report.figures.levels import say_interval
from toolkit.report.figures.occasions import Dot
from toolkit.report.figures.parts import arrange_key
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.goals import write_day, write_number
from toolkit.report.sections.page_frame import unless_silent

#: What stands on an axis of numbers ends at such a number, times a power of ten.
ROUND = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """An indicator at a moment: its value or share, and the target then (NaN where there is none)."""

    date: str
    found: Estimate
    target: float


@dataclass(frozen=True, slots=True)
class Series:
    """One indicator of one school: what was counted, whether it is a share, and its points in the order of time."""

    school: str
    indicator: str
    counted: str
    share: bool
    points: tuple[Point, ...]

    @property
    def shown(self) -> list[Point]:
        """The points with a number."""
        return [point for point in self.points if point.found.shown]

    @property
    def target(self) -> float:
        """The last target; NaN where there is none."""
        return next((point.target for point in reversed(self.points) if math.isfinite(point.target)), math.nan)

    def write(self, value: float, text: Text) -> str:
        """Return a value of the indicator in words."""
        return text.percent(value) if self.share and math.isfinite(value) else write_number(value, text)


def list_series(view: View, school: str | None = None) -> list[Series]:
    """Return the indicators of this page's school, or of those that the page is about, in alphabetical order."""
    table = view.results.indicators
    codes = [school or view.school] if school or view.school else view.codes
    kept = table[table["school"].isin(codes)]
    return [_make_series(rows) for _, rows in kept.groupby(["indicator", "school"], sort=False)]


def _make_series(rows: pd.DataFrame) -> Series:
    targets = dict(zip(*(rows.loc[rows["quantity"] == "target", name] for name in ("date", "estimate")), strict=True))
    told = rows[rows["quantity"] != "target"].sort_values("date", kind="stable")
    points = tuple(
        Point(row["date"], Estimate(**{name: row[name] for name in FIELDS[:8]}), float(targets.get(row["date"], math.nan)))
        for row in told.to_dict("records")
    )
    first = told.iloc[0]
    return Series(str(first["school"]), str(first["indicator"]), str(first["counted"]), first["quantity"] == "share", points)


def group_series(view: View) -> dict[str, list[Series]]:
    """Return the indicators of the page by their name, each with those of the schools that have it."""
    found: dict[str, list[Series]] = {}
    for series in list_series(view):
        found.setdefault(series.indicator, []).append(series)
    return found


def write_indicators(view: View) -> list[str]:
    """Return each indicator that is shown in one sentence: its first and its last number, of several schools between which they lay."""
    shown = ([each for each in own if each.shown] for own in group_series(view).values())
    return [f"{_write_title(view, own)}." for own in shown if own]


def _write_title(view: View, shown: Sequence[Series]) -> str:
    """Return the first and the last number of an indicator; of one of several schools with the name of the school."""
    if len(shown) > 1:
        return _write_schools(shown, view.text)
    said = write_first_and_last(shown[0], view.text)
    return said if view.school else view.text.say("indicators.of_school", school=view.study.find_school(shown[0].school).name, said=said)


@unless_silent
def show_indicators(view: View) -> Html:
    """Return each indicator with its run chart and table, across schools with a field per school; nothing without indicators."""
    found = group_series(view)
    if not found:
        return Html()
    head = heading(view.text.say("indicators.heading"), "indicators")
    return head + join(_show(view, number, own) for number, own in enumerate(found.values(), 1))


def _show(view: View, number: int, series: Sequence[Series]) -> Html:
    text = view.text
    id = f"indicators-{number}"
    ordered = sorted(series, key=lambda each: view.codes.index(each.school)) if not view.school else list(series)
    shown = [each for each in ordered if each.shown]
    table = _tabulate(view, ordered[0]) if view.school else _tabulate_schools(view, ordered)
    if not shown:
        why = write_empty(next((point.found for point in ordered[0].points), NOT_MEASURED), view.study, text)
        return paragraph(text.say("indicators.nothing", indicator=series[0].indicator, why=why))
    title = _write_title(view, shown)
    if all(len(each.shown) == 1 for each in shown):
        return paragraph(f"{title}.") + publish_table(table, f"{id}-table")
    numbers = "; ".join(_describe(view, each) for each in shown)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = _draw(view, shown)
    caption = _write_caption(view, shown)
    figure = publish_figure(picture, id, title, caption, description, publish_table(table, f"{id}-table"), text)
    return paragraph(f"{title}.") + fold(text.say("indicators.more", indicator=ordered[0].indicator), figure) if view.school else figure


def write_first_and_last(series: Series, text: Text) -> str:
    """Return the first and the last number of an indicator, and its target."""
    places = {"indicator": series.indicator, "first": series.write(series.shown[0].found.estimate, text)}
    places |= {"last": series.write(series.shown[-1].found.estimate, text), "target": series.write(series.target, text)}
    kind = "once" if len(series.shown) == 1 else "run"
    return text.say(f"indicators.{kind}_target" if math.isfinite(series.target) else f"indicators.{kind}", **places)


def _write_schools(series: Sequence[Series], text: Text) -> str:
    """Return between which numbers the schools lay the first time, and the last."""
    one = series[0]
    values = [[each.shown[place].found.estimate for each in series] for place in (0, -1)]
    low, high, low_last, high_last = (one.write(end(own), text) for own in values for end in (min, max))
    return text.say("indicators.schools", indicator=one.indicator, low=low, high=high, low_last=low_last, high_last=high_last)


def _write_caption(view: View, series: Sequence[Series]) -> str:
    text = view.text
    counted = next((each.counted for each in series if each.counted), "")
    parts = [text.say("indicators.counted", counted=counted)] if counted else []
    parts += [text.say("indicators.caption_schools")] if not view.school else []
    parts += [text.say("indicators.caption_interval", level=text.percent(view.study.confidence))] if series[0].share else []
    parts += [text.say("indicators.caption_target")] if any(math.isfinite(each.target) for each in series) else []
    return " ".join(parts) or text.say("indicators.caption")


def _draw(view: View, series: Sequence[Series]) -> Panel:
    text = view.text
    signs = [("now", text.say("indicators.measured")), *([say_interval(view.study, text)] if series[0].share else [])]
    window = (0.0, 1.0) if series[0].share else _find_window(series)
    runs = [_make_run(view, each, window) for each in series]
    return draw_runs(runs, arrange_key(signs), 1 if view.school or len(runs) == 1 else 2)


def _find_window(series: Sequence[Series]) -> tuple[float, float]:
    """Return the ends of an axis of numbers: from 0, or what is lowest, to a round number above what is highest."""
    values = [value for each in series for value in (each.target, *(point.found.estimate for point in each.shown)) if math.isfinite(value)]
    size = max(map(abs, values)) or 1.0
    power = 10.0 ** math.floor(math.log10(size))
    top = power * next(step for step in ROUND if step * power >= size)
    return (-top if min(values) < 0 else 0.0), (top if max(values) > 0 else 0.0)


def _make_run(view: View, series: Series, window: tuple[float, float]) -> Run:
    text = view.text
    write = partial(series.write, text=text)
    dots = [(point, Dot(point.found.estimate, point.found.low, point.found.high, write(point.found.estimate))) for point in series.shown]
    ends = (dt.date.fromisoformat(point.date) for point in (series.shown[0], series.shown[-1]))
    days = tuple(text.month(day, short=not view.school) for day in ends)
    label = series.indicator if view.school else view.study.find_school(series.school).name
    placed = tuple((dt.date.fromisoformat(point.date).toordinal(), dot) for point, dot in dots)
    return Run(label, placed, series.target, window, (write(window[0]), write(window[1])), (days[0], days[1]))


def _describe(view: View, series: Series) -> str:
    text = view.text
    where = [] if view.school else [view.study.find_school(series.school).name]
    told = [f"{write_day(point.date, text)} {series.write(point.found.estimate, text)}" for point in series.shown]
    return ": ".join([*where, ", ".join(told)])


def _write_point(view: View, series: Series, point: Point) -> str:
    """Return the number of a point, or why there is none."""
    return series.write(point.found.estimate, view.text) if point.found.shown else write_empty(point.found, view.study, view.text)


def _write_interval(view: View, point: Point) -> str:
    if not point.found.shown:
        return write_empty(point.found, view.study, view.text)
    low, high = (view.text.percent_end(end) for end in (point.found.low, point.found.high))
    return view.text.say("numbers.range", low=low, high=high)


def _tabulate(view: View, series: Series) -> TableView:
    """Return a row per moment: the number, of a share its interval and of how many it is, and the target where there is one."""
    text = view.text
    names = ["value", *(["interval", "n"] if series.share else []), *(["target"] if math.isfinite(series.target) else [])]
    columns = [Column(text.say("indicators.column_date"))]
    columns += [Column(text.say(f"indicators.column_{name}", level=text.percent(view.study.confidence)), number=True) for name in names]
    rows = []
    for point in series.points:
        cells = {"value": _write_point(view, series, point), "target": series.write(point.target, text)}
        if series.share:
            n = text.number(point.found.n, 0) if point.found.shown else write_empty(point.found, view.study, text)
            cells |= {"interval": _write_interval(view, point), "n": n}
        rows.append([write_day(point.date, text), *(cells[name] for name in names)])
    return TableView(text.say("indicators.table", indicator=series.indicator), columns, rows)


def _tabulate_schools(view: View, series: Sequence[Series]) -> TableView:
    """Return a row per school with its first and its last number that may be shown, and the target."""
    text = view.text
    columns = [Column(text.say("indicators.column_school"))]
    columns += [Column(text.say(f"indicators.column_{name}"), number=True) for name in ("first", "last", "target")]
    rows = []
    for each in series:
        ends = [_write_point(view, each, point) for point in ((each.shown or each.points)[0], (each.shown or each.points)[-1])]
        rows.append([view.study.find_school(each.school).name, *ends, each.write(each.target, text)])
    return TableView(text.say("indicators.table_schools", indicator=series[0].indicator), columns, rows)
