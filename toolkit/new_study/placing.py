"""Placing: which layout, wave and school of a study a further export has, or which new one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.column_names import place_wave
from toolkit.findings import Notes
from toolkit.new_study.column_roles import split_name
from toolkit.new_study.recognition import PLACES, Recognised, read_codes
from toolkit.new_study.waves_and_schools import ALIKE, differ_by_number, make_identifier, name_wave
from toolkit.responses.exports import read_exports, read_source
from toolkit.responses.one_school import FEWEST, RIVAL, SHARE
from toolkit.responses.rows import name_schools, name_waves
from toolkit.spelling import find_nearest, fold, fold_words
from toolkit.study.layouts import Layout, Source
from toolkit.study.study import Study, Wave

#: a file that a layout reads with one of these is laid out otherwise.
UNFIT = {
    "sheet_missing", "sheet_unclear", "header_missing", "header_twice", "header_unclear", "items_none", "items_long", "column_uncoded",
    "scale_shifted", "scale_renumbered", "scale_renumbered_unsure", "dictionary_unreadable",
}  # fmt: skip
#: answers are of a measurement when they were given so many days from it, at most.
DAYS = 45


@dataclass
class Place:
    """What one part of an export is of: the key of its source ("" where its rows tell), new ones, words to map, and what is not sure.

    `named` holds what every word that was found stands for.
    """

    key: str = ""
    named: dict[str, str] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)
    doubts: list[tuple[str, dict[str, object]]] = field(default_factory=list)


def choose_layout(entry: Recognised, study: Study) -> str | None:
    """Return the layout of the study by which `entry` is read as well as it is recognised, None without one.

    Of several it is the one that names most of the recognised columns, and of those the one that was used last.
    """
    used = dict.fromkeys([*(source.layout for source in reversed(study.sources)), *study.layouts])
    fitting = [name for name in used if _fits(entry, name, study)]
    return max(fitting, key=lambda name: _count_named(entry, study.find_layout(name)), default=None)


def _count_named(entry: Recognised, layout: Layout) -> int:
    return sum(bool(getattr(layout, what)) for what in PLACES if what in entry.layout)


def _fits(entry: Recognised, name: str, study: Study) -> bool:
    """Return whether a layout reads all questions of the study that were recognised, and knows where several waves or schools stand."""
    layout = study.find_layout(name)
    if len(entry.words["wave"]) > 1 and not (layout.wave or layout.wave_columns):
        return False
    if len(entry.words["school"]) > 1 and not layout.school:
        return False
    asked = {column for instrument in study.instruments for column in instrument.columns}
    notes = Notes()
    source = Source(file=str(entry.path.resolve()), layout=name, school=study.schools[0].id, wave=study.waves[0].id)
    part = read_source(source, study, notes)
    if part is None or part.sheet.sheet != entry.sheet.sheet or UNFIT & {note["code"] for note in notes.rows}:
        return False
    found = {row["item"] for row in part.origins}
    return bool(found) and asked & set(entry.items) <= found


def place_in_wave(entry: Recognised, layout: Layout, study: Study, said: str) -> Place:
    """Return the measurement of an export: as `said`, by its column, by its name, by its dates, or else the last one, which is doubted."""
    place = Place()
    in_rows = bool(layout.wave or layout.wave_columns) and not said
    words = [said] if said else list(entry.words["wave"]) or [word for word in [name_wave(entry)] if word]
    ids = []
    for word in words:
        id = _find_wave(word, study, layout)
        if not id:
            id = make_identifier(word, "wave")
            place.new.append(word)
        ids.append(id)
        place.named[word] = id
        if in_rows and entry.words["wave"] and not _is_named(word, id, place.new, layout, study):
            place.words[word] = id
    if in_rows and entry.words["wave"]:
        return place
    if not ids and len(study.waves) > 1:
        near = _find_dated(entry, study)
        place.doubts.append(
            ("adding.wave_dated" if near else "adding.wave_last", {"value": entry.path.name, "expected": near or study.waves[-1].id})
        )
        ids = [near or study.waves[-1].id]
    place.key = ids[0] if ids else ""
    return place


def _find_wave(word: str, study: Study, layout: Layout) -> str:
    """Return the wave that a word stands for: one that is called so, or the only one at that place in the order."""
    known = name_waves(study, layout).get(fold(word), "")
    at = place_wave(word)
    alike = [wave.id for wave in study.waves if at is not None and at in _list_places(wave)]
    return known or (alike[0] if len(alike) == 1 else "")


def _list_places(wave: Wave) -> set[int | None]:
    return {place_wave(text) for text in (wave.id, *wave.label.values())}


def _is_named(word: str, id: str, new: Sequence[str], layout: Layout, study: Study) -> bool:
    """Return whether a file may call a measurement by `word` without a layout that says so."""
    return word in new or name_waves(study, layout).get(fold(word)) == id


def _find_dated(entry: Recognised, study: Study) -> str:
    """Return the wave that the middle date of the answers is near to, "" where there is none."""
    if "" not in entry.dates:
        return ""
    middle: dt.date = entry.dates[""].date()
    away, nearest = min((abs(day - middle).days, wave.id) for wave in study.waves for day in wave.days)
    return nearest if away <= DAYS else ""


@dataclass(frozen=True)
class People:
    """The people of a study by the school at which they answered; read once it is asked."""

    study: Study

    @cached_property
    def codes(self) -> Mapping[str, set[str]]:
        """The cleaned codes per school."""
        responses = read_exports(self.study).responses
        names = responses["respondent"].str.partition("@")[0]
        coded = ~responses["respondent"].str.contains("#")
        return {str(school): set(rows) for school, rows in names[coded].groupby(responses["school"][coded])}

    def find(self, codes: set[str]) -> tuple[str, int]:
        """Return the school of which most people are among `codes`, and how many; "" where that is not sure."""
        counts = sorted(((len(codes & known), school) for school, known in self.codes.items()), reverse=True)
        most, school = counts[0] if counts else (0, "")
        second = counts[1][0] if len(counts) > 1 else 0
        return (school, most) if most >= max(FEWEST, SHARE * len(codes)) and most > RIVAL * second else ("", 0)


def place_in_school(entry: Recognised, layout: Layout, study: Study, said: str, people: People) -> Place:
    """Return the school of an export: as `said`, by its column, the only one, by the name of the file, or by the codes of its people."""
    place = Place()
    if entry.words["school"] and not said:
        known = name_schools(study, layout)
        elsewhere = {fold(word) for word, id in layout.schools.items() if not id}
        for word in entry.words["school"]:
            id = known.get(fold(word), "")
            if not id and fold(word) not in elsewhere:
                id = _take_school(word, study, place, mapped=bool(layout.school))
            place.key = "" if layout.school else id
        return place
    if said:
        place.key = name_schools(study, layout).get(fold(said), "") or _take_school(said, study, place, mapped=False)
        return place
    rest = split_name(entry.path.stem)[1]
    named = [school.id for school in study.schools if _stands_in(rest, (school.id, school.name))]
    if len(named) == 1:
        place.key = named[0]
        place.doubts += [("adding.school_named", {"value": entry.path.name})] if len(study.schools) > 1 else []
        return place
    place.key, count = people.find(set(read_codes(entry)) - {""}) if "respondent" in entry.layout else ("", 0)
    if place.key:
        place.doubts.append(("adding.school_codes", {"value": entry.path.name, "count": count}))
    else:
        place.key = _take_school(rest or entry.path.stem, study, place, mapped=False)
    return place


def _take_school(word: str, study: Study, place: Place, *, mapped: bool) -> str:
    """Return the school that an unknown word stands for: one with nearly that name, or a new one."""
    named = {text: school.id for school in study.schools for text in (school.id, school.name)}
    near = find_nearest(word, named, ALIKE)
    if near and not differ_by_number(word, near):
        place.doubts.append(("adding.school_alike", {"value": word, "expected": near}))
        if mapped:
            place.words[word] = named[near]
        return named[near]
    if word not in place.new:
        place.new.append(word)
    return word


def _stands_in(name: str, words: Iterable[str]) -> bool:
    return any(f" {fold_words(word)} " in f" {fold_words(name)} " for word in words if fold_words(word))
