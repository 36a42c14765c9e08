"""Places: which school, wave and role a row is of, and when it was filled in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.responses.findings import Notes
from toolkit.responses.folding import find_nearest, fold
from toolkit.responses.grids import Cells, Sheet
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:\D.*)?")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\D.*)?")
CLOCK = re.compile(r"(?<![\d-])(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")


def join_cells(sheet: Sheet, positions: tuple[int, ...]) -> Cells:
    """Return the texts of the columns at `positions`, joined by a hyphen where there are several, in which an empty part stays empty."""
    columns = [np.array([" ".join(text.split()) for text in sheet.cells[:, position]], dtype=object) for position in positions]
    if len(columns) == 1:
        return columns[0]
    return np.array(["-".join(parts) if any(parts) else "" for parts in zip(*columns, strict=True)], dtype=object)


def name_schools(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each school."""
    named = {fold(school.name): school.id for school in study.schools} | {fold(school.id): school.id for school in study.schools}
    return named | {fold(word): id for word, id in layout.schools.items() if id}


def name_waves(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each wave."""
    labels = {fold(text): wave.id for wave in study.waves for text in wave.label.values()}
    return labels | {fold(wave.id): wave.id for wave in study.waves} | {fold(word): id for word, id in layout.waves.items() if id}


def name_roles(study: Study, layout: Layout) -> dict[str, str]:
    """Return the folded words by which a file may name each role."""
    labels = {fold(text): role.id for role in study.roles for text in (*role.label.values(), *role.also)}
    return labels | {fold(role.id): role.id for role in study.roles} | {fold(word): id for word, id in layout.roles.items()}


def place_rows(sheet: Sheet, positions: tuple[int, ...], fixed: str, known: Mapping[str, str]) -> tuple[Cells, Cells]:
    """Return per row the code that its cells stand for ("" where that is not known) and the text that was found.

    `fixed` is the code of the whole file, where there is one.
    """
    if fixed or not positions:
        return np.full(len(sheet.cells), fixed, dtype=object), np.full(len(sheet.cells), fixed, dtype=object)
    texts = join_cells(sheet, positions)
    labels = sheet.labels.get(positions[0], {}) if len(positions) == 1 else {}
    found = {text: known.get(fold(text)) or known.get(fold(labels.get(text, ""))) or "" for text in set(texts)}
    return np.array([found[text] for text in texts], dtype=object), texts


def tell_unplaced(what: str, file: str, column: str, rows: pd.DataFrame, known: Mapping[str, str], notes: Notes) -> None:
    """Note each word of `rows` that stands for no known school, wave or role, with the nearest that is known."""
    for text, found in rows[rows[what] == ""].groupby(f"{what}_text", sort=False):
        places = {"file": file, "row": int(found["row"].iloc[0]), "column": column, "count": len(found)}
        if text:
            near = find_nearest(str(text), known, cutoff=0.5)
            notes.add(
                f"{what}_unknown", value=str(text), expected=known[near] if near else ", ".join(dict.fromkeys(known.values())), **places
            )
        elif what != "role":
            notes.add(f"{what}_empty", **places)


def read_dates(texts: Cells, sheet: Sheet, column: str, notes: Notes) -> NDArray[np.datetime64]:
    """Return when each row was filled in (NaT where that can't be read); whether days or months come first is found over the column."""
    distinct = list(dict.fromkeys(texts))
    months_first = _tell_order(distinct, sheet, column, notes)
    dates = {text: _read_date(text, months_first) for text in distinct}
    bad = np.array([bool(text) and dates[text] is None for text in texts], dtype=bool)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        notes.add("date_unreadable", file=sheet.file, row=int(sheet.rows[first]), column=column, value=texts[first], count=int(bad.sum()))
    return np.array([dates[text] for text in texts], dtype="datetime64[us]")


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
    iso, day = ISO.fullmatch(text), DAY.fullmatch(text)
    if iso:
        year, month, number = int(iso[1]), int(iso[2]), int(iso[3])
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
