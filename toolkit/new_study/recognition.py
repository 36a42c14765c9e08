"""Recognition: what an export holds before there is a study that says so: its sheets, items and instruments."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.column_names import place_wave
from toolkit.errors import ExportError
from toolkit.files.cells import File, Grid, Mask, Sheet, find_blank, take_sheet
from toolkit.files.reading import read_file
from toolkit.findings import Notes, describe_finding
from toolkit.languages import Language
from toolkit.new_study.column_roles import (
    Doubt,
    count_words,
    doubt_answers,
    doubt_columns,
    doubt_items,
    find_candidates,
    shorten,
)
from toolkit.responses.columns import find_items
from toolkit.responses.rows import join_cells, read_dates
from toolkit.responses.sheets import TITLE_ROWS, TOOLS, choose_sheet
from toolkit.responses.survey_tools.tool import complete_layout, mark_own
from toolkit.spelling import clean_code, fold, fold_words
from toolkit.study.instruments import Instrument, list_instruments
from toolkit.study.layouts import Layout, Limits
from toolkit.study.study import Study

PLACES = ("respondent", "school", "wave", "role", "date", "start", "duration")


#: rows that are looked at to tell what a column holds.
HEAD = 2_000
#: the share of an instrument's columns that must be there for it to be taken as asked.
ENOUGH = 0.5
#: a header or two that name an item may do so by accident.
FEWEST = 3
#: headers that are the ids of items: told of a study's own instruments only, since those that are shipped all count from i1.
BARE = "{item}"
WAYS = ({"items_by": "id"}, {"items_by": "number"}, {"items_by": "code"}, {"items_by": "wording"}, {"pattern": BARE})


@dataclass(frozen=True, slots=True)
class Told:
    """What dates and codes tell of a sheet: its measurements, each with a word and a date; what is left of its name without a date."""

    waves: tuple[tuple[str, pd.Timestamp | None], ...]
    name: str
    #: whether the dates are those of names, not of answers.
    of_name: bool = False


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
    #: what dates and codes tell of its measurements, where no word does.
    told: Told | None = None


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
    kept = [entry for entry in found if 2 * len(entry.items) >= most > 0] or _keep_alike(found)
    if not kept:
        raise ExportError(describe_finding({"code": "file_empty", "file": path.name, "row": 0, "column": ""}, language))
    return [_name_sheet(entry, kept, found) for entry in kept]


def _keep_alike(found: Sequence[Recognised]) -> list[Recognised]:
    """Return, of sheets without known items, the largest and those with the same headers."""
    largest = max(found, key=lambda entry: entry.sheet.cells.size, default=None)
    return [entry for entry in found if largest and entry.sheet.headers == largest.sheet.headers]


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
    sheet = matched.sheet
    items = dict(matched.items or {})
    instruments = matched.instruments
    if not items and not tool:
        sheet = take_sheet(grid, path.name, _find_header(grid))
    doubts = list(matched.doubts)
    said = _describe_format(file, grid, matched, sheet)
    columns = _place_columns(sheet, matched.layout, matched.list_positions(), doubts)
    doubts += [*doubt_items(sheet, matched.layout, instruments, matched.list_positions(), items), *doubt_answers(sheet, instruments, items)]
    doubts += doubt_columns(sheet, matched.list_positions(), columns)
    words = {what: count_asked(sheet, columns.get(what, ""), items) for what in ("school", "wave", "role")}
    if matched.waves:
        words["wave"] = Counter({word: len(sheet.rows) for word in matched.waves})
    return Recognised(path, sheet, said | columns, items, instruments, words, _find_dates(sheet, columns), tuple(doubts))


def _find_header(grid: Grid) -> int:
    """Return the first of the top rows that is filled nearly as well as the best of them."""
    filled = (~find_blank(grid.cells[:TITLE_ROWS])).sum(axis=1)
    return int(np.flatnonzero(filled >= 0.6 * filled.max())[0])


def _describe_format(file: File, grid: Grid, matched: Matched, sheet: Sheet) -> dict[str, Any]:
    """Return the keys of a layout that say how a file is written and how its headers name items."""
    layout = matched.layout
    first = int(sheet.rows[0]) - 1 if len(sheet.rows) else 1
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


def count_asked(sheet: Sheet, header: str, items: Mapping[str, int]) -> Counter[str]:
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


@dataclass(frozen=True, slots=True)
class Matched:
    """What was found: the sheet below its header, how headers name items, the instruments, and the position of each item column.

    Where all waves stand beside each other, `waves` holds the positions per word for a wave, and `items` those of the first.
    """

    sheet: Sheet
    layout: Layout
    instruments: tuple[Instrument, ...] = ()
    items: Mapping[str, int] | None = None
    waves: Mapping[str, Mapping[str, int]] | None = None
    doubts: tuple[Doubt, ...] = ()

    def list_positions(self) -> set[int]:
        """Return the positions of all columns with items, of every wave."""
        return {position for items in (self.waves or {"": self.items or {}}).values() for position in items.values()}


def read_codes(entry: Recognised) -> list[str]:
    """Return the cleaned code of the person in each row of an export, "" where there is none."""
    headers = entry.layout.get("respondent", [])
    named = [headers] if isinstance(headers, str) else headers
    positions = tuple(place for header in named for place in entry.sheet.find_columns(header)[:1])
    if not positions:
        return [""] * len(entry.sheet.rows)
    clean = {text: "-".join(map(clean_code, text.split("-"))) if len(positions) > 1 else clean_code(text)
             for text in set(join_cells(entry.sheet, positions))}  # fmt: skip
    return [clean[text] for text in join_cells(entry.sheet, positions)]


def match_items(file: File, grid: Grid, tool: str, folder: Path) -> Matched:
    """Return what the way of naming items that finds most of them finds in `grid`; `folder` is the study's."""
    tried = [_match_grid(file, grid, Layout.model_validate({"tool": tool} | way), folder) for way in WAYS]
    best = max(tried, key=lambda matched: len(matched.list_positions()))
    wide = [_match_waves(matched.sheet, matched.layout, folder) for matched in tried]
    wide += [_match_numbered(matched.sheet, matched.layout, folder) for matched in tried]
    widest = max(wide, key=lambda matched: len(matched.list_positions()))
    return widest if len(widest.list_positions()) > len(best.list_positions()) else best


