"""Item names: by which header a file may name each item."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from toolkit.responses.folding import fold, fold_words
from toolkit.study.instruments import Instrument, Item
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: the item columns that a header may stand for; more than one where it is not clear.
Names = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """One column of `responses`: its instrument, item and rating."""

    name: str
    instrument: Instrument
    item: Item
    rating: str


def list_item_columns(study: Study) -> list[ItemColumn]:
    """Return the item columns of all instruments of `study`, in order."""
    return [ItemColumn(name, whole, item, rating) for whole in study.instruments for name, (item, rating) in whole.columns.items()]


def make_names(layout: Layout, columns: list[ItemColumn]) -> Names:
    """Return the function from a header to the item columns that it may stand for, as the layout says."""
    if layout.pattern:
        return _match_pattern(layout.pattern, columns)
    known: dict[str, list[str]] = {}
    for column in columns:
        for text in list_names(column, layout.items_by):
            known.setdefault(fold_words(text), []).append(column.name)
    return lambda header: list(dict.fromkeys(known.get(fold_words(header), [])))


def list_names(column: ItemColumn, items_by: str) -> list[str]:
    """Return the texts by which a header may name `column`: its id, its instrument and number, or its wording in either language."""
    item = column.item
    if items_by == "id":
        return [column.name]
    if items_by == "number":
        stems = [f"{column.instrument.id} {number}" for number in (item.number, f"{item.number:02}", f"{item.number:03}")]
    else:
        stems = [text for text in (*item.text.values(), *item.label.values(), *item.also) if text]
    ratings = list_ratings(column)
    return [text for stem in stems for rating in ratings for text in ((f"{stem} {rating}", f"{rating} {stem}") if rating else (stem,))]


def list_ratings(column: ItemColumn) -> list[str]:
    """Return the words for a column's rating: its id and its label in each language, or [""] for the only rating of an instrument."""
    rating = column.instrument.find_rating(column.rating)
    return [rating.id, *rating.label.values()] if rating else [""]


def _match_pattern(pattern: str, columns: list[ItemColumn]) -> Names:
    """Return the names that a pattern such as `Q{number}_{rating}` gives to `columns`; case and accents don't count."""
    shapes = {
        "instrument": _either(column.instrument.id for column in columns),
        "number": r"\d+",
        "item": _either(column.item.id for column in columns),
        "rating": _either(rating for column in columns for rating in list_ratings(column)),
    }
    parts = re.split(r"\{(instrument|number|item|rating)\}", fold(pattern))
    shape = "".join(f"(?P<{part}>{shapes[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    search = re.compile(shape)

    def find(header: str) -> list[str]:
        match = search.fullmatch(fold(header))
        return [column.name for column in columns if match and _fits(column, match.groupdict())]

    return find


def _either(words: Iterable[str]) -> str:
    """Return the expression for one of `words`, the longest first."""
    return "|".join(re.escape(word) for word in sorted({fold(word) for word in words if word}, key=lambda word: (-len(word), word)))


def _fits(column: ItemColumn, found: dict[str, str]) -> bool:
    """Return whether what was found in a header is of this column; an item that is rated in several ways needs its rating."""
    return (
        found.get("instrument", fold(column.instrument.id)) == fold(column.instrument.id)
        and int(found.get("number", column.item.number)) == column.item.number
        and found.get("item", fold(column.item.id)) == fold(column.item.id)
        and found.get("rating", "") in [fold(rating) for rating in list_ratings(column)]
    )
