"""Shared codes: the schools in exports that are one, because they are never there together and their people have the same codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from toolkit.new_study.column_roles import Doubt
from toolkit.new_study.recognition import Recognised, read_codes
from toolkit.new_study.waves_and_schools import Schools, Waves
from toolkit.responses.one_school import find_one_schools
from toolkit.responses.rows import join_cells
from toolkit.spelling import fold


def join_schools(found: Sequence[Recognised], waves: Waves, schools: Schools, doubts: list[Doubt]) -> Schools:
    """Return `schools` without those that are probably another one's second name, whose words are mapped; each is doubted."""
    parts = [_place_people(entry, waves, schools) for entry in found if "wave_columns" not in entry.layout]
    names = {word: word for word in schools.words}
    pairs = find_one_schools(pd.concat(parts, ignore_index=True), names) if parts else []
    for pair in pairs:
        says = {"value": pair.other, "expected": pair.kept, "count": pair.shared}
        doubts.append(Doubt("schools_one", "schools", "", says))
    joined = {pair.other: pair.kept for pair in pairs}
    if not joined:
        return schools
    files = {path: joined.get(school, school) for path, school in schools.files.items()}
    return replace(schools, words=tuple(word for word in schools.words if word not in joined), files=files, joined=joined)


def _place_people(entry: Recognised, waves: Waves, schools: Schools) -> pd.DataFrame:
    """Return the school (by its first spelling), the place of the wave and the code in each row that has both."""
    order = {wave.id: number for number, wave in enumerate(waves.waves)}
    spelled = {fold(word): word for word in schools.words}
    named = {fold(word): order[wave.id] for wave in waves.waves for word in wave.words}
    whole = order.get(waves.find(entry), 0 if len(order) == 1 else -1)
    frame = pd.DataFrame(
        {
            "school": [spelled.get(fold(text), "") for text in read_column(entry, "school", schools.find(entry))],
            "wave": [named.get(fold(text), whole) for text in read_column(entry, "wave", "")],
            "code": read_codes(entry),
        }
    )
    return frame[(frame["school"] != "") & (frame["wave"] >= 0)]


def read_column(entry: Recognised, what: str, whole: str) -> list[str]:
    """Return the words in the column for schools or waves, or in each row what the whole file is of."""
    header = entry.layout.get(what, "")
    places = entry.sheet.find_columns(header) if isinstance(header, str) and header and entry.words[what] else []
    if not places:
        return [whole] * len(entry.sheet.rows)
    labels = entry.sheet.labels.get(places[0], {})
    return [labels.get(text, text) for text in join_cells(entry.sheet, (places[0],))]