def _match_grid(file: File, grid: Grid, layout: Layout, folder: Path) -> Matched:
    """Return what one way of naming items finds below the row that names most of them."""
    ids = _list_ids(layout, folder)
    found = choose_sheet(replace(file, grids=(grid,)), layout, open_study(ids, folder), "", Notes()) if ids else None
    sheet = found or take_sheet(grid, "", 0)
    return _match_sheet(mark_own(sheet, TOOLS[layout.tool]) if layout.tool else sheet, layout, folder)


def _list_ids(layout: Layout, folder: Path) -> list[str]:
    own = folder / "instruments"
    return [id for id in list_instruments(own) if not layout.pattern or (own / f"{id}.toml").is_file()]


def _match_sheet(sheet: Sheet, layout: Layout, folder: Path) -> Matched:
    """Return the instruments that `sheet` holds for a good part; of those that claim the same columns the one that is there most."""
    head = replace(sheet, cells=sheet.cells[:HEAD], rows=sheet.rows[:HEAD])
    claims = sorted(_list_claims(head, layout, folder), key=lambda claim: (-claim[0], -len(claim[3]), len(claim[2].ratings)))
    instruments = list[Instrument]()
    taken = dict[str, int]()
    rivals = list[str]()
    for share, instrument, tried, items in claims:
        if share < ENOUGH or instrument in instruments:
            continue
        if set(items.values()) & set(taken.values()):
            rivals += [instrument.id] if instrument.id not in rivals else []
            continue
        instruments.append(instrument)
        taken |= items
        layout = tried if tried.ratings else layout
    own = any((folder / "instruments" / f"{instrument.id}.toml").is_file() for instrument in instruments)
    if not instruments or (len(taken) < FEWEST and not own):
        return Matched(sheet, layout)
    instruments.sort(key=lambda entry: min(taken[name] for name in entry.columns if name in taken))
    doubts = [*_doubt_rivals(instruments, rivals), *_doubt_headers(head, layout, instruments, folder)]
    return Matched(sheet, layout, tuple(instruments), taken, doubts=tuple(doubts))


def _list_claims(head: Sheet, layout: Layout, folder: Path) -> Iterator[tuple[float, Instrument, Layout, dict[str, int]]]:
    """Yield for every instrument, and every order of its ratings, the share of its columns that are there, and where."""
    for id in _list_ids(layout, folder):
        study = open_study([id], folder)
        (instrument,) = study.instruments
        for ratings in [(), instrument.asked_ratings] if len(instrument.asked_ratings) > 1 else [()]:
            tried = layout.model_copy(update={"ratings": ratings})
            items = find_items(head, tried, study, Notes()).items[""]
            yield len(items) / len(instrument.columns), instrument, tried, items


def _doubt_rivals(instruments: Sequence[Instrument], rivals: Sequence[str]) -> Iterator[Doubt]:
    if rivals:
        chosen = ", ".join(instrument.id for instrument in instruments)
        yield Doubt("instruments_alike", "", "instruments", {"value": chosen, "expected": ", ".join(rivals)})


