"""Binding: which column of a sheet holds what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from toolkit.files.cells__grids import Sheet, find_blank
from toolkit.findings import Notes
from toolkit.responses.columns__personal import find_personal
from toolkit.responses.headers import Repeats, make_names
from toolkit.responses.headers__item_names import ItemColumn, list_item_columns, list_names
from toolkit.spelling import find_nearest, find_nearest_of, fold
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: how alike a header must be to one that is missing, to be named.
NEAR = 0.5


@dataclass
class Binding:
    """The positions of the columns in use; `items` per wave ("" where each row tells its own) from item column to position."""

    items: dict[str, dict[str, int]] = field(default_factory=dict)
    respondent: tuple[int, ...] = ()
    school: tuple[int, ...] = ()
    wave: tuple[int, ...] = ()
    role: tuple[int, ...] = ()
    date: tuple[int, ...] = ()
    start: tuple[int, ...] = ()
    duration: tuple[int, ...] = ()
    personal: dict[int, str] = field(default_factory=dict)

    def list_used(self) -> set[int]:
        """Return all positions that are bound to something."""
        bound = {position for columns in self.items.values() for position in columns.values()}
        return bound.union(self.respondent, self.school, self.wave, self.role, self.date, self.start, self.duration)


def bind_columns(sheet: Sheet, layout: Layout, study: Study, notes: Notes) -> Binding:
    """Return where `sheet` holds what `layout` and `study` ask for; what is missing, double or unknown is noted."""
    columns = list_item_columns(study)
    binding = Binding()
    for name in ("respondent", "school", "wave", "role", "date", "start", "duration"):
        headers = getattr(layout, name)
        headers = (headers,) if isinstance(headers, str) else headers
        found = [_find_one(sheet, header, notes) for header in headers if header]
        setattr(binding, name, tuple(position for position in found if position is not None))
    for wave, mapping in layout.wave_columns.items():
        binding.items[wave] = _bind_mapped(sheet, mapping, notes)
    if not layout.wave_columns:
        mapped = _bind_mapped(sheet, layout.items, notes)
        binding.items[""] = mapped | _bind_named(sheet, layout, columns, binding.list_used() | set(mapped.values()), mapped, notes)
    _check_items(sheet, binding, columns, layout, notes)
    _tell_rest(sheet, binding, layout, study, notes)
    return binding


def count_items(sheet: Sheet, layout: Layout, study: Study) -> int:
    """Return how many item columns can be bound in `sheet`: the measure of whether this is the header."""
    if layout.wave_columns or layout.items:
        wanted = [header for mapping in (layout.items, *layout.wave_columns.values()) for header in mapping]
        mapped = sum(bool(sheet.find_columns(header)) for header in wanted)
        if layout.wave_columns:
            return mapped
    else:
        mapped = 0
    columns = list_item_columns(study)
    names, repeats = make_names(layout, columns), Repeats(layout, columns)
    texts = zip(sheet.headers, sheet.wordings, strict=True)
    return mapped + sum(bool(names(header) or names(wording) or repeats.find(header) or repeats.find(wording)) for header, wording in texts)


def _find_one(sheet: Sheet, header: str, notes: Notes) -> int | None:
    found = sheet.find_columns(header)
    if not found:
        notes.add("header_missing", file=sheet.file, column=header, expected=find_nearest(header, sheet.headers, NEAR) or "–")
        return None
    if len(found) > 1:
        notes.add("header_twice", file=sheet.file, column=header, count=len(found))
    return found[0]


def _bind_mapped(sheet: Sheet, mapping: dict[str, str], notes: Notes) -> dict[str, int]:
    found = {column: _find_one(sheet, header, notes) for header, column in mapping.items()}
    return {column: position for column, position in found.items() if position is not None}


def _bind_named(
    sheet: Sheet, layout: Layout, columns: list[ItemColumn], used: set[int], mapped: Iterable[str], notes: Notes
) -> dict[str, int]:
    """Return the items that headers name by themselves, without the columns and items that are bound already."""
    names, ignored = make_names(layout, columns), {fold(header) for header in layout.ignore}
    repeats, bound = Repeats(layout, columns), dict[str, int]()
    for position, header in enumerate(sheet.headers):
        if position in used or fold(header) in ignored:
            continue
        found = names(header) or names(sheet.wordings[position]) or repeats.find(header) or repeats.find(sheet.wordings[position])
        if len(found) > 1:
            notes.add("header_unclear", file=sheet.file, column=sheet.name_column(position), value=", ".join(found))
        elif found and found[0] in bound:
            notes.add("header_twice", file=sheet.file, column=sheet.name_column(position), value=found[0], count=2)
        elif found and found[0] not in mapped:
            bound[found[0]] = position
    return bound


def _check_items(sheet: Sheet, binding: Binding, columns: list[ItemColumn], layout: Layout, notes: Notes) -> None:
    """Note the items without a column: of an instrument that is there in part this stops, a whole instrument may be absent."""
    free = [header for position, header in enumerate(sheet.headers) if position not in binding.list_used()]
    if not any(binding.items.values()):
        named = [name for column in columns for name in list_names(column, layout.items_by)]
        example = [layout.pattern] if layout.pattern else named[:1]
        notes.add("items_none", file=sheet.file, value=", ".join(sheet.headers[:8]), expected=", ".join(example) or "–")
        return
    for wave, bound in binding.items.items():
        for id in dict.fromkeys(column.instrument.id for column in columns):
            own = [column for column in columns if column.instrument.id == id]
            missing = [column for column in own if column.name not in bound]
            if len(missing) == len(own):
                notes.add("instrument_absent", file=sheet.file, wave=wave, value=id)
            elif missing:
                names = [name for column in missing[:5] for name in list_names(column, layout.items_by)]
                near = find_nearest_of(names, free, NEAR) or "–"
                listed = ", ".join(column.name for column in missing)
                notes.add("items_missing", file=sheet.file, wave=wave, column=listed, value=id, expected=near, count=len(missing))


def _tell_rest(sheet: Sheet, binding: Binding, layout: Layout, study: Study, notes: Notes) -> None:
    """Note, once per file, the columns with personal data and those that nothing is known of."""
    used = binding.list_used()
    binding.personal = find_personal(sheet)
    names = {fold(name) for name in (*layout.ignore, *(rule.column for rule in study.leave_out))}
    known = {position for position, header in enumerate(sheet.headers) if fold(header) in names}
    for position, kind in binding.personal.items():
        if position not in used:
            notes.add("personal_data", file=sheet.file, column=sheet.name_column(position), value=kind)
    blank = find_blank(sheet.cells)
    rest = [position for position, header in enumerate(sheet.headers) if header or not blank[:, position].all()]
    unknown = [sheet.name_column(position) for position in rest if position not in used | known | sheet.own | set(binding.personal)]
    if unknown:
        notes.add("columns_unknown", file=sheet.file, column=", ".join(unknown), count=len(unknown))
