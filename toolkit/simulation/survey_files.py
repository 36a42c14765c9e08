"""Files as survey tools write them, but the same bytes each time: no clock, no compression that depends on a library."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pandas as pd
import pyreadstat
from openpyxl import Workbook

#: the one moment at which all files were made: for a zip entry, a workbook's properties and the header of an SPSS file.
ZIP_MADE, BOOK_MADE, SPSS_MADE = (2026, 7, 1, 12, 0, 0), "2026-07-01T12:00:00Z", b"01 Jul 2612:00:00"
#: where an SPSS header has its date and time (PSPP, "System File Format", fields creation_date and creation_time).
SPSS_CLOCK = slice(92, 109)


def write_delimited(path: Path, table: pd.DataFrame, *, separator: str, encoding: str, decimal: str = ".") -> None:
    """Write `table` as delimited text with Windows line ends; numbers without needless zeros and with `decimal` between their parts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerow(table.columns)
    writer.writerows([[_write_cell(cell, decimal) for cell in row] for row in table.itertuples(index=False)])
    path.write_bytes(text.getvalue().encode(encoding))


def _write_cell(cell: object, decimal: str) -> str:
    if cell is None or cell != cell:
        return ""
    return f"{cell:g}".replace(".", decimal) if isinstance(cell, float) else str(cell)


def write_workbook(path: Path, sheets: Mapping[str, pd.DataFrame], titles: tuple[str, ...] = ()) -> None:
    """Write each table on a sheet of its own, below `titles`, one row each."""
    book = Workbook(write_only=True)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for title in titles:
            sheet.append([title])
        sheet.append([str(header) for header in table.columns])
        for row in table.itertuples(index=False):
            sheet.append([None if cell is None or cell != cell else cell for cell in row])
    made = io.BytesIO()
    book.save(made)
    path.write_bytes(_stop_clock(made))


def _stop_clock(book: io.BytesIO) -> bytes:
    """Return the workbook with one fixed moment in its properties and zip entries, its XML in canonical form, and no compression."""
    kept = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as new:
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, ZIP_MADE)
            entry.create_system = 0
            clock = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ" if name == "docProps/core.xml" else "(?!)"
            part = canonicalize(old.read(name).decode())  # libraries differ in how they write the same XML
            new.writestr(entry, re.sub(clock, BOOK_MADE, part))
    return kept.getvalue()


Labels = Mapping[str, Mapping[float, str]]


def write_spss(path: Path, table: pd.DataFrame, *, headers: Mapping[str, str], labels: Labels, missing: float) -> None:
    """Write `table` as .sav with `headers` as variable labels and value `labels`, for whose variables `missing` is declared missing."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "made.sav"
        pyreadstat.write_sav(
            table,
            written,
            column_labels=[headers.get(str(name), "") for name in table.columns],
            variable_value_labels={name: dict(values) for name, values in labels.items()},
            missing_ranges={name: [missing] for name in labels},
        )
        content = bytearray(written.read_bytes())
    content[SPSS_CLOCK] = SPSS_MADE
    path.write_bytes(bytes(content))
