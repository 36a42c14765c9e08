"""Publications that can't be held against the answers of now, and what is done about it: never nothing.

Nobody's mark is what it was when the key is another, when codes or the way they are read changed, or when waves, schools or scales have
other names. Then the register would forget what was published without a word. So each line is held against the study first. What can't be
read back stops a run; where a person confirms, everything stays hidden that could give people away together with it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from toolkit.errors import Problem, ReportError
from toolkit.findings import Notes
from toolkit.languages import Text
from toolkit.results.disclosure.contributors import Membership, name_measure
from toolkit.results.disclosure.differencing import Published
from toolkit.results.disclosure.register import KEY, Register, mark_person
from toolkit.results.disclosure.register_lines import REGISTER, Line
from toolkit.results.estimates.shares import ITEM, list_questions
from toolkit.results.rows import find_floor
from toolkit.schemas import LEVELS, WHAT
from toolkit.study.study import Study

#: A group is read back if more than this share of its people are among those of now.
FOUND = 0.5
#: The account of a folder of reports says which line of the register its pages rest on.
ACCOUNT = "manifest.json"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What can't be held against the answers of now: the code of the fault, the line, and what the sentence says; school if it is one."""

    fault: str
    line: Line
    places: dict[str, Any] = field(default_factory=dict)
    school: str = ""

    def describe(self, text: Text) -> Problem:
        """Return in words where it stands, what it is, and what to do."""
        kind = {"what": text.say(f"faults.what.{self.places['what']}")} if "what" in self.places else {}
        date = text.date(pd.Timestamp(self.line.date).date())
        file, line = (KEY, None) if self.fault.startswith("register_key") else (REGISTER, self.line.number or None)
        return text.find_fault(self.fault, file, line=line, **(self.places | kind | {"date": date}))


def list_unreadable(register: Register, scores: pd.DataFrame, study: Study) -> list[Unreadable]:
    """Return what of the register can't be held against `scores`, line by line."""
    lost = list(_list_lost(register))
    if register.fault:
        count = len(register.lines)
        return [*lost, *(Unreadable(f"register_key_{register.fault}", line, {"count": count}) for line in register.lines)]
    if not register.lines:
        return lost
    here = {str(wave): {mark_person(p, register.key) for p in rows.unique()} for wave, rows in scores.groupby("wave")["respondent"]}
    membership = Membership(scores, study)
    found = lost
    for line in register.lines:
        faults = list(_list_faults(line, register, here, study))
        found += faults or list(_list_exchanged(line, membership, register, study))
    return found


def _list_lost(register: Register) -> Iterator[Unreadable]:
    """Yield the lines that the account of the folder knows of, and that are not in the register."""
    path = register.folder.parent / ACCOUNT
    try:
        account = json.loads(path.read_text(encoding="utf-8"))
        known = {str(run["register"]) for run in account["runs"] if run["register"]}
        date = str(dt.date.fromisoformat(account["date"]))
    except (OSError, ValueError, TypeError, KeyError):
        return
    if known - {line.sha256 for line in register.lines}:
        yield Unreadable("register_lost", Line(0, "", date), {"account": ACCOUNT})


def _list_faults(line: Line, register: Register, here: dict[str, set[str]], study: Study) -> Iterator[Unreadable]:
    if line.key and line.key != register.sign:
        yield Unreadable("register_key_other", line)
        return
    numbers = line.published
    named = {
        "wave": ({part.wave for number in numbers for part in number.people}, {wave.id for wave in study.moments}),
        "school": ({number.key[0] for number in numbers}, {"", *(school.id for school in study.schools)}),
        "outcome": ({part.measure for number in numbers for part in number.people}, _list_measures(study)),
    }
    for what, (said, known) in named.items():
        if said - known:
            yield Unreadable("register_unknown", line, {"what": what, "names": ", ".join(sorted(said - known))})
    yield from _list_moved(line, study)
    yield from _list_unmatched(line, numbers, here, study)


def _list_measures(study: Study) -> set[str]:
    picked = {name_measure(whole.id, f"{ITEM}{item.id}", rating) for whole, item, rating, _ in list_questions(study, words=True)}
    return picked | {
        name_measure(instrument.id, scale.id, rating)
        for instrument in (*study.instruments, *study.scored_instruments)
        for scale in instrument.scored_scales
        for rating in ("", *(rating.id for rating in instrument.ratings))
    }


def _list_moved(line: Line, study: Study) -> Iterator[Unreadable]:
    """Yield the waves whose names went to each other: one has the date that another had when the line was written."""
    now = {wave.id: set(map(str, wave.days)) for wave in study.moments}
    for wave, date in line.waves.items():
        other = next((id for id, days in now.items() if date in days and id != wave), "")
        if wave in now and date not in now[wave] and other:
            yield Unreadable("register_moved", line, {"names": wave, "other": other})


