"""Parsing: the cells of a file with records as texts, numbers, dates and names of the study; what can't be read is noted, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.files.cells import File, Sheet, take_sheet
from toolkit.findings import Notes
from toolkit.languages import load_text
from toolkit.responses.rows import name_schools, name_waves, read_dates
from toolkit.schemas import RECORDS
from toolkit.spelling import find_nearest, fold
from toolkit.study.layouts import Layout
from toolkit.study.records import KINDS, RecordColumn, RecordFile
from toolkit.study.study import Study

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?: ?%)?")
#: in a text file this may be more than a thousand, or a number with three decimals.
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}(?: ?%)?")
#: how many rows from the top may stand above the header.
TITLE_ROWS = 10
TEXTS = (load_text("nl"), load_text("en"))


@dataclass(frozen=True, slots=True)
class Reader:
    """What turns the cells of one file with records into values."""

    entry: RecordFile
    study: Study
    sheet: Sheet
    #: whether numbers come from a spreadsheet, which writes none with a mark between thousands.
    typed: bool
    notes: Notes

    def read(self) -> pd.DataFrame:
        """Return the rows of the file in the shape of their kind."""
        columns = KINDS[self.entry.kind]
        places = {column.name: place for column in columns if (place := self._find_place(column)) is not None}
        self._tell_columns(columns, places)
        texts = pd.DataFrame({name: self._take_texts(place) for name, place in places.items()}, dtype=object)
        texts = texts.set_axis(self.sheet.rows[: len(texts)] if len(places) else self.sheet.rows[:0])
        texts = texts[(texts != "").any(axis=1)]
        values = {column.name: self._read_column(column, texts, places) for column in columns}
        return RECORDS[self.entry.kind].conform(pd.DataFrame(values, index=texts.index).assign(file=self.entry.file, row=texts.index))

    def _find_place(self, column: RecordColumn) -> int | None:
        """Return the position of a column, None where the file has none; two with its header are told."""
        own = self.entry.columns.get(column.name)
        for header in [own] if own else column.list_headers(self.entry.kind, TEXTS):
            found = self.sheet.find_columns(header)
            if len(found) > 1:
                self.notes.add("header_twice", file=self.entry.file, column=header, count=len(found))
            if found:
                return found[0]
        return None

    def _tell_columns(self, columns: Sequence[RecordColumn], places: Mapping[str, int]) -> None:
        for column in columns:
            if column.name not in places and (column.needed or column.name in self.entry.columns):
                wanted = self.entry.columns.get(column.name) or " / ".join(column.list_headers(self.entry.kind, TEXTS)[:2])
                there = ", ".join(header for header in self.sheet.headers if header)
                self.notes.add("record_column", file=self.entry.file, value=wanted, expected=there or "–")
        unused = [header for place, header in enumerate(self.sheet.headers) if header and place not in places.values()]
        if unused:
            self.notes.add("record_unused", file=self.entry.file, column=", ".join(unused), count=len(unused))

    def _take_texts(self, place: int) -> list[str]:
        return [" ".join(text.split()) for text in self.sheet.cells.columns[place].write()]

    def _read_column(self, column: RecordColumn, texts: pd.DataFrame, places: Mapping[str, int]) -> pd.Series:
        """Return the values of a column for the rows of `texts`; empty ones where the file has no such column."""
        dtype = RECORDS[self.entry.kind].columns[column.name]
        if column.name not in places:
            blank: object = "" if dtype == "str" else np.nan if dtype == "float64" else pd.NaT
            return pd.Series(blank, index=texts.index, dtype=dtype)
        cells = texts[column.name]
        header = self.sheet.name_column(places[column.name])
        for row in cells.index[cells == ""] if column.needed else ():
            self._tell("record_empty", row, header, "", column)
        if column.holds == "date":
            return self._read_dates(column, cells, places[column.name], header)
        if column.holds == "number":
            return pd.Series([self._read_number(text, row, header, column) for row, text in cells.items()], index=cells.index, dtype=dtype)
        known = name_known(column, self.entry, self.study)
        read = [text if column.holds == "text" else self._read_name(text, row, header, known) for row, text in cells.items()]
        return pd.Series(read, index=cells.index, dtype=dtype)

    def _read_dates(self, column: RecordColumn, cells: pd.Series, place: int, header: str) -> pd.Series:
        read = pd.Series(read_dates(self.sheet, place, self.notes, tell_bad=False), index=self.sheet.rows).loc[cells.index]
        for row in cells.index[(cells != "") & read.isna()]:
            self._tell("record_date", row, header, cells[row], column)
        days: pd.Series = read.dt.normalize()
        return days

    def _read_number(self, text: str, row: object, header: str, column: RecordColumn) -> float:
        """Return the number in a cell; NaN where it is empty, and where it can't be read or can't be, which is told."""
        if not text:
            return np.nan
        if not NUMBER.fullmatch(text) or (not self.typed and THOUSANDS.fullmatch(text)):
            self._tell("record_number", row, header, text, column)
            return np.nan
        number = float(text.rstrip(" %").replace(",", ".")) / (100 if text.endswith("%") else 1)
        if not column.low <= number <= column.high or (column.whole and number % 1):
            self._tell("record_range", row, header, text, column)
            return np.nan
        return number

    def _read_name(self, text: str, row: object, header: str, known: Mapping[str, str]) -> str:
        """Return what a word stands for; "" where it is empty, and where it stands for nothing, which is told."""
        if not text or fold(text) in known:
            return known.get(fold(text), "")
        near = find_nearest(text, known, cutoff=0.5)
        expected = known[near] if near else ", ".join(dict.fromkeys(known.values())) or "–"
        about = {"code": "record_unknown", "file": self.entry.file, "column": header, "value": text}
        for note in self.notes.rows:
            if about.items() <= note.items():  # one word is one cause, in however many rows it stands
                note["count"] += 1
                return ""
        self.notes.add(**about, row=int(str(row)), expected=expected)
        return ""

    def _tell(self, code: str, row: object, header: str, value: str, column: RecordColumn) -> None:
        expected = column.describe(load_text(self.study.languages[0]))
        self.notes.add(code, file=self.entry.file, row=int(str(row)), column=header, value=value, expected=expected)


def choose_records(file: File, entry: RecordFile, notes: Notes) -> Sheet | None:
    """Return the sheet of a file with most columns of its kind; None, with a finding that stops, where two have as many."""
    grids = [grid for grid in file.grids if grid.cells.size and (not entry.sheet or fold(grid.sheet) == fold(entry.sheet))]
    if not grids:
        known = ", ".join(grid.sheet for grid in file.grids)
        notes.add("sheet_missing" if entry.sheet else "file_empty", file=entry.file, value=entry.sheet, expected=known)
        return None
    tried = []
    for grid in grids:
        sheets = [take_sheet(grid, entry.file, header) for header in range(min(TITLE_ROWS, len(grid.cells)) if grid.first_row else 1)]
        tried.append(max(sheets, key=lambda sheet: count_columns(sheet, entry)))
    most = max(count_columns(sheet, entry) for sheet in tried)
    best = [sheet for sheet in tried if count_columns(sheet, entry) == most]
    if len(best) > 1 and most:
        notes.add("sheet_unclear", file=entry.file, value=", ".join(sheet.sheet for sheet in best), count=len(best))
        return None
    return best[0]


def count_columns(sheet: Sheet, entry: RecordFile) -> int:
    """Return how many columns of its kind a sheet has."""
    named = [
        [entry.columns[column.name]] if column.name in entry.columns else column.list_headers(entry.kind, TEXTS)
        for column in KINDS[entry.kind]
    ]
    return sum(any(sheet.find_columns(header) for header in headers) for headers in named)


def name_known(column: RecordColumn, entry: RecordFile, study: Study) -> dict[str, str]:
    """Return the folded words that may stand in a column, and what each stands for."""
    if column.holds == "school":
        return name_schools(study, Layout())
    if column.holds == "wave":
        return name_waves(study, Layout())
    if column.holds == "cohort":
        return {fold(cohort): cohort for cohort in study.cohorts}
    if column.holds == "words":
        return {fold(word): name for name in column.words for word in (name, *(text.say(f"records.word.{name}") for text in TEXTS))}
    if column.holds == "factor":
        return name_factors(study)
    themes = {fold(word): code for code, words in entry.themes.items() for word in (code, *words.values())}
    return name_factors(study) | themes


def name_factors(study: Study) -> dict[str, str]:
    """Return the folded words by which a file may name each scale of the study: `instrument.scale`, or its label where only one has it."""
    scales = [(instrument.id, scale) for instrument in study.instruments for scale in instrument.scales]
    named: dict[str, set[str]] = {}
    for id, scale in scales:
        for word in (f"{id}.{scale.id}", *scale.label.values()):
            named.setdefault(fold(word), set()).add(f"{id}.{scale.id}")
    return {word: min(found) for word, found in named.items() if len(found) == 1}
