"""Rows: one file of a study, from its cells to people and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.files.cells import Mask
from toolkit.files.cells__grids import File, Sheet, find_blank
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.responses.checks import check_speed
from toolkit.responses.coding import code_columns, make_coders
from toolkit.responses.coding__answers import Coder
from toolkit.responses.columns import Binding, bind_columns
from toolkit.responses.people import read_codes
from toolkit.responses.rows import name_roles, name_schools, name_waves, place_rows, tell_unplaced
from toolkit.responses.rows__leaving_out import mark_left_out, tell_left_out
from toolkit.responses.rows__moments import read_moments
from toolkit.responses.rows__skipping import find_asked, find_elsewhere, find_headers
from toolkit.responses.sheets import choose_sheet
from toolkit.responses.sheets__registry import find_tool
from toolkit.responses.survey_tools.databases import apply_dictionary
from toolkit.responses.survey_tools.tool import complete_layout, mark_own, tell_counted
from toolkit.study.layouts import Layout, Source
from toolkit.study.study import Study


@dataclass(frozen=True, slots=True)
class Part:
    """What one file gives: rows of responses (with `code`, `filled` and `wide` beside them), its row of SOURCES, its rows of ORIGINS."""

    path: str
    sheet: Sheet
    frames: list[pd.DataFrame]
    source: dict[str, Any]
    origins: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One file while it is read: its sheet, what each column holds, and what the study says of it."""

    sheet: Sheet
    binding: Binding
    source: Source
    layout: Layout
    study: Study
    notes: Notes


def read_source(source: Source, study: Study, notes: Notes) -> Part | None:
    """Return what one file of `study` gives, or None where it can't be read; everything that is wrong is noted."""
    layout = study.layouts.get(source.layout, Layout())
    label = f"{source.file} [{layout.sheet}]" if layout.sheet else source.file
    file = read_file(study.folder / source.file, layout, study.limits, label, notes)
    sheet = choose_sheet(file, layout, study, label, notes) if file else None
    if file is None or sheet is None:
        return None
    if find_blank(sheet.cells).all():
        notes.add("file_without_rows", file=label, value=", ".join(sheet.headers[:8]))
        return None
    if tool := find_tool(layout):
        layout, sheet = complete_layout(layout, tool, sheet), mark_own(sheet, tool)
        tell_counted(tool, sheet, study.leave_out, notes)
    if layout.dictionary:
        sheet = apply_dictionary(sheet, study.folder / layout.dictionary, notes)
    reading = Reading(sheet, bind_columns(sheet, layout, study, notes), source, layout, study, notes)
    return Part(source.file, sheet, _read_rows(reading), _describe_source(file, sheet), _list_origins(reading))


def _read_rows(reading: Reading) -> list[pd.DataFrame]:
    """Return the rows that count: one frame per wave of a wide file, one in all for other files."""
    sheet, items = reading.sheet, reading.binding.items
    if not any(items.values()):
        return []
    blank, people = find_blank(sheet.cells), _read_people(reading)
    held = _find_forms(reading, blank, people)
    reasons = mark_left_out(sheet, reading.study.leave_out, reading.notes)
    _tell_places(reading, people[held & (reasons == "")])
    coders = make_coders(reading.study, reading.layout)
    frames = []
    for wave, columns in items.items():
        answered = ~np.all(blank[:, list(columns.values())], axis=1)
        rows = people.assign(reason=np.where((reasons == "") & ~answered, "unfinished", reasons))
        if wave:
            rows = rows.assign(wave=wave, wide=True)
        frames.append(_read_wave(reading, rows.loc[held & answered if wave else held], columns, coders))
    return frames


