"""Counts of what is recorded: notes by theme, agreed levels, who learns from whom, what meetings were about, and how many came.

What is counted is public: notes, meetings, what a team agreed. Some counts are about people. A role of a few of a school, known from the
answers, is told over the schools only, and only where the schools that do not tell it have enough people in it together. Who came is
counted in `attendance`, types of a test in `profiles`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from toolkit.records.reading import Records
from toolkit.responses.rows import name_roles
from toolkit.results.estimates.attendance import FEW, count_present, list_heads
from toolkit.results.estimates.profiles import count_profiles
from toolkit.results.rows import find_floor, make_blank, make_row
from toolkit.schemas import RECORDED, list_rows
from toolkit.spelling import fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: In what way a note speaks of its theme; one that does not say so is neutral.
VALENCES = ("plus", "minus", "neutral")
#: What a contact took: hours, and euros.
SPENT = ("hours", "cost")


def estimate_recorded(records: Records, responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return RECORDED: what notes, ratings, links, meetings, attendance and profiles come to, per school and over the schools."""
    roles = Roles(study, _count_roles(responses))
    made = [_count_notes(records.notes, roles), _tell_levels(records.ratings), _count_links(records.links, roles)]
    made += [_count_meetings(records.meetings), count_present(list_heads(records.attendance, records.contacts), study)]
    made += [_tell_contacts(records.contacts), count_profiles(records.profiles, study)]
    return RECORDED.collect([row for rows in made for row in rows])


def take_recorded(recorded: pd.DataFrame, kind: str, school: str) -> pd.DataFrame:
    """Return the rows of one kind about a school, or ("") over the schools."""
    return recorded[(recorded["kind"] == kind) & (recorded["school"] == school)]


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles of a study, and how many people each has at least, by school and role."""

    study: Study
    people: dict[tuple[str, str], int]

    def name(self, words: str) -> str:
        """Return the id of the role that a file names, or its words where the study has no such role."""
        return name_roles(self.study, Layout()).get(fold(words), words)

    def hides(self, role: str, schools: Iterable[str]) -> bool:
        """Return whether a role of the study is of too few people of these schools; one that it does not have, such as parents, is not."""
        known = role in {each.id for each in self.study.roles}
        return known and sum(self.people.get((school, role), 0) for school in set(schools)) < find_floor(self.study)


def _count_roles(responses: pd.DataFrame) -> dict[tuple[str, str], int]:
    counts = responses[responses["role"] != ""].groupby(["school", "role", "wave"])["respondent"].nunique()
    return dict(counts.groupby(["school", "role"]).max())


def _place(kind: str, school: str, moment: str = "", first: str = "", second: str = "", words: str = "") -> dict[str, Any]:
    return {"kind": kind, "school": school, "moment": moment, "first": first, "second": second, "words": words}


def _list_scopes(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each school with its rows, and "" with all rows."""
    for school, rows in frame[frame["school"] != ""].groupby("school"):
        yield str(school), rows
    if len(frame):
        yield "", frame


def _part_rows(rows: pd.DataFrame, columns: list[str], school: str, roles: Roles) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows that may count, and the roles of which some may not.

    Over all schools those of a school with few people in a role count if such schools together have enough of them: what stands on the
    pages of the other schools may be subtracted.
    """
    places = [[(row.school, getattr(row, name)) for name in columns] for row in list_rows(rows)]
    few = {place for found in places for place in found if roles.hides(place[1], [place[0]])}
    if not school:
        few = {place for place in few if roles.hides(place[1], [other for other, role in few if role == place[1]])}
    told = [not few.intersection(found) for found in places]
    return rows[told], sorted({role for _, role in few})


def find_nearest_wave(day: pd.Timestamp, school: str, study: Study) -> str:
    """Return the measurement of a school that a day lies nearest to, the earlier of two."""
    waves = study.follow_cohort(study.map_cohorts().get(school, "")).waves
    distances = [(min(abs((day - pd.Timestamp(each)).days) for each in wave.days), wave.id) for wave in waves]
    return min(distances, key=lambda found: found[0])[1]


def _tell_contacts(contacts: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the contacts that files name, each once, with what they took; those of the study file stand there."""
    known = contacts[(contacts["file"] != "") & contacts["date"].notna() & (contacts["type"] != "")]
    for row in list_rows(known.drop_duplicates(["school", "date", "type", "cohort", "title"])):
        where = _place("contacts", row.school, str(row.date.date()), row.type, row.cohort, row.title)
        yield make_row(where, "contact", 1, 0, "as given")
        for name in SPENT:
            if not math.isnan(spent := float(getattr(row, name))):
                yield make_row(where, name, spent, 0, "as given")


