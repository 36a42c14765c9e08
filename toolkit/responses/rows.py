"""Rows: of each, which school, wave, role and subgroup it is of, when it was filled in and how fast, and whether it counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.files.cells import Mask, Sheet, Texts, find_rows, list_texts
from toolkit.findings import Notes
from toolkit.responses.columns import Binding
from toolkit.responses.damage import find_changed
from toolkit.spelling import find_nearest, fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Exclusion, Study

DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:\D.*)?")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\D.*)?")
CLOCK = re.compile(r"(?<![\d-])(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def join_cells(sheet: Sheet, positions: tuple[int, ...]) -> Texts:
    """Return the texts of the columns at `positions`, joined by a hyphen where there are several, in which an empty part stays empty."""
    columns = [sheet.cells.columns[position].change(lambda text: " ".join(text.split())).write() for position in positions]
    if len(columns) == 1:
        return columns[0]
    return list_texts("-".join(parts) if any(parts) else "" for parts in zip(*columns, strict=True))


def name_schools(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each school."""
    named = {fold(school.name): school.id for school in study.schools} | {fold(school.id): school.id for school in study.schools}
    return named | {fold(word): id for word, id in layout.schools.items() if id}


def name_waves(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each wave."""
    labels = {fold(text): wave.id for wave in study.moments for text in wave.label.values()}
    return labels | {fold(wave.id): wave.id for wave in study.moments} | {fold(word): id for word, id in layout.waves.items() if id}


def name_roles(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each role."""
    labels = {fold(text): role.id for role in study.roles for text in (*role.label.values(), *role.also)}
    return labels | {fold(role.id): role.id for role in study.roles} | {fold(word): id for word, id in layout.roles.items()}


def name_subgroups(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each group of persons."""
    labels = {fold(text): each.id for each in study.subgroups for text in (*each.label.values(), *each.also)}
    return labels | {fold(each.id): each.id for each in study.subgroups} | {fold(word): id for word, id in layout.subgroups.items()}


def name_places(study: Study, layout: Layout) -> dict[str, dict[str, str]]:
    """Return the folded words by which a file may name each school, wave, role and, where the study has these, group of persons."""
    found = {"school": name_schools(study, layout), "wave": name_waves(study, layout), "role": name_roles(study, layout)}
    return found | ({"subgroup": name_subgroups(study, layout)} if study.subgroups else {})


def place_rows(sheet: Sheet, positions: tuple[int, ...], fixed: str, known: Mapping[str, str]) -> tuple[Texts, Texts]:
    """Return per row the code that its cells stand for ("" where that is not known) and the text that was found.

    `fixed` is the code of the whole file, where there is one.
    """
    if fixed or not positions:
        return np.full(len(sheet.cells), fixed, dtype=object), np.full(len(sheet.cells), fixed, dtype=object)
    texts = join_cells(sheet, positions)
    labels = sheet.labels.get(positions[0], {}) if len(positions) == 1 else {}
    found = {text: known.get(fold(text)) or known.get(fold(labels.get(text, ""))) or "" for text in set(texts)}
    return list_texts(found[text] for text in texts), texts


def tell_unplaced(what: str, file: str, column: str, rows: pd.DataFrame, known: Mapping[str, str], notes: Notes) -> None:
    """Note each word of `rows` that stands for no known school, wave, role or subgroup, with the nearest that is known."""
    for text, found in rows[rows[what] == ""].groupby(f"{what}_text", sort=False):
        places = {"file": file, "row": int(found["row"].iloc[0]), "column": column, "count": len(found)}
        if text:
            near = find_changed(str(text), known) or find_nearest(str(text), known, cutoff=0.5)
            notes.add(
                f"{what}_unknown", value=str(text), expected=known[near] if near else ", ".join(dict.fromkeys(known.values())), **places
            )
        elif what not in ("role", "subgroup"):
            notes.add(f"{what}_empty", **places)


def read_moments(
    sheet: Sheet, binding: Binding, notes: Notes, *, tell_bad: bool = True
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return per row when it was filled in (NaT where that is not known) and in how many seconds (NaN)."""
    unknown: NDArray[np.datetime64] = np.full(len(sheet.cells), np.datetime64("NaT", "us"))
    dates = read_dates(sheet, binding.date[0], notes, tell_bad=tell_bad) if binding.date else unknown
    if binding.duration:
        column = sheet.cells.columns[binding.duration[0]].change(str.strip)
        seconds = np.array([float(text.replace(",", ".")) if NUMBER.fullmatch(text) else np.nan for text in column.texts])
        return dates, seconds[column.places]
    if binding.start and binding.date:
        started = read_dates(sheet, binding.start[0], Notes())
        return dates, (dates - started) / np.timedelta64(1, "s")
    return dates, np.full(len(dates), np.nan)


def read_dates(
    sheet: Sheet, position: int, notes: Notes, *, months_first: bool | None = None, tell_bad: bool = True
) -> NDArray[np.datetime64]:
    """Return when each row was filled in (NaT where that can't be read); whether days or months come first is found over the column."""
    cells = sheet.cells.columns[position].change(lambda text: " ".join(text.split()))
    column = sheet.name_column(position)
    places, texts = cells.count_texts()
    months_first = _tell_order(list(texts), sheet, column, notes) if months_first is None else months_first
    dates = [_read_date(text, months_first) for text in texts]
    header = " ".join(sheet.headers[position].split())  # exports were pasted below each other
    bad = np.array([text not in ("", header) and date is None for text, date in zip(texts, dates, strict=True)], dtype=bool)[places]
    if tell_bad and bad.any():
        first = int(np.flatnonzero(bad)[0])
        value = texts[places[first]]
        notes.add("date_unreadable", file=sheet.file, row=int(sheet.rows[first]), column=column, value=value, count=int(bad.sum()))
    return np.array(dates, dtype="datetime64[us]")[places]


def could_be_either(sheet: Sheet, position: int) -> bool:
    """Return whether a column of dates leaves open if days or months come first."""
    notes = Notes()
    read_dates(sheet, position, notes, tell_bad=False)
    return any(note["code"] == "date_order" for note in notes.rows)


def _tell_order(texts: list[str], sheet: Sheet, column: str, notes: Notes) -> bool:
    """Return whether months come before days: only where a second part above 12 proves it; what could be either is told."""
    pairs = [(int(match[1]), int(match[2])) for match in (DAY.fullmatch(text) for text in texts) if match]
    months_first = any(second > 12 for _, second in pairs)
    if pairs and not months_first and not any(first > 12 for first, _ in pairs):
        notes.add("date_order", file=sheet.file, column=column, value=next(text for text in texts if DAY.fullmatch(text)))
    return months_first


def _read_date(text: str, months_first: bool) -> dt.datetime | None:
    if SERIAL.fullmatch(text):
        return dt.datetime(1899, 12, 30) + dt.timedelta(days=float(text))
    iso = ISO.fullmatch(text)
    day = DAY.fullmatch(text)
    if iso:
        year = int(iso[1])
        month = int(iso[2])
        number = int(iso[3])
    elif day:
        number, month, year = (int(day[part]) for part in ((2, 1, 3) if months_first else (1, 2, 3)))
    else:
        return None
    clock = CLOCK.search(text)
    hour = int(clock[1]) % 12 + 12 * (clock[4][0] in "pP") if clock and clock[4] else int(clock[1]) if clock else 0
    try:
        return dt.datetime(year, month, number, hour, int(clock[2]) if clock else 0, int(clock[3] or 0) if clock else 0)
    except ValueError:
        return None


def mark_left_out(sheet: Sheet, rules: Sequence[Exclusion], notes: Notes) -> NDArray[np.object_]:
    """Return per row why it is left out (no_consent, test, unfinished), "" where it is not; the first rule that holds gives the reason."""
    reasons = np.full(len(sheet.cells), "", dtype=object)
    absent = [rule.column for rule in rules if not sheet.find_columns(rule.column)]
    if absent:
        notes.add("leave_out_elsewhere", file=sheet.file, value=", ".join(dict.fromkeys(absent)))
    for rule in rules:
        positions = sheet.find_columns(rule.column)
        values = {fold(value) for value in rule.values}
        for position in positions:
            labels = sheet.labels.get(position, {})
            hit = sheet.cells.columns[position].mark(lambda text: not values.isdisjoint((fold(text), fold(labels.get(text, text)))))  # noqa: B023
            reasons[hit & (reasons == "")] = rule.reason
    return reasons


def tell_unused_rules(sheets: Sequence[Sheet], study: Study, notes: Notes) -> None:
    """Note the rules whose column is in none of `sheets`: nobody is left out by them."""
    for rule in study.leave_out:
        if sheets and not any(sheet.find_columns(rule.column) for sheet in sheets):
            notes.add("leave_out_absent", column=rule.column, value=rule.reason)


def tell_left_out(rows: pd.DataFrame, notes: Notes) -> None:
    """Note how many of `rows` are left out, per file, school, wave and reason."""
    for (file, school, wave, reason), group in rows.groupby(["source", "school", "wave", "reason"], sort=False):
        code = f"left_out_{reason}" if str(school) and str(wave) else "left_out_unplaced"
        notes.add(code, file=file, school=school, wave=wave, row=int(group["row"].iloc[0]), count=len(group))


def find_headers(sheet: Sheet, notes: Notes) -> Mask:
    """Return which rows repeat the header, as where exports were pasted below each other; they are told."""
    repeated = find_rows(sheet.cells, sheet.headers)
    if repeated.any():
        notes.add("rows_header", file=sheet.file, row=int(sheet.rows[repeated][0]), count=int(repeated.sum()))
    return repeated


def find_elsewhere(people: pd.DataFrame, layout: Layout, file: str, notes: Notes) -> Mask:
    """Return which rows the layout says to be of no wave or school of this study; they are told."""
    elsewhere = np.zeros(len(people), dtype=bool)
    for what, words in (("wave", layout.waves), ("school", layout.schools)):
        none = {fold(word) for word, id in words.items() if not id}
        hits = people[f"{what}_text"].isin([text for text in people[f"{what}_text"].unique() if fold(text) in none]).to_numpy()
        if hits.any():
            texts = ", ".join(dict.fromkeys(people.loc[hits, f"{what}_text"]))
            notes.add("rows_elsewhere", file=file, value=texts, count=int(hits.sum()))
        elsewhere |= hits
    return elsewhere


def find_asked(blank: Mask, held: Mask, file: str, notes: Notes) -> Mask:
    """Return which rows hold an answer to any item, from which cells are blank (rows × items).

    Of databases with a row per event the other rows are no forms; they are told, as far as they count otherwise (`held`).
    """
    asked: Mask = ~np.all(blank, axis=1)
    if (held & ~asked).any():
        notes.add("rows_unasked", file=file, count=int((held & ~asked).sum()))
    return asked
