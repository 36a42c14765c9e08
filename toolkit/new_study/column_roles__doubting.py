"""Doubting: what is not sure of an export that was recognised, so that a person settles it and nobody guesses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.files.cells__grids import Sheet
from toolkit.new_study.column_roles import count_texts, count_words
from toolkit.responses.coding__answers import Coder
from toolkit.responses.coding__scales import declare_shift, find_shift
from toolkit.responses.columns__personal import find_personal
from toolkit.responses.headers__item_names import ItemColumn, list_names
from toolkit.spelling import find_nearest_of, fold_words
from toolkit.study.instruments import Answers, Instrument
from toolkit.study.layouts import Layout

#: how alike a header must be to an item without a column, to be named as the nearest.
NEAR = 0.8
CONSENT = ("toestemming", "consent", "akkoord", "agree to take part", "antwoorden gebruiken")


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
        columns = [ItemColumn(name, instrument, item, rating) for name, (item, rating) in instrument.columns.items() if name not in items]
        if columns:
            names = [name for column in columns for name in (*list_names(column, layout.items_by), column.item.id)]
            near, missing = find_nearest_of(names, free, NEAR), shorten(column.name for column in columns)
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
    consent = [place for place in rest if any(word in fold_words(sheet.headers[place]) for word in CONSENT)]
    for place in consent:
        yield Doubt("consent", "leave_out", "", {"value": sheet.headers[place], "expected": shorten(count_words(sheet, place), 4)})
    if taken and (unknown := [sheet.headers[place] for place in rest if place not in consent]):
        yield Doubt("headers_unknown", "layouts", "ignore", {"value": shorten(unknown)})


def doubt_answers(sheet: Sheet, instruments: Sequence[Instrument], items: Mapping[str, int]) -> Iterator[Doubt]:
    """Yield per instrument and rating the answers that its scale does not have: a scale that starts elsewhere, codes, words."""
    for instrument in instruments:
        for rating in instrument.asked_ratings:
            places = [items[name] for name, (_, own) in instrument.columns.items() if own == rating and name in items]
            name = f"{instrument.id}.{rating}" if rating else instrument.id
            yield from _doubt_scale(sheet, places, instrument.find_answers(rating), name)


def _doubt_scale(sheet: Sheet, places: Sequence[int], answers: Answers, name: str) -> Iterator[Doubt]:
    """Yield what is not sure of the answers in columns that share one scale."""
    coder, numbers, odd, words = Coder(answers, Layout()), set[float](), dict[str, None](), dict[str, None]()
    for text, labels in _list_texts(sheet, places):
        coded = coder.code(text, labels)
        value = _read_number(text)
        if coded.finding == "answer_out_of_range":
            odd[text] = None
        elif coded.finding == "answer_unknown":
            words[text] = None
        if value is not None and not labels:
            numbers.add(value)
    places_said = {"name": name, "low": f"{answers.min:g}", "high": f"{answers.max:g}"}
    if shift := find_shift(numbers, answers):
        found = f"{min(numbers):g}-{max(numbers):g}"
        yield Doubt("scale_shifted", "layouts", "answers", places_said | {"found": found, "mend": declare_shift(answers, shift)})
    elif odd:
        yield Doubt("values_outside", "layouts", "missing", places_said | {"found": shorten(odd, 6)})
    if words:
        yield Doubt("words_unknown", "layouts", "answers", places_said | {"found": shorten(words, 8)})


def _list_texts(sheet: Sheet, places: Sequence[int]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each different text of each column once, with the labels of that column."""
    for place in places:
        for text in count_texts(sheet, place):
            yield text, sheet.labels.get(place, {})


def _read_number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None
