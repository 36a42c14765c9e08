"""Survey tools: what is known beforehand of the exports of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from toolkit.files.cells import Grid, Mask, Sheet, take_sheet
from toolkit.findings import Notes
from toolkit.responses.rows import mark_left_out
from toolkit.spelling import fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Exclusion

#: the kinds of forms that a layout can include -> what is told where they are left out.
FORMS = {"trials": "forms_trial", "unfinished": "forms_unfinished"}


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
    #: header -> values of forms that are only a trial, or spam: left out and told, unless the layout includes them.
    previews: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: header -> values of forms that were not finished: likewise.
    unfinished: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: whether a person has a row for every event, also where no question was asked.
    by_event: bool = False


def complete_layout(layout: Layout, tool: Tool, sheet: Sheet) -> Layout:
    """Return `layout` with what the tool knows in every place that the study leaves open."""
    places = [name for name in ("respondent", "wave", "date", "start", "duration") if not (name == "wave" and layout.wave_by_date)]
    there = {name: [header for header in getattr(tool, name) if sheet.find_columns(header)][:1] for name in places}
    found = {name: tuple(headers) if name == "respondent" else "".join(headers) for name, headers in there.items()}
    open_places = {name: value for name, value in found.items() if name not in layout.model_fields_set}
    return layout.model_copy(update=open_places | {"missing": (*layout.missing, *tool.missing)})


def mark_own(sheet: Sheet, tool: Tool) -> Sheet:
    """Return `sheet` with the tool's own columns marked as such; they can still be bound where the study asks for them."""
    own = {position for position, header in enumerate(sheet.headers) if re.fullmatch(tool.system, fold(header))}
    return replace(sheet, own=frozenset(own))


def leave_out_forms(
    tool: Tool, layout: Layout, sheet: Sheet, reasons: NDArray[np.object_], held: Mask, notes: Notes
) -> NDArray[np.object_]:
    """Return `reasons` in which forms that the tool marks as trials or as unfinished are left out too, unless the layout includes them.

    Only forms (`held`) without another reason count. Where a tool marks every form as unfinished, that says nothing of the forms: they
    count, and a person is asked.
    """
    reasons = reasons.copy()
    for kind, reason, marks in (("trials", "test", tool.previews), ("unfinished", "unfinished", tool.unfinished)):
        for header, values in marks.items() if kind not in layout.include else ():
            rule = Exclusion(column=header, values=values, reason="test")
            forms = held & (reasons == "")
            hits = (mark_left_out(sheet, [rule], Notes()) != "") & forms if sheet.find_columns(header) else np.zeros_like(held)
            if not hits.any():
                continue
            texts = sheet.cells[np.flatnonzero(hits), sheet.find_columns(header)[0]]
            value = ", ".join(dict.fromkeys(texts)) or '""'
            places = {"row": int(sheet.rows[hits][0]), "column": header, "count": int(hits.sum())}
            everywhere = kind == "unfinished" and bool((hits == forms).all())
            notes.add("forms_never_finished" if everywhere else FORMS[kind], file=sheet.file, value=value, **places)
            if not everywhere:
                reasons[hits] = reason
    return reasons


def list_headers(grid: Grid, row: int = 0) -> list[str]:
    """Return the texts of a row of `grid`, folded; none where it has no such row."""
    return [fold(str(text)) for text in grid.cells[row]] if len(grid.cells) > row else []
