"""Types of an external test: how many people of a team have each, where the study wants them shown; a composition and never a score."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from toolkit.languages import Text
from toolkit.plots.style import TINTS
from toolkit.report.content.view import View
from toolkit.report.figures.answers import Bar, draw_answers
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, join, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.disclosure.audiences import NOT_AGREED
from toolkit.results.estimates.profiles import KIND
from toolkit.results.rows import find_floor
from toolkit.schemas import list_rows


@unless_silent
def show_profiles(view: View) -> Html:
    """Return per test how many people have which type; nothing where the study shows none."""
    recorded = view.results.recorded
    rows = recorded[recorded["kind"] == KIND]
    if rows.empty:
        return Html()
    text = view.text
    tests = [_show_test(view, found, f"profiles-{number}") for number, (_, found) in enumerate(rows.groupby("first", sort=False), 1)]
    found = paragraph(text.say("profiles.lead")) + join(tests)
    return heading(text.say("profiles.heading"), "profiles") + (fold(text.say("profiles.more"), found) if view.school else found)


@dataclass(frozen=True, slots=True)
class Team:
    """Who took a test and when: how many of them have each type, the most first; nothing where that may not be told, and `why`."""

    name: str
    date: str
    counts: dict[str, int]
    why: str

    @property
    def size(self) -> int:
        """How many people took it."""
        return sum(self.counts.values())


def _list_teams(view: View, rows: pd.DataFrame) -> list[Team]:
    """Return the schools in their order, or everybody where the test was not kept apart per school."""
    text = view.text
    order = {code: place for place, code in enumerate(["", *view.codes])}
    found = []
    for school in sorted(dict.fromkeys(rows["school"]), key=lambda code: order.get(code, 0)):
        own = rows[rows["school"] == school]
        name = view.study.find_school(school).name if school else text.say("profiles.everybody")
        shown = list_rows(own[own["state"] == "shown"])
        counts = {row.second or text.say("profiles.other"): int(row.estimate) for row in shown}
        found.append(Team(name, str(own["moment"].iloc[0]), counts, str(own["method"].iloc[0])))
    return found


def _show_test(view: View, rows: pd.DataFrame, id: str) -> Html:
    """Return the bars and the tables of one test, and of whom nothing can be told."""
    text = view.text
    test = str(rows["first"].iloc[0])
    teams = _list_teams(view, rows)
    shown = [team for team in teams if team.counts]
    hidden = join(_say_nothing(team, test, view) for team in teams if not team.counts)
    return (_publish(shown, test, id, text) if shown else Html()) + hidden


def _say_nothing(team: Team, test: str, view: View) -> Html:
    text = view.text
    few = text.say("profiles.few", floor=find_floor(view.study))
    why = text.say("reason.not_agreed") if team.why == NOT_AGREED else few
    return paragraph(text.say("profiles.nothing", test=test, who=team.name, why=why), "note")


def _publish(teams: Sequence[Team], test: str, id: str, text: Text) -> Html:
    table = _tabulate(teams, test, text)
    inside = publish_table(table, f"{id}-table")
    types = _list_types(teams, text)
    title = _write_title(teams, test, text)
    if len(types) > len(TINTS):  # of more types nobody can tell the tones apart
        return paragraph(f"{title}.") + inside
    told = ((team, ", ".join(f"{type} {text.number(count, 0)}" for type, count in team.counts.items())) for team in teams)
    numbers = "; ".join(f"{team.name}: {counts}" for team, counts in told)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    bars = [_make_bar(team, types, text) for team in teams]
    picture = draw_answers(bars, types, TINTS[::-1][: len(types)])
    return publish_figure(picture, f"{id}-figure", title, text.say("profiles.caption"), description, inside, text)


def _list_types(teams: Sequence[Team], text: Text) -> list[str]:
    """Return the types that anybody has, the most first, those that were put together last."""
    totals: dict[str, int] = {}
    for team in teams:
        for type, count in team.counts.items():
            totals[type] = totals.get(type, 0) + count
    other = text.say("profiles.other")
    return sorted((type for type, count in totals.items() if count), key=lambda type: (type == other, -totals[type]))


def _write_title(teams: Sequence[Team], test: str, text: Text) -> str:
    """Return which type is most common, where there is one team and it can be told."""
    if len(teams) > 1:
        return text.say("profiles.title_places", test=test, count=text.number(len(teams), 0))
    most = max(teams[0].counts.values())
    ahead = [type for type, count in teams[0].counts.items() if count == most]
    if len(ahead) > 1 or ahead == [text.say("profiles.other")]:  # a type among those put together may be ahead
        return text.say("profiles.title_tie", test=test)
    return text.say("profiles.title", test=test, type=ahead[0], size=text.number(most, 0), all=text.number(teams[0].size, 0))


def _make_bar(team: Team, types: Sequence[str], text: Text) -> Bar:
    shares = tuple(round(100 * team.counts.get(type, 0) / team.size) for type in types)
    return Bar(team.name, shares, text.say("profiles.people", size=text.number(team.size, 0)), "")


def _tabulate(teams: Sequence[Team], test: str, text: Text) -> TableView:
    """Return a row per team and type, with how many people that are and which share."""
    several = len(teams) > 1
    names = [*(["who"] if several else []), "type", "people", "share"]
    columns = [Column(text.say(f"profiles.column_{name}"), number=name in ("people", "share")) for name in names]
    rows = []
    for team in teams:
        for type, count in team.counts.items():
            cells = [type, text.number(count, 0), text.percent(count / team.size)]
            rows.append([team.name, *cells] if several else cells)
    date = text.date(dt.date.fromisoformat(max(team.date for team in teams)))
    return TableView(text.say("profiles.table", test=test, date=date), columns, rows)
