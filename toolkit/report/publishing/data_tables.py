"""Results published as data: one table for a spreadsheet and for a program, made of the same results as the pages. No text can become a
formula, numbers stay numbers, and the bytes are the same every time.
"""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.languages import Language, Text
from toolkit.report.publishing.codebook import (
    LABELS,
    list_codes,
    list_columns,
    tabulate_codebook,
    tabulate_record_codes,
    write_label,
    write_reason,
    write_record_quantity,
)
from toolkit.results.disclosure.released_data import combine_results
from toolkit.results.disclosure.released_records import combine_records
from toolkit.results.results import Results
from toolkit.study.study import Study
from toolkit.writing import replace_file

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

RESULTS = "results.csv"
CODEBOOK = "codebook.csv"
RECORDS = "records.csv"
WORKBOOK = "results.xlsx"


#: What makes a spreadsheet take a text for a formula when it comes first, also in its wide forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: Signs that no spreadsheet file can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
#: The longest text that a cell of a spreadsheet holds.
LONGEST = 32_767
#: So many rows go on a sheet, which holds 1,048,576; the others on a next one.
HIGHEST = 1_000_000
WIDEST = 48


def publish_data(study: Study, results: Results, folder: Path, *, language: Language | None = None) -> list[Path]:
    """Write `results` as results.xlsx and results.csv with codebook.csv into `folder`, and records.csv where there are; return the paths.

    The words beside the codes are in `language`, or the study's first; the codebook has both. All schools stand in one table: it is for
    whoever may see the page across schools.
    """
    text = study.load_text(language or study.languages[0])
    export = combine_results(results, study)
    table = label_results(export, study, text)
    records = label_records(combine_records(results, study), study, text)
    codebook = tabulate_codebook(export, study)
    codebook = pd.concat([codebook, tabulate_record_codes(records, study)], ignore_index=True) if len(records) else codebook
    sheets = {"results": table} | ({"records": records} if len(records) else {}) | {"codebook": codebook}
    title = f"{study.id}: {text.pick(study.title)}"
    replace_file(folder / RESULTS, write_csv(table))
    replace_file(folder / CODEBOOK, write_csv(codebook))
    replace_file(folder / WORKBOOK, write_workbook(sheets, title, study.report_date))
    written = [folder / name for name in (WORKBOOK, RESULTS, CODEBOOK)]
    if records.empty:
        (folder / RECORDS).unlink(missing_ok=True)  # of a study that had some
        return written
    replace_file(folder / RECORDS, write_csv(records))
    return [*written, folder / RECORDS]


def label_results(export: pd.DataFrame, study: Study, text: Text) -> pd.DataFrame:
    """Return `export` with the words for its codes beside them."""
    labelled = export.assign(**{label: _write_labels(label, export, study, text) for label in LABELS})
    return labelled[list_columns()]


def _write_labels(label: str, export: pd.DataFrame, study: Study, text: Text) -> list[str]:
    rows = list_codes(label, export)
    words = {codes: write_label(label, codes, study, text) for codes in set(rows)}
    return [words[codes] for codes in rows]


def label_records(records: pd.DataFrame, study: Study, text: Text) -> pd.DataFrame:
    """Return `records` with the words for schools, quantities and reasons beside their codes."""
    names = {school.id: school.name for school in study.schools}
    words = {"school_name": [names.get(code, "") for code in records["school"]]}
    words["quantity_label"] = [write_record_quantity(code, text) for code in records["quantity"]]
    words["reason_label"] = [write_reason(code, study, text) if code else "" for code in records["reason"]]
    labelled = records.assign(**words)
    return labelled[[name for column in records for name in (column, f"{column}_name", f"{column}_label") if name in labelled]]


def guard_cell(value: object) -> object:
    """Return `value` as it may stand in a cell: a text that could become a formula gets an apostrophe, a number stays as it is.

    >>> guard_cell("=1+1"), guard_cell(-1.5), guard_cell("De Wilg")
    ("'=1+1", -1.5, 'De Wilg')
    """
    if not isinstance(value, str):
        return None if value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value
    clean = _CONTROL.sub("", value).replace("\r\n", "\n").replace("\r", "\n")[: LONGEST - 1]
    return f"'{clean}" if clean.startswith(FORMULA) else clean


def write_csv(frame: pd.DataFrame) -> str:
    """Return `frame` as text: commas, decimal points, nothing where there is no number, lines that end alike everywhere."""
    return _guard(frame).to_csv(index=False, lineterminator="\n")


def write_workbook(sheets: Mapping[str, pd.DataFrame], title: str, date: dt.date) -> bytes:
    """Return an Excel file with a sheet per table, headers that stay in sight and a filter; `date` stands where a clock would.

    A table of more than a million rows goes on: "results", "results 2".
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.title = str(guard_cell(title))
    book.properties.creator = "plg-toolkit"
    for name, frame in sheets.items():
        for number, start in enumerate(range(0, max(len(frame), 1), HIGHEST), 1):
            _write_sheet(book, name if number == 1 else f"{name} {number}", _guard(frame.iloc[start : start + HIGHEST]))
    written = io.BytesIO()
    book.save(written)
    return _settle(written.getvalue(), date)


def _guard(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: [guard_cell(value) for value in frame[name].tolist()] for name in frame}, dtype=object)


def _write_sheet(book: Workbook, name: str, frame: pd.DataFrame) -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(frame.columns))}{len(frame) + 1}"
    columns = [str(column) for column in frame]
    for place, column in enumerate(columns, 1):
        longest = max((len(str(value)) for value in frame[column] if isinstance(value, str)), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, len(column)) + 3, WIDEST)
    sheet.append([_make_text(sheet, column, Font(bold=True)) for column in columns])
    for row in frame.itertuples(index=False, name=None):
        sheet.append([_make_text(sheet, value) if isinstance(value, str) else value for value in row])


def _make_text(sheet: Any, words: str, font: Any = None) -> Any:
    """Return a cell that is text whatever stands in it: the library would take "=" for a formula; an empty one is left out."""
    from openpyxl.cell import WriteOnlyCell

    if not words:
        return None
    cell = WriteOnlyCell(sheet)
    cell._value = words
    cell.data_type = "s"
    if font:
        cell.font = font
    return cell


def _settle(book: bytes, date: dt.date) -> bytes:
    """Return the same Excel file with `date` in place of every moment at which it was written."""
    settled = io.BytesIO()
    moment = f"{date.isoformat()}T00:00:00Z".encode()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, content)
            entry = zipfile.ZipInfo(name, (max(date.year, 1980), date.month, date.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            new.writestr(entry, content)
    return settled.getvalue()
