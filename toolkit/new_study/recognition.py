"""Recognising: what an export of a survey holds, before there is a study that says so, and what is not sure of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import ExportError
from toolkit.files.cells import Mask
from toolkit.files.cells__grids import File, Grid, Sheet, find_blank, take_sheet
from toolkit.files.reading import read_file
from toolkit.findings import Notes, describe_finding
from toolkit.languages import Language
from toolkit.new_study.column_roles import count_words, find_candidates
from toolkit.new_study.column_roles__doubting import Doubt, doubt_answers, doubt_columns, doubt_items, shorten
from toolkit.new_study.recognition__item_matching import Matched, match_items
from toolkit.responses.rows__moments import read_dates
from toolkit.responses.sheets import TITLE_ROWS
from toolkit.responses.sheets__registry import TOOLS
from toolkit.responses.survey_tools.tool import complete_layout
from toolkit.spelling import fold
from toolkit.study.instruments import Instrument
from toolkit.study.layouts import Layout, Limits

PLACES = ("respondent", "school", "wave", "role", "date", "start", "duration")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One sheet with answers: how it is laid out (as in [layouts]), which items it holds, and the words of its schools, waves and roles."""

    path: Path
    sheet: Sheet
    layout: dict[str, Any]
    items: dict[str, int]
    instruments: tuple[Instrument, ...]
    words: dict[str, Counter[str]]
    #: the middle date per word of its waves, "" for all rows.
    dates: dict[str, pd.Timestamp]
    doubts: tuple[Doubt, ...]


def recognise_file(path: Path, folder: Path, language: Language) -> list[Recognised]:
    """Return what each sheet with answers in the file at `path` holds; `folder` is the study's, which may have instruments of its own.

    `ExportError` says, in `language`, why a file can't be read.
    """
    notes = Notes()
    file = read_file(path, Layout(), Limits(), path.name, notes)
    if file is None:
        raise ExportError([describe_finding(row, language) for row in notes.rows if row["severity"] == "stops"])
    grids = [grid for grid in file.grids if grid.cells.size]
    tool = next((tool.id for tool in TOOLS.values() if any(tool.recognise(grid) for grid in grids)), "")
    found = [_recognise_grid(path, file, grid, tool, folder) for grid in grids]
    most = max((len(entry.items) for entry in found), default=0)
    kept = [entry for entry in found if 2 * len(entry.items) >= most > 0] or sorted(found, key=lambda entry: -entry.sheet.cells.size)[:1]
    if not kept:
        raise ExportError(describe_finding({"code": "file_empty", "file": path.name, "row": 0, "column": ""}, language))
    return [_name_sheet(entry, kept, found) for entry in kept]


def _name_sheet(entry: Recognised, kept: list[Recognised], found: list[Recognised]) -> Recognised:
    """Return `entry` with the name of its sheet in the layout, where the workbook has more, and those of the sheets that are not taken."""
    if len(found) < 2:
        return entry
    says = {"value": entry.sheet.sheet, "expected": shorten(other.sheet.sheet for other in found if all(other is not one for one in kept))}
    doubts = (Doubt("sheet_chosen", "layouts", "sheet", says),) if len(kept) < len(found) else ()
    return replace(entry, layout={"sheet": entry.sheet.sheet} | entry.layout, doubts=(*doubts, *entry.doubts))


def _recognise_grid(path: Path, file: File, grid: Grid, tool: str, folder: Path) -> Recognised:
    """Return what one sheet holds: the way of naming items that finds most of them, and the columns beside those."""
    matched = match_items(file, grid, tool, folder)
    sheet, items, instruments = matched.sheet, dict(matched.items or {}), matched.instruments
    if not items and not tool:
        sheet = take_sheet(grid, path.name, _find_header(grid))
    doubts = list(matched.doubts)
    said = _describe_format(file, grid, matched, sheet)
    columns = _place_columns(sheet, matched.layout, matched.list_positions(), doubts)
    doubts += [*doubt_items(sheet, matched.layout, instruments, matched.list_positions(), items), *doubt_answers(sheet, instruments, items)]
    doubts += doubt_columns(sheet, matched.list_positions(), columns)
    words = {what: _count_asked(sheet, columns.get(what, ""), items) for what in ("school", "wave", "role")}
    if matched.waves:
        words["wave"] = Counter({word: len(sheet.rows) for word in matched.waves})
    return Recognised(path, sheet, said | columns, items, instruments, words, _find_dates(sheet, columns), tuple(doubts))


