"""What teams agreed on: a level of 0 to 3 per statement and date. It is one judgement of several people, without an interval.

A school reads its steps, from the first time to the last; across schools a grid per statement has the teams beside each other over time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from toolkit.plots.panel import Panel
from toolkit.plots.style import BAND, UP
from toolkit.report.content.view import View
from toolkit.report.figures.agreed import Steps, draw_steps
from toolkit.report.figures.profiles import Cell, draw_heat
from toolkit.report.html.elements import Column, Html, TableView, bullets, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.estimates.recorded import take_recorded

#: How many levels there are, and from which one on what was agreed stands.
LEVELS = 4
IN_PLACE = 2
#: Of more dates there is a table alone.
MOST_DATES = 10


@unless_silent
def show_agreed(view: View) -> Html:
    """Return per list of statements the agreed levels over dates; nothing where none were agreed."""
    text = view.text
    schools = [view.school] if view.school else view.codes
    recorded = view.results.recorded
    levels = pd.concat([take_recorded(recorded, "ratings", school) for school in dict.fromkeys([*schools, ""])], ignore_index=True)
    shown = levels[levels["state"] == "shown"]
    if shown.empty:
        return Html()
    found = heading(text.say("agreed.heading"), "agreed") + paragraph(text.say("agreed.lead"))
    lists = list(dict.fromkeys(shown["second"]))
    return found + join(_show_list(view, shown[shown["second"] == name], f"agreed-{number}") for number, name in enumerate(lists, 1))


def _show_list(view: View, levels: pd.DataFrame, id: str) -> Html:
    """Return how far a list is, then a table per team with its statements, or across schools a table per statement with the teams."""
    name = str(levels["second"].iloc[0])
    found = heading(name_list(view, name), id, level=3)
    labels = {"first": {each: name_statement(view, name, each) for each in levels["first"]}}
    labels["school"] = {each: _name_place(view, each) for each in levels["school"]}
    table, row = ("school", "first") if view.school else ("first", "school")
    if len(set(levels[table])) > 1 or not _may_draw(levels):  # one figure says it itself
        found += paragraph(_write_progress(view, levels))
    for number, (key, rows) in enumerate(levels.groupby(table, sort=False), 1):
        found += _publish(view, rows, labels[table][str(key)], (row, labels[row]), (id, number))
    return found + paragraph(view.text.say("agreed.by_team"), "note") + _list_evidence(view, levels, labels)


def _publish(view: View, levels: pd.DataFrame, name: str, by: tuple[str, Mapping[str, str]], id: tuple[str, int]) -> Html:
    """Return the table of a team or a statement, and over several dates a figure around it: steps for a school, else a grid."""
    text = view.text
    table = _tabulate(view, levels, text.say("agreed.table", name=name), *by)
    inside = publish_table(table, f"{id[0]}-table-{id[1]}")
    if not _may_draw(levels):
        return inside
    first, last, whole = _count_in_place(levels)
    title = text.say("agreed.title", name=name, now=text.number(last, 0), before=text.number(first, 0), all=text.number(whole, 0))
    numbers = "; ".join(_describe(row, table) for row in table.rows)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = _draw_steps(view, levels, by) if view.school else _draw_grid(view, levels, by)
    caption = text.say("agreed.caption_steps" if view.school else "agreed.caption_grid")
    return publish_figure(picture, f"{id[0]}-figure-{id[1]}", title, caption, description, inside, text, level=4)


def _may_draw(levels: pd.DataFrame) -> bool:
    """Return whether there is a course to draw, of not too many dates."""
    return 1 < len(_list_dates(levels)) <= MOST_DATES


def _describe(row: Sequence[str], table: TableView) -> str:
    told = (f"{column.label} {cell}" for column, cell in zip(table.columns[1:], row[1:], strict=True))
    return f"{row[0]}: {', '.join(told)}"


def _draw_steps(view: View, levels: pd.DataFrame, by: tuple[str, Mapping[str, str]]) -> Panel:
    """Return the steps of a team: of each statement the first level and the last."""
    text = view.text
    rows = []
    for key, found in levels.sort_values("moment", kind="stable").groupby(by[0], sort=False):
        known = [float(level) for level in found["estimate"]]
        rows.append(Steps(by[1][str(key)], known[0] if len(known) > 1 else None, known[-1]))
    names = [text.say("agreed.cell", level=text.number(level, 0), word=text.say(f"agreed.level.{level}")) for level in range(LEVELS)]
    return draw_steps(rows, names, (text.say("agreed.first"), text.say("agreed.last")))


def _draw_grid(view: View, levels: pd.DataFrame, by: tuple[str, Mapping[str, str]]) -> Panel:
    """Return the teams by dates of one statement, a tone per level; open where it was not discussed."""
    text = view.text
    tones = (BAND, *UP)
    dates = _list_dates(levels)
    rows = []
    for key, found in levels.groupby(by[0], sort=False):
        known = found.set_index("moment")["estimate"]
        cells = [Cell(text.number(known[date], 0), tones[int(known[date])]) if date in known else None for date in dates]
        rows.append((by[1][str(key)], cells))
    signs = [(tone, _write_level(view, level)) for level, tone in enumerate(tones)]
    signs += [("open", text.say("agreed.not_rated"))] if any(None in cells for _, cells in rows) else []
    return draw_heat(rows, [f"= {text.date(dt.date.fromisoformat(date))}" for date in dates], signs)


def name_list(view: View, name: str) -> str:
    """Return a list in words: those of a list of the toolkit, or as its file names it."""
    return _say_or(view, f"agreed.{name}.name", name) or view.text.say("agreed.no_list")


def name_statement(view: View, name: str, statement: str) -> str:
    """Return a statement in words: those of a list of the toolkit, or as its file says it."""
    return _say_or(view, f"agreed.{name}.{statement}", statement)


def _say_or(view: View, key: str, words: str) -> str:
    return view.text.say(key) if key in view.text.phrases else words


def _list_dates(levels: pd.DataFrame) -> list[str]:
    return sorted(set(levels["moment"]))


def _write_progress(view: View, levels: pd.DataFrame) -> str:
    """Return of how many statements the last level is that of something in place, and of how many the first was."""
    text = view.text
    first, last, whole = _count_in_place(levels)
    places = {"word": text.say(f"agreed.level.{IN_PLACE}"), "now": text.number(last, 0), "all": text.number(whole, 0)}
    if len(_list_dates(levels)) == 1:
        return text.say("agreed.once", **places)
    return text.say("agreed.progress", **places, before=text.number(first, 0))


def _count_in_place(levels: pd.DataFrame) -> tuple[int, int, int]:
    """Return how many judgements were of something in place the first time and the last, and how many there are."""
    ordered = levels.sort_values("moment", kind="stable").groupby(["school", "first"])["estimate"]
    return int((ordered.first() >= IN_PLACE).sum()), int((ordered.last() >= IN_PLACE).sum()), ordered.ngroups


def _tabulate(view: View, levels: pd.DataFrame, caption: str, row: str, labels: Mapping[str, str]) -> TableView:
    text = view.text
    dates = _list_dates(levels)
    first = Column(text.say("agreed.column_statement" if row == "first" else "agreed.column_place"))
    columns = [first, *(Column(text.date(dt.date.fromisoformat(date))) for date in dates)]
    rows = []
    for key, found in levels.groupby(row, sort=False):
        known = found.set_index("moment")["estimate"]
        rows.append([labels[str(key)], *(_write_level(view, known.get(date)) for date in dates)])
    return TableView(caption, columns, rows)


def _list_evidence(view: View, levels: pd.DataFrame, labels: Mapping[str, Mapping[str, str]]) -> Html:
    """Return what levels rest on, as far as somebody marked it to be quoted: the last of each statement and team."""
    told = levels[levels["words"] != ""].sort_values("moment", kind="stable").groupby(["first", "school"], sort=False)["words"].last()
    several = len(set(levels["school"])) > 1
    ends: dict[Any, str] = told.to_dict()
    named = []
    for (statement, school), words in ends.items():
        label = labels["first"][statement]
        what = f"{label}, {labels['school'][school]}" if several else label
        named.append(view.text.say("agreed.rests", what=what, words=words))
    return paragraph(view.text.say("agreed.evidence")) + bullets(named) if named else Html()


def _name_place(view: View, school: str) -> str:
    return view.study.find_school(school).name if school else view.text.say("agreed.partnership")


def _write_level(view: View, level: float | None) -> str:
    if level is None:
        return view.text.say("agreed.not_rated")
    return view.text.say("agreed.cell", level=view.text.number(level, 0), word=view.text.say(f"agreed.level.{level:.0f}"))
