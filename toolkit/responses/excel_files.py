"""Excel files: every cell as text, as the spreadsheet holds it."""

from __future__ import annotations

import io

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum, WorksheetNotFound

from toolkit.responses.grids import Grid, fill_grid
from toolkit.responses.spss_files import write_value
from toolkit.responses.text_files import UnreadableError


class LockedError(Exception):
    """A file that asks for a password."""


def read_excel_file(data: bytes) -> tuple[Grid, ...]:
    """Return the cells of every worksheet; `LockedError` for a password, `UnreadableError` where the file is broken."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        return tuple(_read_sheet(workbook, sheet.name, sheet.visible == SheetVisibleEnum.Visible) for sheet in sheets)
    except PasswordError:
        raise LockedError from None
    except (CalamineError, WorksheetNotFound, OSError) as error:
        raise UnreadableError(str(error)) from None


def _read_sheet(workbook: CalamineWorkbook, name: str, visible: bool) -> Grid:
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    cells = fill_grid([[write_value(value) for value in row] for row in rows])
    return Grid(name, cells if cells.size else np.empty((0, 0), dtype=object), visible=visible)
