"""Item names: by which header a file may name each item."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.study.instruments import Instrument, Item
from toolkit.study.study import Study


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


def list_names(column: ItemColumn, items_by: str) -> list[str]:
    """Return the texts by which a header may name `column`: its id, its instrument and number, or its wording in either language."""
    if items_by == "id":
        return [column.name]
    pairs = [(stem, rating) for stem in list_stems(column, items_by) for rating in list_ratings(column)]
    return list(dict.fromkeys(name.strip() for stem, rating in pairs for name in (f"{stem} {rating}", f"{rating} {stem}")))


def list_stems(column: ItemColumn, items_by: str) -> list[str]:
    """Return the texts by which a header may name the item of `column`, without its rating."""
    item, id = column.item, column.instrument.id
    if items_by == "id":
        return [column.instrument.name_column(item.id)]
    if items_by == "number":
        return [f"{id} {number}" for number in (item.number, f"{item.number:02}", f"{item.number:03}")]
    return [text for text in (*item.text.values(), *item.label.values(), *item.also) if text]


def list_ratings(column: ItemColumn) -> list[str]:
    """Return the words for a column's rating: its id and its label in each language, or [""] for the only rating of an instrument."""
    rating = column.instrument.find_rating(column.rating)
    return [rating.id, *rating.label.values()] if rating else [""]
