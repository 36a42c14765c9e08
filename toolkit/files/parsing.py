"""Parsing: the bytes of a file as what they are, whatever its name says; in the child (`parsing_process.py`), as it may be hostile."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.files.cells import File
from toolkit.files.excel import read_excel_file
from toolkit.files.markup import read_markup_file
from toolkit.files.parquet import read_parquet_file
from toolkit.files.safety import KindError, LockedError, TooLargeError, TooMuchError, UnreadableError, is_full
from toolkit.files.spss import read_spss_file
from toolkit.files.text import decode_text, read_text_file

if TYPE_CHECKING:
    from toolkit.findings import Notes
    from toolkit.study.layouts import Layout, Limits

ENDINGS = {
    "csv": (".csv", ".txt", ".tsv", ".tab"),
    "excel": (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
    "spss": (".sav", ".zsav"),
    "parquet": (".parquet", ".pq"),
}
#: how files begin that people take for an export, and the ending by which they know them.
STARTS = {b"%PDF-": ".pdf", b"\x89PNG": ".png", b"\xff\xd8\xff": ".jpg", b"{\\rtf": ".rtf", b"Rar!": ".rar", b"7z\xbc\xaf": ".7z"}
#: the programs whose files are not read, by how such a file begins or, in a zip, by its ending; and how each gives data that are.
PROGRAMS = {
    "Stata (.dta)": 'export delimited using "answers.csv", nolabel',
    "R (.rds)": 'write.csv(readRDS("answers.rds"), "answers.csv", row.names = FALSE)',
    "R (.RData)": 'write.csv(answers, "answers.csv", row.names = FALSE)',
    "SPSS (.por)": 'SAVE OUTFILE="answers.sav"',
    "SAS (.sas7bdat)": "proc export data=answers outfile='answers.csv'; run;",
    "jamovi (.omv)": "Export > .csv",
    "JASP (.jasp)": "Export Data > .csv",
}
OLD_STATA = re.compile(rb"[\x69-\x73][\x01\x02]\x01\x00")
PORTABLE = re.compile(rb".{40}(ASCII|EBCDIC|[\x00-\xff]{5}) ?SPSS PORT FILE", re.DOTALL)
SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")


def parse_file(path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File | None:
    """Return what stands in the file at `path`, or None, with a finding that stops, where it can't be read."""
    try:
        data = _read_bytes(path, limits.megabytes * 1_000_000 + 1)
    except OSError as error:
        notes.add("file_unreadable", file=file, value=error.strerror or str(error))
        return None
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        notes.add("file_empty", file=file)
        return None
    size = write_size(len(data))
    try:
        return _parse_bounded(data, path, layout, limits, file, notes)
    except TooLargeError as error:
        notes.add("file_too_large", file=file, value=error.args[0], expected=error.args[1])
    except (TooMuchError, MemoryError) as error:
        notes.add("file_memory", file=file, value=str(error) if isinstance(error, TooMuchError) else size, expected=f"{limits.memory} MB")
    except LockedError:
        notes.add("file_locked", file=file)
    except KindError as error:
        kind = _find_program(data, path) or str(error)
        if kind in PROGRAMS:
            notes.add("file_program", file=file, value=kind, expected=PROGRAMS[kind])
        else:
            notes.add("file_kind", file=file, value=kind)
    except UnreadableError as error:
        notes.add("file_unreadable", file=file, value=str(error))
    return None


def _read_bytes(path: Path, most: int) -> bytes:
    """Return the first bytes of a file; what is no file is not waited for."""
    opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(opened, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError("no file")
        return stream.read(most)


def write_size(size: int) -> str:
    """Return a number of bytes as a person would write it.

    >>> write_size(10_240), write_size(52_000_000)
    ('10 kB', '52 MB')
    """
    return f"{size / 1e6:.0f} MB" if size >= 1_000_000 else f"{max(size / 1e3, 1):.0f} kB"


def _parse_bounded(data: bytes, path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File:
    """Return what stands in a file. What goes wrong in a library, in whatever way, is `UnreadableError`, or `MemoryError` if it is that."""
    if len(data) > limits.megabytes * 1_000_000:
        raise TooLargeError(f"> {limits.megabytes} MB", f"{limits.megabytes} MB")
    try:
        return _parse(data, path, layout, limits, file, notes)
    except (UnreadableError, TooLargeError, TooMuchError, LockedError, MemoryError) as error:
        if isinstance(error, UnreadableError) and is_full(str(error)):
            raise MemoryError from None
        raise
    except (Exception, RecursionError) as error:
        if is_full(str(error)):
            raise MemoryError from None
        raise UnreadableError(f"{type(error).__name__}: {error}".splitlines()[0][:300]) from None


def _parse(data: bytes, path: Path, layout: Layout, limits: Limits, file: str, notes: Notes) -> File:
    kind = next((ending for start, ending in STARTS.items() if data.startswith(start)), "")
    if kind or (_find_program(data, path) and not data.startswith(b"PK")):
        raise KindError(kind)
    sha256 = hashlib.sha256(data).hexdigest()
    found = detect_format(data)
    ending = next((name for name, endings in ENDINGS.items() if path.suffix.casefold() in endings), found)
    named = layout.format or ending
    if named != found:
        notes.add("format_differs", file=file, value=found, expected=named)
    if found == "excel":
        return File(sha256, found, read_excel_file(data, limits, file, notes))
    if found == "spss":
        grid, encoding = read_spss_file(path, file, notes)
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


def _find_program(data: bytes, path: Path) -> str:
    """Return the program of `PROGRAMS` that made a file, or "". A zip and a packed file of R tell theirs by their ending."""
    ending = path.suffix.casefold()
    if data.startswith(b"<stata_dta>") or (OLD_STATA.match(data) and ending == ".dta"):
        return "Stata (.dta)"
    if data.startswith(SAS):
        return "SAS (.sas7bdat)"
    if PORTABLE.match(data[:100]):
        return "SPSS (.por)"
    if data.startswith((b"RDX2\n", b"RDX3\n", b"RDA2\n", b"RDA3\n")):
        return "R (.RData)"
    if data.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"X\n\0", b"A\n")) and ending in (".rds", ".rdata", ".rda"):
        return "R (.rds)" if ending == ".rds" else "R (.RData)"
    zipped = {".omv": "jamovi (.omv)", ".jasp": "JASP (.jasp)"}
    return zipped.get(ending, "") if data.startswith(b"PK") else ""


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