def _doubt_headers(head: Sheet, layout: Layout, instruments: Sequence[Instrument], folder: Path) -> Iterator[Doubt]:
    """Yield the headers that may belong to more than one item, and those of which there are two."""
    notes = Notes()
    find_items(head, layout, open_study([instrument.id for instrument in instruments], folder), notes)
    unclear = [str(note["column"]) for note in notes.rows if note["code"] in ("header_unclear", "header_twice")]
    if unclear:
        yield Doubt("headers_unclear", "layouts", "items", {"value": shorten(dict.fromkeys(unclear))})


def _match_waves(sheet: Sheet, layout: Layout, folder: Path) -> Matched:
    """Return what is found where headers begin or end with a word for a wave: the items of each, in columns beside each other."""
    named: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for place, header in enumerate(sheet.headers):
        word, rest = split_header(header)
        if word:
            named[word][place] = rest
    found = {
        word: _match_sheet(replace(sheet, headers=tuple(headers.get(place, "") for place in range(len(sheet.headers)))), layout, folder)
        for word, headers in named.items()
        if len(headers) >= FEWEST
    }
    kept = {word: matched for word, matched in found.items() if matched.items}
    if len(kept) < 2:
        return Matched(sheet, layout)
    first = max(kept.values(), key=lambda matched: len(matched.items or {}))
    waves = {word: dict(matched.items or {}) for word, matched in kept.items()}
    return Matched(
        sheet, first.layout, first.instruments, first.items, waves, (*first.doubts, Doubt("waves_beside", "layouts", "wave_columns"))
    )


def _match_numbered(sheet: Sheet, layout: Layout, folder: Path) -> Matched:
    """Return what is found where the headers of all items end in .1 and .2 (as SPSS writes them), or in _1 and _2, one per wave.

    Each number must stand behind the same items; those behind an underscore, or rated in several ways, must be there all.
    """
    for mark in (".", "_"):
        named: defaultdict[str, dict[int, str]] = defaultdict(dict)
        for place, header in enumerate(sheet.headers):
            stem, found, number = header.strip().rpartition(mark)
            if stem and found and number in tuple("123456789"):
                named[number][place] = stem
        waves: dict[str, Matched] = {}
        for number, headers in sorted(named.items()):
            renamed = replace(sheet, headers=tuple(headers.get(place, "") for place in range(len(sheet.headers))))
            matched = _match_sheet(renamed, layout, folder)
            if matched.items and len(matched.items) >= FEWEST and (mark == "." or _is_whole(matched)):
                waves[f"wave {number}"] = matched
        first = next(iter(waves.values()), None)
        rated = first and any(len(instrument.asked_ratings) > 1 for instrument in first.instruments)
        alike = first and all((matched.items or {}).keys() == (first.items or {}).keys() for matched in waves.values())
        if first and alike and len(waves) > 1 and (not rated or _is_whole(first)):
            items = {word: dict(matched.items or {}) for word, matched in waves.items()}
            doubt = Doubt("waves_numbered", "layouts", "wave_columns", {"value": f"{mark}{min(named)}"})
            return Matched(sheet, first.layout, first.instruments, first.items, items, (*first.doubts, doubt))
    return Matched(sheet, layout)


def _is_whole(matched: Matched) -> bool:
    """Return whether every item of the instruments is there."""
    return all(name in (matched.items or {}) for instrument in matched.instruments for name in instrument.columns)


def split_header(header: str) -> tuple[str, str]:
    """Return the word for a wave with which a header begins or ends ("" where it does neither), and the rest of it.

    >>> split_header("energie_own9_i1_voor"), split_header("T1: I learn"), split_header("uwes3 2")
    (('voor', 'energie own9 i1'), ('t1', 'i learn'), ('', 'uwes3 2'))
    """
    words = fold_words(header).split()
    for word, rest in ((words[-1:], words[:-1]), (words[:1], words[1:])):
        if rest and not word[0].isdigit() and place_wave(word[0]) is not None:
            return word[0], " ".join(rest)
    return "", " ".join(words)


def open_study(ids: Sequence[str], folder: Path) -> Study:
    """Return a study of these instruments, in `folder`, that nothing else is known of."""
    wave = {"id": "wave", "date": "2000-01-01", "label": {"nl": "", "en": ""}}
    words = {"title": {"nl": "", "en": ""}, "outcomes": {"primary": ""}, "report_date": "2000-01-01", "id": "study"}
    entries = {"waves": [wave], "schools": [{"id": "school", "name": ""}], "sources": [{"file": ""}]}
    study = Study.model_validate({"instruments": list(ids)} | words | entries)
    study._path = folder / "study.toml"
    return study
