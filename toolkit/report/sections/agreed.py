"""What teams agreed on: a level of 0 to 3 per statement and date, as words. It is one judgement of several people, without an interval."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.report.content.view import View
from toolkit.report.html.elements import Column, Html, TableView, bullets, heading, join, paragraph, publish_table
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.estimates.recorded import take_recorded

#: From this level on what was agreed stands.
IN_PLACE = 2


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
    found = heading(name_list(view, name), id, level=3) + paragraph(_write_progress(view, levels))
    labels = {"first": {each: name_statement(view, name, each) for each in levels["first"]}}
    labels["school"] = {each: _name_place(view, each) for each in levels["school"]}
    table, row = ("school", "first") if view.school else ("first", "school")
    for number, (key, rows) in enumerate(levels.groupby(table, sort=False), 1):
        caption = view.text.say("agreed.table", name=labels[table][str(key)])
        found += publish_table(_tabulate(view, rows, caption, row, labels[row]), f"{id}-table-{number}")
    return found + paragraph(view.text.say("agreed.by_team"), "note") + _list_evidence(view, levels, labels)


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
    ordered = levels.sort_values("moment", kind="stable").groupby(["school", "first"])["estimate"]
    first, last = ((ends >= IN_PLACE).sum() for ends in (ordered.first(), ordered.last()))
    places = {"word": text.say(f"agreed.level.{IN_PLACE}"), "now": text.number(last, 0), "all": text.number(ordered.ngroups, 0)}
    if len(_list_dates(levels)) == 1:
        return text.say("agreed.once", **places)
    return text.say("agreed.progress", **places, before=text.number(first, 0))


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
