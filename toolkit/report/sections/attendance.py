"""Who was there: per contact how many people of a school and its groups came, as a strip and a table, and how much they got on average."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from toolkit.languages import NoNumber, Text
from toolkit.plots.drawings import choose_level_tone
from toolkit.plots.style import MIDDLE, PAPER, TINTS
from toolkit.report.content.view import View
from toolkit.report.figures.profiles import Cell, draw_heat
from toolkit.report.html.elements import Column, Html, TableView, fold, heading, paragraph, publish_table
from toolkit.report.html.svg import publish_figure
from toolkit.report.sections.page_frame import unless_silent
from toolkit.results.disclosure.audiences import NOT_AGREED
from toolkit.results.estimates.attendance import DOSES, KIND, PRESENT
from toolkit.results.rows import find_floor
from toolkit.schemas import list_rows

#: The day of a contact, its title and its kind.
Contact = tuple[str, str, str]


@unless_silent
def show_attendance(view: View) -> Html:
    """Return how many people came to each contact and what that comes to for one of them; nothing where no attendance is recorded."""
    text = view.text
    rows = _take_rows(view)
    strips = _list_strips(view, rows[rows["quantity"] == PRESENT])
    if not strips:
        return Html()
    found = heading(text.say("attendance.heading"), "attendance")
    found += paragraph(text.say("attendance.lead", floor=text.number(find_floor(view.study), 0)))
    if not any(strip.shown for strip in strips):
        return found + paragraph(text.say("attendance.nothing"), "note")
    told = _publish(view, strips) + _show_doses(view, rows)
    return found + (paragraph(f"{_write_title(strips, text)}.") + fold(text.say("attendance.more"), told) if view.school else told)


def _take_rows(view: View) -> pd.DataFrame:
    """Return the counts that this page may tell: of its school and its groups, or of every school and the groups that lie in none."""
    recorded = view.results.recorded
    rows = recorded[recorded["kind"] == KIND]
    if view.school:
        return rows[rows["school"] == view.school]
    return rows[(rows["school"] != "") & (rows["second"] == "") | (rows["school"] == "")]


@dataclass(frozen=True, slots=True)
class Strip:
    """The counts of a school, of one of its groups, or ("") of all schools that tell theirs together, in the order of time."""

    name: str
    school: str
    group: str
    rows: tuple[Any, ...]

    @property
    def shown(self) -> list[Any]:
        """The counts that may be told."""
        return [row for row in self.rows if row.state == "shown"]


def _list_strips(view: View, present: pd.DataFrame) -> list[Strip]:
    """Return a strip per school or group: schools in their order, each before its groups, and all of them together last."""
    order = {code: place for place, code in enumerate(view.codes)}
    places = {(row.school, row.second) for row in list_rows(present)}
    found = []
    for school, group in sorted(places, key=lambda place: (not any(place), order.get(place[0], len(order)), place[1])):
        own = present[(present["school"] == school) & (present["second"] == group)].sort_values(["moment", "first"], kind="stable")
        found.append(Strip(_name(view, school, group), school, group, tuple(list_rows(own))))
    return found


def _name(view: View, school: str, group: str) -> str:
    if group:
        return group
    if not school:
        return view.text.say("attendance.all_shown")
    return view.text.say("attendance.whole_school") if view.school else view.study.find_school(school).name


def _write_title(strips: Sequence[Strip], text: Text) -> str:
    """Return which share of those listed came to all contacts together, or between which numbers of people where not all are listed."""
    whole = [strip for strip in strips if strip.school and not strip.group and strip.shown] or [strip for strip in strips if strip.shown]
    listed = [[row.estimate / row.n for row in strip.shown if row.n] for strip in whole]
    shares = [sum(own) / len(own) for own in listed if own]
    counts = [row.estimate for strip in whole for row in strip.shown]
    low, high = (text.percent(end(shares)) if shares else text.number(end(counts), 0) for end in (min, max))
    key = f"attendance.title{'' if shares else '_count'}{'' if low == high else '_between'}"
    return text.say(key, low=low, high=high)


def _publish(view: View, strips: Sequence[Strip]) -> Html:
    """Return the strip, a row per school or group and a column per contact, with its numbers in a table."""
    text = view.text
    contacts = sorted({(row.moment, row.first, row.words) for strip in strips for row in strip.rows})
    own = [strip for strip in strips if strip.school or strip.group] or strips
    drawn = [(strip.name, _make_cells(strip, contacts, text)) for strip in own]
    table = _tabulate(view, strips)
    title = _write_title(strips, text)
    numbers = "; ".join(f"{strip.name}: {', '.join(_describe(row, text) for row in strip.rows)}" for strip in strips)
    description = text.say("figure.description", title=title, numbers=numbers, table=table.caption)
    picture = draw_heat(drawn, [f"= {_name_contact(contact, text)}" for contact in contacts], _list_signs(drawn, text))
    inside = publish_table(table, "attendance-table")
    return publish_figure(picture, "attendance-strip", title, text.say("attendance.caption"), description, inside, text)


def _describe(row: Any, text: Text) -> str:
    return f"{_name_contact((row.moment, row.first, row.words), text)} {_write_present(row, text)}"


def _make_cells(strip: Strip, contacts: Sequence[Contact], text: Text) -> list[Cell | None]:
    """Return a cell per contact: how many came, open where that may not be told, and a dash where nobody of the strip was listed."""
    rows = {(row.moment, row.first, row.words): row for row in strip.rows}
    return [_make_cell(rows[contact], text) if contact in rows else Cell("–", PAPER) for contact in contacts]


def _make_cell(row: Any, text: Text) -> Cell | None:
    if row.state != "shown":
        return None
    size = text.number(row.estimate, 0)
    if not row.n:
        return Cell(size, MIDDLE)
    return Cell(text.say("attendance.cell", size=size, all=text.number(row.n, 0)), choose_level_tone(row.estimate / row.n, 0, 1))


def _list_signs(drawn: Sequence[tuple[str, Sequence[Cell | None]]], text: Text) -> list[tuple[str, str]]:
    """Return what each tone stands for that is there: a part of those listed, a number alone, or nothing that may be told."""
    cells = [cell for _, own in drawn for cell in own]
    tones = {cell.tone for cell in cells if cell}
    ends = [text.percent(place / len(TINTS)) for place in range(len(TINTS) + 1)]
    steps = [(tint, text.say("heat.step", low=low, high=high)) for tint, (low, high) in zip(TINTS, pairwise(ends), strict=True)]
    signs = steps if tones & set(TINTS) else []
    signs += [(MIDDLE, text.say("attendance.number_only"))] if MIDDLE in tones else []
    return [*signs, *([("open", text.say("heat.open"))] if None in cells else [])]


def _name_contact(contact: Contact, text: Text) -> str:
    """Return the title of a contact, or what kind of contact it was, with its date."""
    day, title, kind = contact
    date = text.date(dt.date.fromisoformat(day))
    named = title or (text.say(f"course.kind.{kind}") if kind else "")
    return text.say("attendance.contact", title=named, date=date) if named else date


def _tabulate(view: View, strips: Sequence[Strip]) -> TableView:
    """Return a row per contact and strip: how many came, of how many where they are listed."""
    text = view.text
    columns = [Column(text.say(f"attendance.column_{name}"), number=name == "present") for name in ("contact", "who", "present")]
    told = [(strip.name, row) for strip in strips for row in strip.rows]
    rows = [[_name_contact((row.moment, row.first, row.words), text), name, _write_present(row, text)] for name, row in told]
    return TableView(text.say("attendance.table"), columns, rows)


def _write_present(row: Any, text: Text) -> str:
    if row.state != "shown":
        return NoNumber(text.say("compare.hidden")) if row.method == NOT_AGREED else text.say_instead("protected")
    size = text.number(row.estimate, 0)
    return text.say("attendance.of", size=size, all=text.number(row.n, 0)) if row.n else size


def _show_doses(view: View, rows: pd.DataFrame) -> Html:
    """Return which share came on average and how many hours that was for one of those listed, per school or group."""
    text = view.text
    order = {code: place for place, code in enumerate(view.codes)}
    shown = rows[rows["state"] == "shown"]
    shares = shown[shown["quantity"] == DOSES[0]]
    hours = {(row.school, row.second): row.estimate for row in list_rows(shown[shown["quantity"] == DOSES[1]])}
    if shares.empty:
        return Html()
    names = ["who", "contacts", "share", *(["hours"] if hours else [])]
    columns = [Column(text.say(f"attendance.column_{name}"), number=name != "who") for name in names]
    cells = []
    for row in sorted(list_rows(shares), key=lambda row: (order.get(row.school, len(order)), row.second)):
        length = hours.get((row.school, row.second))
        own = [_name(view, row.school, row.second), text.number(row.n, 0), text.percent(row.estimate)]
        told = text.number(length, 1) if length is not None else NoNumber(text.say("goals.not_given"))
        cells.append([*own, *([told] if hours else [])])
    table = TableView(text.say("attendance.table_dose"), columns, cells, notes=[text.say("attendance.dose_note")])
    return publish_table(table, "attendance-dose")
