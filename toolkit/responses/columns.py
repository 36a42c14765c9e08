"""Columns: which column of a sheet holds what, and which tell who somebody is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from toolkit.column_names import tells_consent
from toolkit.files.cells import Sheet, find_blank
from toolkit.findings import Notes
from toolkit.responses.headers import ItemColumn, Names, Repeats, list_item_columns, list_names, list_options, make_names
from toolkit.spelling import find_nearest, find_nearest_of, fold, fold_words
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: how alike a header must be to one that is missing, to be named.
NEAR = 0.5
#: a column with more different texts than this names no items.
MOST_TEXTS = 5000
#: a column with more different words than this says of nobody whether they consent; where all wrote one of these, nobody refused.
CONSENT_WORDS = 8
PLAIN_YES = frozenset({"ja", "yes", "j", "y", "true", "waar", "1", "akkoord", "ik ga akkoord", "i agree", "agree"})


#: the keys of a layout that name the columns which say who, where and when; the first two may name several.
NAMED = ("respondent", "school", "wave", "role", "subgroup", "date", "start", "duration")
#: kind -> the headers that tell it, folded to words.
HEADERS = {
    "email": "email|e mail|mail|mailadres|emailadres|e mailadres|emailaddress|email address|recipientemail",
    "name": "naam|name|voornaam|achternaam|volledige naam|uw naam|je naam|your name|full name|first name|last name|firstname|lastname"
    "|surname|recipientlastname|recipientfirstname",
    "ip": "ip|ipaddress|ip address|ip adres|ipadres|ipaddr",
    "place": "locationlatitude|locationlongitude|location latitude|location longitude|latitude|longitude|adres|address|straat|street"
    "|postcode|zip code|postal code|woonplaats",
    "birth": "geboortedatum|geboren op|birth date|birthdate|date of birth|dob",
    "phone": "telefoon|telefoonnummer|mobiel|phone|phone number|telephone|mobile",
}
CONTENTS = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"),
    "ip": re.compile(r"(\d{1,3}\.){3}\d{1,3}|([0-9a-fA-F]{0,4}:){3,7}[0-9a-fA-F]{0,4}"),
    "phone": re.compile(r"(\+31|0031|\+32|0032|0)[ -]?[1-9]([ -]?\d){7,8}"),
}


@dataclass
class Binding:
    """The positions of the columns in use; `items` per wave ("" where each row tells its own) from item column to position."""

    items: dict[str, dict[str, int]] = field(default_factory=dict)
    #: per wave, the columns beside the first one that hold an item too.
    further: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    #: the positions of columns that hold one option of a question with several, each with the value of that option.
    options: dict[int, float] = field(default_factory=dict)
    respondent: tuple[int, ...] = ()
    school: tuple[int, ...] = ()
    wave: tuple[int, ...] = ()
    role: tuple[int, ...] = ()
    subgroup: tuple[int, ...] = ()
    date: tuple[int, ...] = ()
    start: tuple[int, ...] = ()
    duration: tuple[int, ...] = ()
    personal: dict[int, str] = field(default_factory=dict)

    def list_used(self) -> set[int]:
        """Return all positions that are bound to something."""
        bound = {position for columns in self.items.values() for position in columns.values()}
        bound |= {position for columns in self.further.values() for others in columns.values() for position in others}
        return bound.union(*(getattr(self, name) for name in NAMED))


def bind_columns(
    sheet: Sheet, layout: Layout, study: Study, notes: Notes, not_asked: Mapping[str, Collection[str]] = MappingProxyType({})
) -> Binding:
    """Return where `sheet` holds what `layout` and `study` ask for; what is missing, double or unknown is noted.

    `not_asked` has the item columns per wave ("" where each row tells its own) that may be missing.
    """
    binding = find_items(sheet, layout, study, notes)
    _check_items(sheet, binding, list_item_columns(study), layout, not_asked, notes)
    _tell_rest(sheet, binding, layout, study, notes)
    return binding


def find_items(sheet: Sheet, layout: Layout, study: Study, notes: Notes) -> Binding:
    """Return where `sheet` holds what `layout` and `study` ask for, as far as it does; what is double or unclear is noted."""
    columns = list_item_columns(study)
    binding = Binding()
    for name in NAMED:
        headers = getattr(layout, name)
        headers = (headers,) if isinstance(headers, str) else headers
        found = [_find_one(sheet, header, notes) for header in headers if header]
        setattr(binding, name, tuple(position for position in found if position is not None))
    for wave, mapping in layout.wave_columns.items():
        _put(binding, wave, _gather_options(binding, _bind_mapped(sheet, mapping, notes), columns))
    if not layout.wave_columns:
        mapped = _bind_mapped(sheet, layout.items, notes)
        used = binding.list_used().union(*mapped.values())
        _put(binding, "", _gather_options(binding, _bind_named(sheet, layout, columns, used, mapped, notes), columns))
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
    names = make_names(layout, columns)
    repeats = Repeats(layout, columns)
    texts = zip(sheet.headers, sheet.wordings, strict=True)
    return mapped + sum(bool(names(header) or names(wording) or repeats.find(header) or repeats.find(wording)) for header, wording in texts)


def count_named(sheet: Sheet, layout: Layout) -> int:
    """Return how many of the headers by which the layout says who, where and when are there; these never stand among the answers."""
    named = (*layout.respondent, *layout.school, *(getattr(layout, name) for name in NAMED[2:]))
    return sum(bool(sheet.find_columns(header)) for header in named if header)


def find_long(sheet: Sheet, names: Names) -> tuple[str, str] | None:
    """Return the column in which items stand as texts, where a row is one answer, with the first of these; None where there is none."""
    for position, column in enumerate(sheet.cells.columns):
        places, texts = column.count_texts()
        named = [bool(text.strip()) and len(texts) <= MOST_TEXTS and bool(names(text)) for text in texts]
        if sum(named) >= 2 and 2 * sum(named[place] for place in places) > len(places):
            return sheet.name_column(position), ", ".join(text for text, hit in zip(texts, named, strict=True) if hit)
    return None


def _find_one(sheet: Sheet, header: str, notes: Notes) -> int | None:
    found = sheet.find_columns(header)
    if not found:
        notes.add("header_missing", file=sheet.file, column=header, expected=find_nearest(header, sheet.headers, NEAR) or "–")
        return None
    if len(found) > 1:
        notes.add("header_twice", file=sheet.file, column=header, count=len(found))
    return found[0]


def _bind_mapped(sheet: Sheet, mapping: dict[str, str], notes: Notes) -> dict[str, list[int]]:
    """Return the positions of the columns that `mapping` gives to each item: several where an item has more than one header."""
    bound: dict[str, list[int]] = {}
    for header, column in mapping.items():
        position = _find_one(sheet, header, notes)
        if position is not None and position not in bound.setdefault(column, []):
            bound[column].append(position)
    return {column: positions for column, positions in bound.items() if positions}


def _gather_options(binding: Binding, bound: Mapping[str, list[int]], columns: list[ItemColumn]) -> dict[str, list[int]]:
    """Return the columns per item, those that hold one option each with their question, and note in `binding` which option that is."""
    options = list_options(columns)
    gathered: dict[str, list[int]] = {}
    for name, positions in bound.items():
        item, value = options.get(name, (name, None))
        gathered.setdefault(item, []).extend(positions)
        binding.options |= {} if value is None else dict.fromkeys(positions, value)
    return gathered


def _put(binding: Binding, wave: str, bound: Mapping[str, list[int]]) -> None:
    """Put the columns of each item in `binding`: the first, and those beside it."""
    binding.items[wave] = {column: positions[0] for column, positions in bound.items()}
    if further := {column: tuple(positions[1:]) for column, positions in bound.items() if len(positions) > 1}:
        binding.further[wave] = further


def _bind_named(
    sheet: Sheet, layout: Layout, columns: list[ItemColumn], used: set[int], mapped: Mapping[str, list[int]], notes: Notes
) -> dict[str, list[int]]:
    """Return the columns of each item: those that are `mapped`, and those whose header names it by itself; two of the latter are told."""
    names = make_names(layout, columns)
    ignored = {fold(header) for header in layout.ignore}
    repeats = Repeats(layout, columns)
    bound = {column: list(positions) for column, positions in mapped.items()}
    named = set[str]()
    for position, header in enumerate(sheet.headers):
        if position in used or fold(header) in ignored:
            continue
        found = names(header) or names(sheet.wordings[position]) or repeats.find(header) or repeats.find(sheet.wordings[position])
        if len(found) > 1:
            notes.add("header_unclear", file=sheet.file, column=sheet.name_column(position), value=", ".join(found))
        elif found and found[0] in named:
            notes.add("header_twice", file=sheet.file, column=sheet.name_column(position), value=found[0], count=2)
        elif found:
            named.add(found[0])
            bound.setdefault(found[0], []).append(position)
    return bound


def _check_items(
    sheet: Sheet, binding: Binding, columns: list[ItemColumn], layout: Layout, not_asked: Mapping[str, Collection[str]], notes: Notes
) -> None:
    """Note the items without a column: of an instrument that is there in part this stops, a whole instrument may be absent."""
    free = [header for position, header in enumerate(sheet.headers) if position not in binding.list_used()]
    if not any(binding.items.values()):
        if long := find_long(sheet, make_names(layout, columns)):
            notes.add("items_long", file=sheet.file, column=long[0], value=", ".join(long[1].split(", ")[:2]))
            return
        named = [name for column in columns for name in list_names(column, layout.items_by)]
        example = [layout.pattern] if layout.pattern else named[:1]
        notes.add("items_none", file=sheet.file, value=", ".join(sheet.headers[:8]), expected=", ".join(example) or "–")
        return
    for wave, bound in binding.items.items():
        for id in dict.fromkeys(column.instrument.id for column in columns):
            own = [column for column in columns if column.instrument.id == id and column.name not in not_asked.get(wave, ())]
            missing = [column for column in own if column.name not in bound]
            if own and len(missing) == len(own):
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
    free = [position for position in rest if position not in used | known | sheet.own | set(binding.personal)]
    consent = [position for position in free if _asks_consent(sheet, position)]
    for position in consent if any(binding.items.values()) else ():
        words = _count_words(sheet, position)
        shown = ", ".join(f"‘{word}’" for word, _ in words.most_common())
        notes.add("consent_unruled", file=sheet.file, column=sheet.headers[position], value=shown, count=words.total())
    unknown = [sheet.name_column(position) for position in free if position not in consent]
    if unknown:
        notes.add("columns_unknown", file=sheet.file, column=", ".join(unknown), count=len(unknown))


def _asks_consent(sheet: Sheet, position: int) -> bool:
    """Return whether a column probably says who consents, by its header and by few words in it that are not all a plain yes."""
    if not any(tells_consent(text) for text in (sheet.headers[position], sheet.wordings[position]) if text):
        return False
    words = {fold(word) for word in _count_words(sheet, position)}
    return 0 < len(words) <= CONSENT_WORDS and not words <= PLAIN_YES


def _count_words(sheet: Sheet, position: int) -> Counter[str]:
    """Return how often each word stands in a column, by its label where the file has one."""
    labels = sheet.labels.get(position, {})
    texts = (" ".join(text.split()) for text in sheet.cells[:, position])
    return Counter(labels.get(text, text) for text in texts if text)


def find_personal(sheet: Sheet) -> dict[int, str]:
    """Return the kind of personal data (email, name, ip, place, birth, phone) per column position that holds such."""
    kinds = {position: _judge_header(header) or _judge_content(sheet, position) for position, header in enumerate(sheet.headers)}
    return {position: kind for position, kind in kinds.items() if kind}


def _judge_header(header: str) -> str:
    words = fold_words(header)
    return next((kind for kind, names in HEADERS.items() if words in names.split("|")), "")


def _judge_content(sheet: Sheet, position: int) -> str:
    """Return the kind that at least half of the first 200 answers in a column look like."""
    return _judge_texts(tuple(text for text in sheet.cells[:1000, position] if text.strip())[:200])


@lru_cache(maxsize=4096)  # a new study tries one file with every instrument
def _judge_texts(texts: tuple[str, ...]) -> str:
    for kind, shape in CONTENTS.items():
        if texts and 2 * sum(shape.fullmatch(text.strip()) is not None for text in texts) >= len(texts):
            return kind
    return ""