def _list_unmatched(line: Line, numbers: Sequence[Published], here: dict[str, set[str]], study: Study) -> Iterator[Unreadable]:
    """Yield the schools of whose people hardly anybody is found among those who answered in the same wave."""
    groups: dict[tuple[str, str], set[str]] = {}
    for number in numbers:
        for part in number.people:
            groups.setdefault((number.key[0], part.wave), set()).update(part.people)
    told: set[str] = set()
    for (school, wave), people in sorted(groups.items()):
        found = len(people & here.get(wave, set()))
        known = wave in {each.id for each in study.moments}
        if known and school not in told and len(people) >= find_floor(study) and found <= FOUND * len(people):
            told.add(school)
            yield Unreadable("register_people" if school else "register_people_over_all", line,
                             {"school": school, "wave": wave, "count": len(people), "found": found}, school)  # fmt: skip


def _list_exchanged(line: Line, membership: Membership, register: Register, study: Study) -> Iterator[Unreadable]:
    """Yield the schools where some people are gone, others are there, and a few would be told apart if both were the same people.

    Then nobody can say whether codes changed. Fewer than the smallest group together, gone and new, count as people who changed.
    """
    floor = find_floor(study)
    told: set[str] = set()
    for number in line.published:
        school = number.key[0]
        if number.table != LEVELS.name or not school or school in told:
            continue
        before = frozenset[str]().union(*(part.people for part in number.people))
        parts = membership.find_number(number.table, number.key).people
        now = frozenset(mark_person(person, register.key) for part in parts for person in part.people)
        gone, new = len(before - now), len(now - before)
        if gone and new and gone + new >= floor and 1 <= abs(new - gone) < floor:
            told.add(school)
            places = {"school": school, "wave": number.key[1], "count": gone, "found": new}
            yield Unreadable("register_exchanged", line, places, school)


def keep_readable(register: Register, found: Sequence[Unreadable]) -> Register:
    """Return the register without the lines in which something can't be held against the answers of now."""
    lost = {each.line.number for each in found}
    return replace(register, lines=tuple(line for line in register.lines if line.number not in lost))


def refuse_unreadable(found: Sequence[Unreadable], text: Text) -> None:
    """Raise `ReportError` with everything that can't be read back, each at its first line; do nothing if there is nothing."""
    first: dict[tuple[str, str, str], Unreadable] = {}
    for each in found:
        first.setdefault((each.fault, each.school, str(each.places.get("names"))), each)
    if first:
        raise ReportError([each.describe(text) for each in first.values()])


def tabulate_unreadable(found: Sequence[Unreadable]) -> pd.DataFrame:
    """Return as FINDINGS, per date, that everything was hidden that could give people away together with what can't be read back."""
    notes = Notes()
    for date in sorted({each.line.date for each in found}):
        notes.add("earlier_unreadable", file=REGISTER, expected=date)
    return notes.tabulate()


def list_suspected(found: Sequence[Unreadable], register: Register, scores: pd.DataFrame, study: Study) -> list[Published]:
    """Return what may have been published, at worst: every mean that no readable line is about, of everybody but one person.

    Nothing may follow together with that, so all numbers stay hidden in which that one person would be seen.
    """
    known = _list_covered(found, register)
    valid = scores.dropna(subset="score")
    often = valid["respondent"].map(valid["respondent"].value_counts())
    first = valid.assign(often=-often).sort_values(["often", "respondent"]).groupby(["school", "wave", *WHAT], sort=True).head(1)
    measures = [name_measure(*what) for what in first[list(WHAT)].itertuples(index=False, name=None)]
    covered = [place in known for place in zip(first["school"], first["wave"], measures, strict=True)]
    fewer = Membership(scores.drop(index=first.index[[not each for each in covered]]), study)
    kept = first[[not each for each in covered]]
    keys = [(school, wave, *what, "mean") for school, wave, *what in kept[["school", "wave", *WHAT]].itertuples(index=False, name=None)]
    over_all = [("", *key[1:]) for key in keys]
    numbers = [fewer.find_number("levels", key) for key in dict.fromkeys([*keys, *over_all])]
    schools = dict.fromkeys([*kept["school"], ""])
    for comparison in study.planned:
        whats = dict.fromkeys(tuple(key[2:5]) for key in keys)
        places = [(school, comparison.id, *what, "change_pairs") for school in schools for what in whats]
        numbers += [fewer.find_number("change", place) for place in places]
    return [number for number in numbers if number.people]


def _list_covered(found: Sequence[Unreadable], register: Register) -> set[tuple[str, str, str]]:
    """Return school, wave and measure of what readable lines say was published."""
    lost = {each.school for each in found if each.school}
    if any(each.fault.startswith(("register_key_missing", "register_key_broken", "register_lost", "register_moved")) for each in found):
        return set()
    lines = [line for line in register.lines if not line.key or line.key == register.sign]
    numbers = [number for line in lines for number in line.published]
    return {(number.key[0], part.wave, part.measure) for number in numbers if number.key[0] not in ("", *lost) for part in number.people}
