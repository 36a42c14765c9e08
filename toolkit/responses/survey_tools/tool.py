"""Survey tools: what is known beforehand of the exports of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.files.cells import Grid, Sheet, find_blank, take_sheet
from toolkit.findings import Notes
from toolkit.responses.rows import mark_left_out
from toolkit.spelling import fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Exclusion


def take_plain(grid: Grid, file: str) -> Sheet:
    """Return the sheet below the one header that most tools write."""
    return take_sheet(grid, file, 0)


@dataclass(frozen=True, slots=True)
class Tool:
    """One survey tool: how its exports are known and laid out. Where several headers are given, the first that is there counts."""

    id: str
    recognise: Callable[[Grid], bool]
    take: Callable[[Grid, str], Sheet] = take_plain
    respondent: tuple[str, ...] = ()
    wave: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    start: tuple[str, ...] = ()
    duration: tuple[str, ...] = ()
    #: columns of the tool itself, which are no answers; an expression for the whole folded header.
    system: str = "(?!)"
    missing: tuple[str, ...] = ()
    #: header -> values of forms that are only a trial: counted, and told.
    previews: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: header -> values of forms that were not finished: counted, and told.
    unfinished: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: whether a person has a row for every event, also where no question was asked.
    by_event: bool = False


def complete_layout(layout: Layout, tool: Tool, sheet: Sheet) -> Layout:
    """Return `layout` with what the tool knows in every place that the study leaves open."""
    places = ("respondent", "wave", "date", "start", "duration")
    there = {name: [header for header in getattr(tool, name) if sheet.find_columns(header)][:1] for name in places}
    found = {name: tuple(headers) if name == "respondent" else "".join(headers) for name, headers in there.items()}
    open_places = {name: value for name, value in found.items() if name not in layout.model_fields_set}
    return layout.model_copy(update=open_places | {"missing": (*layout.missing, *tool.missing)})


def mark_own(sheet: Sheet, tool: Tool) -> Sheet:
    """Return `sheet` with the tool's own columns marked as such; they can still be bound where the study asks for them."""
    own = {position for position, header in enumerate(sheet.headers) if re.fullmatch(tool.system, fold(header))}
    return replace(sheet, own=frozenset(own))


def tell_counted(tool: Tool, sheet: Sheet, rules: Sequence[Exclusion], notes: Notes) -> None:
    """Note how many trials and unfinished forms, as the tool marks them, count because none of the study's `rules` leaves them out."""
    counted = (mark_left_out(sheet, rules, Notes()) == "") & ~find_blank(sheet.cells).all(axis=1)
    for code, marks in (("forms_trial", tool.previews), ("forms_unfinished", tool.unfinished)):
        for header, values in marks.items():
            if not sheet.find_columns(header):
                continue
            rule = Exclusion(column=header, values=values, reason="test")
            hits = np.flatnonzero((mark_left_out(sheet, [rule], Notes()) != "") & counted)
            if hits.size:
                texts = sheet.cells[hits, sheet.find_columns(header)[0]]
                value = ", ".join(dict.fromkeys(texts)) or '""'
                notes.add(code, file=sheet.file, row=int(sheet.rows[hits[0]]), column=header, value=value, count=hits.size)


def list_headers(grid: Grid, row: int = 0) -> list[str]:
    """Return the texts of a row of `grid`, folded; none where it has no such row."""
    return [fold(str(text)) for text in grid.cells[row]] if len(grid.cells) > row else []
