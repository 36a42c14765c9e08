"""Files: each one read as what it is, whatever its name says."""

from __future__ import annotations

import hashlib
from pathlib import Path

from toolkit.responses.excel_files import read_excel_file
from toolkit.responses.failures import KindError, LockedError, TooLargeError, UnreadableError
from toolkit.responses.findings import Notes
from toolkit.responses.folding import find_nearest
from toolkit.responses.grids import File
from toolkit.responses.markup_files import read_markup_file
from toolkit.responses.parquet_files import read_parquet_file
from toolkit.responses.spss_files import read_spss_file
from toolkit.responses.text_files import decode_text, read_text_file
from toolkit.study.layouts import Layout, Limits

ENDINGS = {
    "csv": (".csv", ".txt", ".tsv", ".tab"),
    "excel": (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    "spss": (".sav", ".zsav"),
    "parquet": (".parquet", ".pq"),
}


def read_file(path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File | None:
    """Return what stands in the file at `path`, or None, with a finding that stops, where it can't be read."""
    room = limits.megabytes * 1_000_000
    try:
        with path.open("rb") as stream:
            data = stream.read(room + 1)
    except FileNotFoundError:
        near = find_nearest(path.name, [other.name for other in path.parent.iterdir()] if path.parent.is_dir() else [])
        notes.add("file_missing", file=file, expected=near or "–")
        return None
    except OSError as error:
        notes.add("file_unreadable", file=file, value=error.strerror or str(error))
        return None
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        notes.add("file_empty", file=file)
        return None
    try:
        if len(data) > room:
            raise TooLargeError(f"> {limits.megabytes} MB", f"{limits.megabytes} MB")
        return _read(data, path, layout, limits, file, notes)
    except TooLargeError as error:
        notes.add("file_too_large", file=file, value=error.args[0], expected=error.args[1])
    except LockedError:
        notes.add("file_locked", file=file)
    except KindError as error:
        notes.add("file_kind", file=file, value=str(error))
    except UnreadableError as error:
        notes.add("file_unreadable", file=file, value=str(error))
    return None


def _read(data: bytes, path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File:
    sha256 = hashlib.sha256(data).hexdigest()
    found = detect_format(data)
    ending = next((name for name, endings in ENDINGS.items() if path.suffix.casefold() in endings), found)
    named = layout.format or ending
    if named != found:
        notes.add("format_differs", file=file, value=found, expected=named)
    if found == "excel":
        return File(sha256, found, read_excel_file(data, limits, file, notes))
    if found == "spss":
        grid, encoding = read_spss_file(path, limits, file, notes)
        return File(sha256, found, (grid,), encoding)
    if found == "parquet":
        return File(sha256, found, (read_parquet_file(path, limits, file, notes),))
    text, encoding = decode_text(data, layout, file, notes)
    if found == "html":
        grids = read_markup_file(text, limits)
        if not grids:
            raise UnreadableError("HTML without a table")
        return File(sha256, found, grids, encoding)
    grid, separator = read_text_file(text, layout, limits, file, notes)
    return File(sha256, found, (grid,), encoding, separator)


def detect_format(data: bytes) -> str:
    """Return what the first bytes say that a file is: excel, spss, parquet, html (or the XML of Excel 2003), or else csv."""
    if data.startswith((b"$FL2", b"$FL3", b"2LF$", b"3LF$")):
        return "spss"
    if data.startswith((b"PAR1", b"PARE")):
        return "parquet"
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
        return "excel"
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    tags = (b"<table", b"<html", b"<!doctype html", b"<workbook", b"<ss:workbook")
    return "html" if start.startswith(b"<") and any(tag in start for tag in tags) else "csv"
