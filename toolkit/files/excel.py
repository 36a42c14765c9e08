"""Excel files: every cell as text, as the spreadsheet holds it, with what a workbook says beside its values.

A workbook (.xlsx) is a zip of XML files (ECMA-376, part 1, chapter 18). The reader of values returns nothing for an error, for a formula
that was never computed, and for a cell that a merged neighbour covers; and it makes room for the farthest cell, wherever that is. So its
parts are looked at first. An old workbook (.xls) is read whole by a reader that says all of this itself.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import xlrd
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from toolkit.files.cells import Grid, Texts, name_letter, pack_cells
from toolkit.files.safety import KindError, LockedError, TooLargeError, UnreadableError, check_memory, is_full
from toolkit.files.values import UNCOMPUTED, write_value

if TYPE_CHECKING:
    from toolkit.findings import Notes
    from toolkit.study.layouts import Limits

#: the name, in the directory of the file, of a workbook that a password locks (MS-OFFCRYPTO, section 2.3.2).
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# attributes are bounded, so that a file that never closes a tag can't take all time
CELL = re.compile(rb"<(?:\w{1,10}:)?c\s([^<>]{0,300})>")
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]+)<")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ROW = re.compile(rb"<(?:\w{1,10}:)?row\s([^<>]{0,300})>")
HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
NUMBER = re.compile(rb'\br="(\d{1,7})"')
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
#: what a zip holds that is another kind of workbook, or no workbook at all.
KINDS = {
    "xl/workbook.bin": ".xlsb",
    "content.xml": ".ods",
    "Index/Document.iwa": ".numbers",
    "word/document.xml": ".docx",
    "ppt/presentation.xml": ".pptx",
}


@dataclass(frozen=True, slots=True)
class SheetParts:
    """What a sheet says beside its values: texts by (row, column) from 0, and the numbers of hidden rows."""

    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A worksheet as text: `merged` cells as (top, left, bottom, right) from 0, the last ones included, and the numbers of hidden rows."""

    name: str
    visible: bool
    cells: Texts
    merged: tuple[tuple[int, int, int, int], ...]
    hidden: tuple[int, ...]


def read_excel_file(data: bytes, limits: Limits, file: str, notes: Notes) -> tuple[Grid, ...]:
    """Return the cells of every worksheet.

    Errors such as #N/A and formulas that were never computed are texts of their own, so that they are seen; cells that are merged down a
    column all hold what the first of them holds. Raises `LockedError` for a password, `UnreadableError` where the file is broken,
    `TooLargeError` where it unpacks to more than `limits` allow and `TooMuchError` where it would take more memory.
    """
    if ENCRYPTED in data[:100_000]:
        raise LockedError
    grids = []
    for sheet in _read_package(data, limits) if data.startswith(b"PK") else _read_old(data, limits):
        cells = _fill_merged(sheet, file, notes)
        if sheet.hidden and cells.size:
            notes.add("rows_hidden", file=file, row=sheet.hidden[0], value=sheet.name, count=len(sheet.hidden))
        grids.append(Grid(sheet.name, pack_cells(cells), visible=sheet.visible))
    return tuple(grids)


def _fill_merged(sheet: _Sheet, file: str, notes: Notes) -> Texts:
    """Return the cells of a sheet in which those merged down one column all hold the value of the first."""
    cells = sheet.cells
    for top, left, bottom, right in sheet.merged:
        if left == right and top < bottom < len(cells) and left < cells.shape[1] and cells[top, left]:
            cells[top : bottom + 1, left] = cells[top, left]
            notes.add(
                "cells_merged", file=file, row=top + 1, column=f"[{name_letter(left)}]", value=cells[top, left], count=bottom - top + 1
            )
    return cells


