"""Moments: when each row was filled in, and how long that took."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
from numpy.typing import NDArray

from toolkit.files.cells__grids import Sheet
from toolkit.findings import Notes
from toolkit.responses.columns import Binding

DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:\D.*)?")
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\D.*)?")
CLOCK = re.compile(r"(?<![\d-])(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d+)?\s*([ap]\.?m\.?)?", re.IGNORECASE)
SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def read_moments(sheet: Sheet, binding: Binding, notes: Notes) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Return per row when it was filled in (NaT where that is not known) and in how many seconds (NaN)."""
    unknown: NDArray[np.datetime64] = np.full(len(sheet.cells), np.datetime64("NaT", "us"))
    dates = read_dates(sheet, binding.date[0], notes) if binding.date else unknown
    if binding.duration:
        column = sheet.cells.columns[binding.duration[0]].change(str.strip)
        seconds = np.array([float(text.replace(",", ".")) if NUMBER.fullmatch(text) else np.nan for text in column.texts])
        return dates, seconds[column.places]
    if binding.start and binding.date:
        started = read_dates(sheet, binding.start[0], Notes())
        return dates, (dates - started) / np.timedelta64(1, "s")
    return dates, np.full(len(dates), np.nan)


def read_dates(sheet: Sheet, position: int, notes: Notes) -> NDArray[np.datetime64]:
    """Return when each row was filled in (NaT where that can't be read); whether days or months come first is found over the column."""
    cells, column = sheet.cells.columns[position].change(lambda text: " ".join(text.split())), sheet.name_column(position)
    places, texts = cells.count_texts()
    months_first = _tell_order(list(texts), sheet, column, notes)
    dates = [_read_date(text, months_first) for text in texts]
    bad = np.array([bool(text) and date is None for text, date in zip(texts, dates, strict=True)], dtype=bool)[places]
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        value = texts[places[first]]
        notes.add("date_unreadable", file=sheet.file, row=int(sheet.rows[first]), column=column, value=value, count=int(bad.sum()))
    return np.array(dates, dtype="datetime64[us]")[places]


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