def _count_notes(notes: pd.DataFrame, roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield per measurement, theme and role how many notes there are of each valence; and the texts that may be quoted, of schools."""
    told = notes[notes["date"].notna() & (notes["theme"] != "")]
    waves = [find_nearest_wave(row.date, row.school, roles.study) for row in list_rows(told)]
    told = told.assign(wave=waves, role=[roles.name(role) for role in told["role"]], valence=told["valence"].replace("", "neutral"))
    for school, rows in _list_scopes(told):
        kept, hidden = _part_rows(rows, ["role"], school, roles)
        yield from (make_blank(_place("notes", school, second=role), "notes", "hidden", FEW) for role in hidden)
        counted = kept.groupby(["wave", "theme", "role", "valence"], sort=False).size().reset_index(name="notes")
        for row in list_rows(counted):
            yield make_row(_place("notes", school, row.wave, row.theme, row.role), row.valence, row.notes, 0, "count")
    for row in list_rows(told[(told["quote"] == "yes") & (told["consent"] == "yes") & (told["text"] != "")].drop_duplicates()):
        role = "" if roles.hides(row.role, [row.school]) else row.role
        yield make_row(_place("notes", row.school, row.wave, row.theme, role, row.text), "quote", 1, 0, "as given")


def _tell_levels(ratings: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the agreed levels, the last of a day where there are several; what they rest on only where somebody marked it to be quoted."""
    known = ratings[ratings["date"].notna() & ratings["level"].notna() & (ratings["statement"] != "")]
    for row in list_rows(known.drop_duplicates(["school", "date", "list", "statement"], keep="last")):
        rests = row.evidence if row.quote == "yes" else ""
        where = _place("ratings", row.school, str(row.date.date()), row.statement, row.list, rests)
        yield make_row(where, "level", row.level, 0, "as given")


def _count_links(links: pd.DataFrame, roles: Roles) -> Iterator[dict[str, Any]]:
    """Yield per measurement and pair of roles how often the second learned from the first."""
    known = links[(links["wave"] != "") & (links["from"] != "") & (links["to"] != "")]
    ends = {name: [roles.name(role) for role in known[column]] for name, column in (("start", "from"), ("end", "to"))}
    known = known.assign(**ends, count=known["count"].fillna(1))
    for school, rows in _list_scopes(known):
        told, hidden = _part_rows(rows, ["start", "end"], school, roles)
        yield from (make_blank(_place("links", school, second=role), "links", "hidden", FEW) for role in hidden)
        for place, count in told.groupby(["wave", "start", "end"], sort=False)["count"].sum().items():
            yield make_row(_place("links", school, *map(str, place)), "links", count, 0, "count")  # type: ignore[call-overload]


def _count_meetings(meetings: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield per month and question how many of the `n` meetings worked on it; a meeting is a day of a team, or else of a school."""
    known = meetings[meetings["date"].notna() & (meetings["question"] != "")]
    known = known.assign(month=known["date"].dt.strftime("%Y-%m"), meeting=known.groupby(["school", "date", "team"]).ngroup())
    for school, rows in _list_scopes(known):
        questions = list(dict.fromkeys(rows["question"]))
        for month, found in rows.groupby("month"):
            worked = found[found["worked_on"] != "no"].groupby("question")["meeting"].nunique()
            count = found["meeting"].nunique()
            for question in questions:
                yield make_row(_place("meetings", school, str(month), question), "worked_on", int(worked.get(question, 0)), count, "count")
