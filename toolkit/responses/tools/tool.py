"""Survey tools: what is known beforehand of the exports of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from toolkit.responses.findings import Notes
from toolkit.responses.folding import fold
from toolkit.responses.grids import Grid, Sheet, find_blank, take_sheet
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
    #: header -> values of forms that are only a trial: left out.
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


def list_preview_rules(tool: Tool, sheet: Sheet) -> tuple[Exclusion, ...]:
    """Return the rules that leave out the tool's own trials, for the columns that are there."""
    return tuple(
        Exclusion(column=header, values=values, reason="test") for header, values in tool.previews.items() if sheet.find_columns(header)
    )


def tell_unfinished(tool: Tool, sheet: Sheet, notes: Notes) -> None:
    """Note how many forms the tool says were not finished: they count, and the study may leave them out."""
    for header, values in tool.unfinished.items():
        for position in sheet.find_columns(header)[:1]:
            wanted, blank = {fold(value) for value in values}, find_blank(sheet.cells).all(axis=1)
            hits = [number for number, text in enumerate(sheet.cells[:, position]) if fold(text) in wanted and not blank[number]]
            if hits:
                value = ", ".join(dict.fromkeys(sheet.cells[hits, position])) or '""'
                notes.add("forms_unfinished", file=sheet.file, row=int(sheet.rows[hits[0]]), column=header, value=value, count=len(hits))


def list_headers(grid: Grid, row: int = 0) -> list[str]:
    """Return the texts of a row of `grid`, folded; none where it has no such row."""
    return [fold(str(text)) for text in grid.cells[row]] if len(grid.cells) > row else []
