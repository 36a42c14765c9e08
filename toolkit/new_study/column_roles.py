"""Column roles: what each column of an export probably is, by its header and by what stands in it, and what is not sure of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from toolkit.column_names import HEADERS, is_named, place_wave, tells_consent
from toolkit.files.cells import Mask, Sheet
from toolkit.responses.coding import Coder
from toolkit.responses.columns import find_personal
from toolkit.responses.headers import ItemColumn, list_names
from toolkit.responses.numbering import declare_shift, find_numbering, find_shift
from toolkit.spelling import find_nearest_of, fold, fold_words
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument
from toolkit.study.layouts import Layout

#: a column with more different texts than this names no schools, waves or roles.
MOST_SCHOOLS = 500
MOST_WAVES = 12
MOST_ROLES = 15
#: how alike a header must be to an item without a column, to be named as the nearest.
NEAR = 0.8


def find_candidates(sheet: Sheet, taken: Iterable[int]) -> dict[str, list[int]]:
    """Return per kind (wave, school, role, date, start, duration, respondent) the columns that may tell it, the first the likeliest.

    Columns in `taken` and those of the survey tool itself count for none; a column is of one kind only.
    """
    free = [place for place, header in enumerate(sheet.headers) if header and place not in set(taken) | sheet.own]
    found: dict[str, list[int]] = {}
    for kind, shape in HEADERS.items():
        hits = [place for place in free if _fits(sheet, place, shape) and _can_tell(sheet, place, kind)]
        found[kind] = sorted(hits, key=lambda place: len(sheet.headers[place])) if kind != "respondent" else hits
        free = [place for place in free if place not in hits]
    return found


def _fits(sheet: Sheet, place: int, shape: str) -> bool:
    """Return whether the header of a column, or its second name, has `shape`."""
    return any(is_named(text, shape) for text in (sheet.headers[place], sheet.wordings[place]) if text)


def _can_tell(sheet: Sheet, place: int, kind: str) -> bool:
    """Return whether what stands in a column can be of its kind: few different texts for schools, waves and roles."""
    most = {"wave": MOST_WAVES, "school": MOST_SCHOOLS, "role": MOST_ROLES}.get(kind)
    words = count_words(sheet, place)
    clock = kind == "wave" and any(":" in word for word in words)
    return bool(words) and not clock and (most is None or (len(words) <= most and all(len(word) <= 80 for word in words)))


def count_words(sheet: Sheet, place: int, rows: Mask | slice = slice(None)) -> Counter[str]:
    """Return how often each text stands in a column, by the label that the file gives it; spellings that differ in case only are one."""
    labels = sheet.labels.get(place, {})
    spelled = dict[str, str]()
    counts = Counter[str]()
    for text, count in count_texts(sheet, place, rows).items():
        word = " ".join(labels.get(text, text).split())
        counts[spelled.setdefault(fold(word), word)] += count
    return counts


def count_texts(sheet: Sheet, place: int, rows: Mask | slice = slice(None)) -> Counter[str]:
    """Return how often each text stands in a column, without spaces at its ends; empty cells are not counted."""
    places, texts = sheet.cells.columns[place].count_texts(rows)
    found: Counter[str] = Counter()
    for text, count in zip(texts, np.bincount(places, minlength=len(texts)), strict=True):
        if text.strip():
            found[text.strip()] += int(count)
    return found


def split_name(name: str) -> tuple[str, str]:
    """Return the measurement that the name of a file or sheet holds ("" where it holds none), and what is left of the name.

    >>> split_name("s2_sint_fantasius_w1"), split_name("nameting 2025"), split_name("answers")
    (('w1', 's2 sint fantasius'), ('nameting', '2025'), ('', 'answers'))
    """
    words = fold_words(name).split()
    for number, word in enumerate(words):
        pair = " ".join(words[number : number + 2])
        for told, length in ((pair, 2), (word, 1)):
            if not word.isdigit() and place_wave(told) is not None:
                return told, " ".join(words[:number] + words[number + length :])
    return "", " ".join(words)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that is not sure: its phrase under [doubts], the table and key of the study file it is about, and what the phrase says."""

    code: str
    table: str
    key: str
    says: Mapping[str, Any] = field(default_factory=dict)


def shorten(texts: Iterable[str], most: int = 12) -> str:
    """Return texts in a row, each in quotes, the first few of many.

    >>> shorten(["a", "b", "c"], most=2)
    '‘a’, ‘b’ … (3)'
    """
    listed = [f"‘{text if len(text) <= 70 else text[:69] + '…'}’" for text in texts]
    return ", ".join(listed) if len(listed) <= most else f"{', '.join(listed[:most])} … ({len(listed)})"


