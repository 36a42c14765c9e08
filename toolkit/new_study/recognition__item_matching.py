"""Item matching: which items of which instruments a sheet holds, by every way in which headers may name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.files.cells__grids import File, Grid, Sheet, take_sheet
from toolkit.findings import Notes
from toolkit.new_study.column_roles import place_wave
from toolkit.new_study.column_roles__doubting import Doubt, shorten
from toolkit.responses.columns import bind_columns
from toolkit.responses.sheets import choose_sheet
from toolkit.responses.sheets__registry import TOOLS
from toolkit.responses.survey_tools.tool import mark_own
from toolkit.spelling import fold_words
from toolkit.study.instruments import Instrument, list_instruments
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: rows that are looked at to tell what a column holds.
HEAD = 2_000
#: the share of an instrument's columns that must be there for it to be taken as asked.
ENOUGH = 0.5
#: a header or two that name an item may do so by accident.
FEWEST = 3
#: headers that are the ids of items: told of a study's own instruments only, since those that are shipped all count from i1.
BARE = "{item}"
WAYS = ({"items_by": "id"}, {"items_by": "number"}, {"items_by": "wording"}, {"pattern": BARE})


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


def match_items(file: File, grid: Grid, tool: str, folder: Path) -> Matched:
    """Return what the way of naming items that finds most of them finds in `grid`; `folder` is the study's."""
    tried = [_match_grid(file, grid, Layout.model_validate({"tool": tool} | way), folder) for way in WAYS]
    best = max(tried, key=lambda matched: len(matched.list_positions()))
    wide = [_match_waves(matched.sheet, matched.layout, folder) for matched in tried]
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
    instruments, taken, rivals = list[Instrument](), dict[str, int](), list[str]()
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
            items = bind_columns(head, tried, study, Notes()).items[""]
            yield len(items) / len(instrument.columns), instrument, tried, items


def _doubt_rivals(instruments: Sequence[Instrument], rivals: Sequence[str]) -> Iterator[Doubt]:
    if rivals:
        chosen = ", ".join(instrument.id for instrument in instruments)
        yield Doubt("instruments_alike", "", "instruments", {"value": chosen, "expected": ", ".join(rivals)})


def _doubt_headers(head: Sheet, layout: Layout, instruments: Sequence[Instrument], folder: Path) -> Iterator[Doubt]:
    """Yield the headers that may belong to more than one item, and those of which there are two."""
    notes = Notes()
    bind_columns(head, layout, open_study([instrument.id for instrument in instruments], folder), notes)
    unclear = [str(note["column"]) for note in notes.rows if note["code"] in ("header_unclear", "header_twice")]
    if unclear:
        yield Doubt("headers_unclear", "layouts", "items", {"value": shorten(dict.fromkeys(unclear))})


def _match_waves(sheet: Sheet, layout: Layout, folder: Path) -> Matched:
    """Return what is found where headers begin or end with a word for a wave: the items of each, in columns beside each other."""
    named: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for place, header in enumerate(sheet.headers):
        word, rest = _split_header(header)
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


def _split_header(header: str) -> tuple[str, str]:
    """Return the word for a wave with which a header begins or ends ("" where it does neither), and the rest of it.

    >>> _split_header("energie_own9_i1_voor"), _split_header("T1: I learn"), _split_header("uwes3 2")
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