def _find_header(grid: Grid) -> int:
    """Return the first of the top rows that is filled nearly as well as the best of them."""
    filled = (~find_blank(grid.cells[:TITLE_ROWS])).sum(axis=1)
    return int(np.flatnonzero(filled >= 0.6 * filled.max())[0])


def _describe_format(file: File, grid: Grid, matched: Matched, sheet: Sheet) -> dict[str, Any]:
    """Return the keys of a layout that say how a file is written and how its headers name items."""
    layout, first = matched.layout, int(sheet.rows[0]) - 1 if len(sheet.rows) else 1
    said: dict[str, Any] = {"tool": layout.tool} if layout.tool else {}
    if grid.first_row and not layout.tool and first > 1:
        said["header_row"] = first
    if file.separator:
        said["separator"] = file.separator
    if matched.waves:
        columns = {word: {sheet.headers[place]: name for name, place in items.items()} for word, items in matched.waves.items()}
        return said | {"wave_columns": columns}
    if matched.items:
        said |= {"pattern": layout.pattern} if layout.pattern else {"items_by": layout.items_by}
    return said | ({"ratings": list(layout.ratings)} if layout.ratings else {})


def _place_columns(sheet: Sheet, layout: Layout, taken: set[int], doubts: list[Doubt]) -> dict[str, Any]:
    """Return the headers of the columns that say who, where and when; what the tool knows goes before what a header suggests."""
    known = complete_layout(layout, TOOLS[layout.tool], sheet) if layout.tool else layout
    of_tool: dict[str, tuple[str, ...]] = {name: tuple(header for header in _listed(getattr(known, name)) if header) for name in PLACES}
    bound = {place for headers in of_tool.values() for header in headers for place in sheet.find_columns(header)}
    candidates = find_candidates(sheet, taken | bound)
    columns: dict[str, Any] = {}
    for name in PLACES:
        headers = [*of_tool[name]] or [sheet.headers[place] for place in candidates[name]]
        chosen = _choose(name, headers, doubts) if not of_tool[name] else headers
        if chosen:
            columns[name] = chosen[0] if len(chosen) == 1 else chosen
        elif name == "respondent":
            doubts.append(Doubt("respondent_none", "layouts", "respondent"))
    return columns


def _listed(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _choose(name: str, headers: list[str], doubts: list[Doubt]) -> list[str]:
    """Return the headers to take for one place: several codes are parts of one; of other candidates the first. That is not sure."""
    codes = [header for header in headers if "code" in header.casefold()] if name == "respondent" else []
    chosen = codes or headers[:1]
    if len(chosen) > 1:
        doubts.append(Doubt("code_parts", "layouts", name, {"value": ", ".join(chosen)}))
    elif len(headers) > 1:
        others = ", ".join(header for header in headers if header not in chosen)
        doubts.append(Doubt("candidates", "layouts", name, {"value": chosen[0], "expected": others}))
    return chosen


def _count_asked(sheet: Sheet, header: str, items: Mapping[str, int]) -> Counter[str]:
    """Return how often each word stands in a column, in rows with an answer to any item (in all rows where no item is known)."""
    places = sheet.find_columns(header) if header else []
    answered: Mask = ~np.all(find_blank(sheet.cells)[:, sorted(items.values()) or slice(None)], axis=1)
    return count_words(sheet, places[0], answered) if places else Counter()


def _find_dates(sheet: Sheet, columns: Mapping[str, Any]) -> dict[str, pd.Timestamp]:
    """Return the middle date of the rows of each wave, and under "" of all rows; none where there is no date that can be read."""
    if "date" not in columns:
        return {}
    dates = pd.Series(read_dates(sheet, sheet.find_columns(columns["date"])[0], Notes()))
    waves = pd.Series("", index=dates.index)
    if "wave" in columns:
        position = sheet.find_columns(columns["wave"])[0]
        labels = sheet.labels.get(position, {})
        waves = pd.Series([fold(labels.get(text.strip(), text)) for text in sheet.cells[:, position]], index=dates.index)
    known = dates.notna()
    parts = {"": dates[known]} | {str(wave): part for wave, part in dates[known].groupby(waves[known])}
    return {wave: part.sort_values().iloc[(len(part) - 1) // 2] for wave, part in parts.items() if len(part)}