def doubt_items(
    sheet: Sheet, layout: Layout, instruments: Sequence[Instrument], taken: Collection[int], items: Mapping[str, int]
) -> Iterator[Doubt]:
    """Yield what is not sure of the items: none was found, some are missing, or in which order their ratings stand."""
    free = [header for place, header in enumerate(sheet.headers) if header and place not in taken and place not in sheet.own]
    if not items:
        yield Doubt("items_none", "", "instruments", {"value": shorten(free)})
    if layout.ratings:
        yield Doubt("ratings_order", "layouts", "ratings", {"value": ", ".join(layout.ratings)})
    for instrument in instruments:
        found = {rating for name, (_, rating) in instrument.columns.items() if name in items}
        elsewhere = {rating.id for rating in instrument.ratings if rating.asked} - found  # another measurement asks these
        absent = {name: place for name, place in instrument.columns.items() if name not in items and place[1] not in elsewhere}
        columns = [ItemColumn(name, instrument, item, rating) for name, (item, rating) in absent.items()]
        if columns:
            names = [name for column in columns for name in (*list_names(column, layout.items_by), column.item.id)]
            near = find_nearest_of(names, free, NEAR)
            missing = shorten(column.name for column in columns)
            code = "items_missing_near" if near else "items_missing"
            yield Doubt(code, "layouts", "items", {"value": instrument.id, "expected": missing, "near": near})


def doubt_columns(sheet: Sheet, taken: Collection[int], columns: Mapping[str, Any]) -> Iterator[Doubt]:
    """Yield the columns that nothing is known of, those with personal data, and those that may tell who gave consent."""
    named = {header for value in columns.values() for header in ([value] if isinstance(value, str) else value)}
    bound = {place for header in named for place in sheet.find_columns(header)} | set(taken)
    personal = find_personal(sheet)
    if told := [sheet.headers[place] for place in personal if place not in bound]:
        yield Doubt("personal", "layouts", "ignore", {"value": shorten(told)})
    rest = [place for place, header in enumerate(sheet.headers) if header and place not in bound | sheet.own | set(personal)]
    consent = [place for place in rest if tells_consent(sheet.headers[place])]
    for place in consent:
        yield Doubt("consent", "leave_out", "", {"value": sheet.headers[place], "expected": shorten(count_words(sheet, place), 4)})
    if taken and (unknown := [sheet.headers[place] for place in rest if place not in consent]):
        yield Doubt("headers_unknown", "layouts", "ignore", {"value": shorten(unknown)})


def doubt_answers(sheet: Sheet, instruments: Sequence[Instrument], items: Mapping[str, int]) -> Iterator[Doubt]:
    """Yield per instrument and rating the answers that its scale does not have: a scale that starts elsewhere, codes, words."""
    for instrument in instruments:
        for rating in instrument.asked_ratings:
            asked = [(name, item) for name, (item, own) in instrument.columns.items() if own == rating and name in items]
            name = f"{instrument.id}.{rating}" if rating else instrument.id
            shared = [items[column] for column, item in asked if item.answers is None]
            yield from _doubt_scale(sheet, shared, instrument.find_answers(rating), name)
            for column, item in asked:
                if item.answers is not None:
                    yield from _doubt_scale(sheet, [items[column]], item.answers, f"{name}.{item.id}")


def _doubt_scale(sheet: Sheet, places: Sequence[int], answers: Answers, name: str) -> Iterator[Doubt]:
    """Yield what is not sure of the answers in columns that share one scale."""
    coder = Coder(answers, Layout())
    numbers = Counter[float]()
    odd: dict[str, dict[str, None]] = {}
    words = dict[str, None]()
    for place in places:
        labels = sheet.labels.get(place, {})
        for text, count in count_texts(sheet, place).items():
            coded = coder.code(text, labels)
            value = _read_number(text)
            if coded.finding == "answer_out_of_range":
                odd.setdefault(text, {})[sheet.name_column(place)] = None
            elif coded.finding == "answer_unknown":
                words[text] = None
            if value is not None and not labels:
                numbers[value] += count
    places_said = {"name": name, "low": f"{answers.min:g}", "high": f"{answers.max:g}"}
    if shift := find_shift(numbers, answers):
        found = f"{min(numbers):g}-{max(numbers):g}"
        yield Doubt("scale_shifted", "layouts", "answers", places_said | {"found": found, "mend": declare_shift(answers, shift)})
    elif odd and find_numbering(numbers, answers):
        found = shorten([f"{number:g}" for number in sorted(numbers)])
        yield Doubt("scale_renumbered", "layouts", "answers", places_said | {"found": found, "value": name})
    elif odd:
        where = shorten(dict.fromkeys(header for headers in odd.values() for header in headers), 4)
        yield Doubt("values_outside", "layouts", "missing", places_said | {"found": shorten(odd, 6), "where": where})
    if words:
        yield Doubt("words_unknown", "layouts", "answers", places_said | {"found": shorten(words, 8)})


def _read_number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
