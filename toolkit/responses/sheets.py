"""Sheets: which survey tool made a file, which sheet of it holds the answers, and which row is the header."""

from __future__ import annotations

from toolkit.files.cells import File, Grid, Sheet, take_sheet
from toolkit.findings import Notes
from toolkit.responses.columns import count_items, count_named, find_long
from toolkit.responses.headers import list_item_columns, make_names
from toolkit.responses.survey_tools import forms, limesurvey, qualtrics, surveymonkey
from toolkit.responses.survey_tools.databases import CASTOR, REDCAP
from toolkit.responses.survey_tools.tool import Tool
from toolkit.spelling import fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: how many rows from the top may stand above a header that the layout doesn't place.
TITLE_ROWS = 10


#: in the order in which they are tried: those that are easiest to tell first.
TOOLS = {tool.id: tool for tool in (qualtrics.TOOL, surveymonkey.TOOL, REDCAP, CASTOR, forms.MICROSOFT, forms.GOOGLE, limesurvey.TOOL)}


def choose_sheet(file: File, layout: Layout, study: Study, label: str, notes: Notes) -> Sheet | None:
    """Return the sheet of `file` with the answers, below its header; None, with a finding that stops, where that can't be told."""
    grids = [grid for grid in file.grids if grid.cells.size]
    if layout.sheet:
        grids = [grid for grid in file.grids if fold(grid.sheet) == fold(layout.sheet)]
        if not grids:
            notes.add("sheet_missing", file=label, value=layout.sheet, expected=", ".join(grid.sheet for grid in file.grids))
            return None
    if not any(grid.cells.size for grid in grids):
        notes.add("file_empty", file=label)
        return None
    found = [_find_header(grid, layout, study, label) for grid in grids]
    best = max(count for _, _, count in found)
    best_visible = [grid.visible for grid, (_, _, count) in zip(grids, found, strict=True) if count == best]
    sheets = [
        (sheet, header)
        for grid, (sheet, header, count) in zip(grids, found, strict=True)
        if count == best and grid.visible >= any(best_visible)
    ]
    if len(sheets) > 1:
        notes.add("sheet_unclear", file=label, value=", ".join(sheet.sheet for sheet, _ in sheets), count=len(sheets))
        return None
    sheet, header = sheets[0]
    if len(grids) > 1:
        notes.add(
            "sheet_chosen", file=label, value=sheet.sheet, expected=", ".join(grid.sheet for grid in grids if grid.sheet != sheet.sheet)
        )
    if header and "header_row" not in layout.model_fields_set:
        notes.add("header_found", file=label, row=header + 1, value=", ".join(sheet.headers[:5]))
    return sheet


def _find_header(grid: Grid, layout: Layout, study: Study, label: str) -> tuple[Sheet, int, int]:
    """Return the sheet below the header, the header's position, and how many items it names; without a layout the first rows are tried."""
    tool = find_tool(layout)
    if tool and "header_row" not in layout.model_fields_set:
        sheet = tool.take(grid, label)
        return sheet, 0, count_items(sheet, layout, study)
    if "header_row" in layout.model_fields_set or not grid.first_row:
        tried = [layout.header_row - 1 if grid.first_row else 0]
    else:
        tried = list(range(min(TITLE_ROWS, len(grid.cells))))
    found = []
    for header in tried:
        sheet = take_sheet(grid, label, header, layout.skip_rows)
        found.append((sheet, header, count_items(sheet, layout, study)))
    best = max(found, key=lambda entry: (count_named(entry[0], layout), entry[2]))
    if best[2] == 1 and find_long(found[0][0], make_names(layout, list_item_columns(study))):
        return found[0]  # what was taken for a header is one answer, and names its question
    return best


def find_tool(layout: Layout) -> Tool | None:
    """Return the tool that a layout names, or None."""
    return TOOLS.get(layout.tool)
