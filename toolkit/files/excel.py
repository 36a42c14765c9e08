"""Excel files: every cell as text, as the spreadsheet holds it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from toolkit.files.cells import Texts, pack_cells
from toolkit.files.cells__grids import Grid, name_letter
from toolkit.files.excel__excel_package import SheetParts, inspect_package
from toolkit.files.excel__excel_records import inspect_records
from toolkit.files.safety import LockedError, UnreadableError, check_cells
from toolkit.files.values import write_value
from toolkit.findings import Notes
from toolkit.study.layouts import Limits

#: the name, in the directory of the file, of a workbook that a password locks (MS-OFFCRYPTO, section 2.3.2).
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_excel_file(data: bytes, limits: Limits, file: str, notes: Notes) -> tuple[Grid, ...]:
    """Return the cells of every worksheet.

    Errors such as #N/A and formulas that were never computed are texts of their own, so that they are seen; cells that are merged down a
    column all hold what the first of them holds. Raises `LockedError` for a password, `UnreadableError` where the file is broken and
    `TooLargeError` where it would take more than `limits`.
    """
    if ENCRYPTED in data[:100_000]:
        raise LockedError
    parts = inspect_package(data, limits) if data.startswith(b"PK") else inspect_records(data)
    grids = []
    for sheet, visible in _open_sheets(data):
        check_cells(sheet.total_height, sheet.total_width, limits)
        beside = parts.get(sheet.name, SheetParts())
        cells = _fill_merged(_write_cells(sheet, beside), sheet, file, notes)
        if beside.hidden and cells.size:
            notes.add("rows_hidden", file=file, row=beside.hidden[0], value=sheet.name, count=len(beside.hidden))
        grids.append(Grid(sheet.name, pack_cells(cells), visible=visible))
    return tuple(grids)


def _open_sheets(data: bytes) -> Iterator[tuple[CalamineSheet, bool]]:
    """Yield the worksheets and whether each is visible; one after the other, so that only one of them takes memory."""
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
            raise UnreadableError(str(error)) from None
        raise


def _write_cells(sheet: CalamineSheet, beside: SheetParts) -> Texts:
    """Return the cells of a sheet as text, with what stands beside its values put in."""
    rows = sheet.to_python(skip_empty_area=False)
    height = max(len(rows), *(row + 1 for row, _ in beside.texts), 0) if beside.texts else len(rows)
    width = max([len(rows[0]) if rows else 0, *(column + 1 for _, column in beside.texts)])
    cells = np.full((height, width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = [write_value(value) for value in row]
    for place, text in beside.texts.items():
        cells[place] = text
    return cells


def _fill_merged(cells: Texts, sheet: CalamineSheet, file: str, notes: Notes) -> Texts:
    """Return `cells` in which cells merged down one column all hold the value of the first."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        if left == right and top < bottom < len(cells) and left < cells.shape[1] and cells[top, left]:
            cells[top : bottom + 1, left] = cells[top, left]
            notes.add(
                "cells_merged", file=file, row=top + 1, column=f"[{name_letter(left)}]", value=cells[top, left], count=bottom - top + 1
            )
    return cells