def _read_package(data: bytes, limits: Limits) -> Iterator[_Sheet]:
    """Yield the worksheets of a workbook, one after the other, so that only one of them takes memory."""
    parts = inspect_package(data, limits)
    for sheet, visible in _open_sheets(data):
        check_memory(sheet.total_height, sheet.total_width, limits)
        beside = parts.get(sheet.name, SheetParts())
        merged = tuple((top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
        cells = _write_cells(sheet.to_python(skip_empty_area=False), beside.texts)
        yield _Sheet(sheet.name, visible, cells, merged, beside.hidden)


def _open_sheets(data: bytes) -> Iterator[tuple[CalamineSheet, bool]]:
    """Yield the worksheets and whether each is visible."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                yield workbook.get_sheet_by_name(sheet.name), sheet.visible == SheetVisibleEnum.Visible
    except PasswordError:
        raise LockedError from None
    except (CalamineError, WorksheetNotFound, OSError) as error:
        raise UnreadableError(str(error)) from None
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":  # the reader's own fault in a damaged file: no Exception, but no reason to stop either
            raise (MemoryError if is_full(str(error)) else UnreadableError(str(error))) from None
        raise


def _write_cells(rows: Sequence[Sequence[object]], beside: dict[tuple[int, int], str]) -> Texts:
    """Return rows of values as text, with what stands `beside` them put in; rows may differ in length."""
    height = max([len(rows), *(row + 1 for row, _ in beside)])
    width = max([0, *map(len, rows), *(column + 1 for _, column in beside)])
    cells = np.full((height, width), "", dtype=object)
    known = dict[str, str]()  # each different text once
    for number, row in enumerate(rows):
        cells[number, : len(row)] = [known.setdefault(text, text) for text in map(write_value, row)]
    for place, text in beside.items():
        cells[place] = text
    return cells


# --- old workbooks ------------------------------------------------------------------------------------------------------------------


def _read_old(data: bytes, limits: Limits) -> Iterator[_Sheet]:
    """Yield the worksheets of an old workbook (.xls)."""
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise LockedError from None
        raise UnreadableError(str(error)) from None
    except MemoryError:
        raise
    except Exception as error:  # its faults in a damaged file are of any kind
        raise UnreadableError(f"{type(error).__name__}: {error}") from None
    for sheet in book.sheets():
        check_memory(sheet.nrows, sheet.ncols, limits)
        rows = [[_find_value(cell, book.datemode) for cell in sheet.row(number)] for number in range(sheet.nrows)]
        merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
        hidden = tuple(number + 1 for number, row in sorted(sheet.rowinfo_map.items()) if row.hidden)
        yield _Sheet(sheet.name, sheet.visibility == 0, _write_cells(rows, {}), merged, hidden)


def _find_value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    """Return the value of a cell of an old workbook, as a person sees it."""
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return cell.value or UNCOMPUTED  # a program that computes nothing writes an empty text as the result
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _find_moment(cell.value, datemode)
    return cell.value


def _find_moment(value: float, datemode: int) -> object:
    """Return the date of a number that is shown as one, or the number where it can be none."""
    try:
        moment: dt.datetime = xlrd.xldate_as_datetime(value, datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return value
    return moment if value >= 1 else moment.time()


# --- the parts of a package ---------------------------------------------------------------------------------------------------------


def inspect_package(data: bytes, limits: Limits) -> dict[str, SheetParts]:
    """Return what the sheets of a workbook (.xlsx) say beside their values, by the name of the sheet.

    Raises `KindError` for a zip of another kind, `UnreadableError` for a broken package, `TooLargeError` and `TooMuchError` for one that
    would take more than `limits`.
    """
    parts = _unpack(data, limits)
    if "xl/workbook.xml" not in parts:
        raise KindError(next((kind for name, kind in KINDS.items() if name in parts), ".zip"))
    try:
        targets = _list_parts(parts)
    except (ElementTree.ParseError, KeyError) as error:
        raise UnreadableError(f"workbook.xml: {error}") from None
    return {name: _inspect_part(parts[target], limits) for name, target in targets.items() if target in parts}


def _unpack(data: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the XML parts of a zip, unpacked; no more than the limit is ever held, whatever the zip says of its sizes."""
    room = limits.megabytes * 1_000_000
    parts = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for name in package.namelist():
                with package.open(name) as part:
                    parts[name] = part.read(room + 1)
                room -= len(parts[name])
                if room < 0:
                    raise TooLargeError(f"> {limits.megabytes} MB", f"{limits.megabytes} MB")
                if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in parts[name] or b"<!ENTITY" in parts[name]):
                    raise UnreadableError(f"{name} holds XML entities")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise UnreadableError(str(error)) from None
    return parts


def _list_parts(parts: dict[str, bytes]) -> dict[str, str]:
    """Return the part that holds each sheet, by the sheet's name."""
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {
        relation.attrib["Id"]: posixpath.normpath(posixpath.join("/xl", relation.attrib["Target"])).lstrip("/") for relation in relations
    }
    workbook = ElementTree.fromstring(parts["xl/workbook.xml"])
    sheets = [entry for entry in workbook.iter() if entry.tag.endswith("}sheet")]
    return {sheet.attrib["name"]: targets[sheet.attrib[RELATION]] for sheet in sheets if sheet.attrib.get(RELATION) in targets}


def _inspect_part(xml: bytes, limits: Limits) -> SheetParts:
    texts: dict[tuple[int, int], str] = {}
    rows = columns = 0
    for attributes, body in _list_cells(xml):
        place = PLACE.search(attributes)
        value = VALUE.search(body)
        if place is None or not (value or FORMULA.search(body)):
            continue
        row = int(place[2])
        column = _number_letters(place[1])
        rows = max(rows, row)
        columns = max(columns, column)
        if not value:
            texts[row - 1, column - 1] = UNCOMPUTED
        elif b't="e"' in attributes:
            texts[row - 1, column - 1] = value[1].decode("utf-8", errors="replace")
    check_memory(rows, columns, limits)
    hidden = [NUMBER.search(attributes) for attributes in ROW.findall(xml) if HIDDEN.search(attributes)]
    return SheetParts(texts, tuple(int(match[1]) for match in hidden if match))


def _list_cells(xml: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the attributes of each cell, and what stands between it and the next (nothing for a cell that closes itself)."""
    cell = None
    for following in chain(CELL.finditer(xml), [None]):
        if cell and not cell[1].endswith(b"/"):
            yield cell[1], xml[cell.end() : following.start() if following else len(xml)]
        cell = following


def _number_letters(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