def _find_forms(reading: Reading, blank: Mask, people: pd.DataFrame) -> Mask:
    """Return which rows are forms of this study: not blank, no repeated header, of no other wave or school, no event without questions."""
    sheet, notes, tool = reading.sheet, reading.notes, find_tool(reading.layout)
    held: Mask = ~np.all(blank, axis=1)
    if not held.all():
        notes.add("rows_blank", file=sheet.file, row=int(sheet.rows[~held][0]), count=int((~held).sum()))
    held &= ~find_headers(sheet, notes)
    held &= ~find_elsewhere(people, reading.layout, sheet.file, notes)
    if tool and tool.by_event:
        positions = sorted({position for columns in reading.binding.items.values() for position in columns.values()})
        held &= find_asked(blank[:, positions], held, sheet.file, notes)
    return held


def _read_wave(reading: Reading, rows: pd.DataFrame, items: dict[str, int], coders: Mapping[str, Coder]) -> pd.DataFrame:
    """Return `rows` without those that are left out, with their answers to every item of the study."""
    left_out = rows["reason"] != ""
    tell_left_out(rows[left_out], reading.notes)
    rows = rows[~left_out]
    values = code_columns(reading.sheet, items, rows, coders, reading.notes)
    answers = pd.DataFrame(values, index=rows.index, columns=list(items), copy=False).reindex(columns=list(coders))
    filled = np.isfinite(values).sum(axis=1)
    check_speed(rows["seconds"].to_numpy(dtype=np.float64), filled, rows, reading.sheet.file, reading.notes)
    return pd.concat([rows.assign(filled=filled), answers], axis=1)


def _read_people(reading: Reading) -> pd.DataFrame:
    """Return per row who, where and when, its number in the file, and beside each place the text that was found there."""
    sheet, binding, study, layout, source = reading.sheet, reading.binding, reading.study, reading.layout, reading.source
    only_school = study.schools[0].id if len(study.schools) == 1 and not layout.school else ""
    only_wave = study.waves[0].id if len(study.waves) == 1 and not layout.wave else ""
    fixed = {"school": source.school or only_school, "wave": source.wave or only_wave, "role": source.role}
    frame = pd.DataFrame({"source": sheet.file, "row": sheet.rows, "wide": False}, index=range(len(sheet.cells)))
    for what, known in _name_places(reading).items():
        frame[what], frame[f"{what}_text"] = place_rows(sheet, getattr(binding, what), fixed[what], known)
    frame["date"], frame["seconds"] = read_moments(sheet, binding, reading.notes)
    personal = any(position in binding.personal for position in binding.respondent)
    frame["code"] = read_codes(sheet, binding.respondent, personal, study.matching.exact, reading.notes)
    return frame


def _name_places(reading: Reading) -> dict[str, dict[str, str]]:
    study, layout = reading.study, reading.layout
    return {"school": name_schools(study, layout), "wave": name_waves(study, layout), "role": name_roles(study, layout)}


def _tell_places(reading: Reading, rows: pd.DataFrame) -> None:
    """Note the words in `rows` that stand for no school, wave or role of the study."""
    for what, known in _name_places(reading).items():
        positions = getattr(reading.binding, what)
        if positions:
            column = ", ".join(reading.sheet.name_column(position) for position in positions)
            tell_unplaced(what, reading.sheet.file, column, rows, known, reading.notes)


def _describe_source(file: File, sheet: Sheet) -> dict[str, Any]:
    written = {"format": file.format, "encoding": file.encoding, "separator": file.separator}
    return {
        "source": sheet.file,
        "sheet": sheet.sheet,
        "sha256": file.sha256,
        "rows_read": int((~np.all(find_blank(sheet.cells), axis=1)).sum()),
        **written,
    }


def _list_origins(reading: Reading) -> list[dict[str, Any]]:
    sheet = reading.sheet
    return [
        {
            "source": sheet.file,
            "sheet": sheet.sheet,
            "wave": wave,
            "item": item,
            "position": position + 1,
            "header": sheet.headers[position],
        }
        for wave, items in reading.binding.items.items()
        for item, position in items.items()
    ]
