"""Readings: the item columns that a header may stand for, as it is written or as survey tools lengthen it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from toolkit.responses.headers__header_patterns import match_pattern
from toolkit.responses.headers__item_names import ItemColumn, list_names, list_ratings, list_stems
from toolkit.spelling import fold, fold_words
from toolkit.study.layouts import Layout

#: the item columns that a header may stand for; more than one where it is not clear.
Names = Callable[[str], list[str]]
ROW = re.compile(r"(.*?)\s*\[([^\[\]]+)\]", re.DOTALL)


def make_names(layout: Layout, columns: list[ItemColumn]) -> Names:
    """Return the function from a header to the item columns that it may stand for, as the layout says."""
    if layout.pattern:
        return match_pattern(layout.pattern, columns)
    known: dict[str, list[str]] = {}
    for column in columns:
        for text in list_names(column, layout.items_by):
            known.setdefault(fold_words(text), []).append(column.name)
    if layout.items_by != "wording":
        return lambda header: list(dict.fromkeys(known.get(fold_words(header), [])))
    ratings = sorted({rating for column in columns for rating in list_ratings(column) if rating})

    def find(header: str) -> list[str]:
        for readings in list_readings(header, ratings):
            found = [name for reading in readings for name in known.get(fold_words(reading), [])]
            if found:
                return list(dict.fromkeys(found))
        return []

    return find


def list_readings(header: str, ratings: Iterable[str] = ()) -> Iterator[list[str]]:
    """Yield what a header may be read as, the likeliest first: as it stands; the row of a grid, with a rating that its question names.

    Tools write a row of a grid as "question [row]" or "question - row".

    >>> list(list_readings("How is it now? [We learn]", ["now", "wanted"]))
    [['How is it now? [We learn]'], ['We learn now'], ['We learn']]
    """
    yield [header]
    row = ROW.fullmatch(header.strip())
    cuts = [(row[1], row[2])] if row else []
    parts = header.split(" - ")
    cuts += [(" - ".join(parts[:place]), " - ".join(parts[place:])) for place in range(1, len(parts))]
    for question, text in cuts:
        words = f" {fold_words(question)} "
        yield [f"{text} {rating}" for rating in ratings if f" {fold_words(rating)} " in words]
        yield [text]


class Repeats:
    """Names the columns of an item that is rated in several ways where headers only repeat it: by their order.

    A tool that can't write a header twice puts a number behind it ("We learn2", "We learn.1").
    """

    def __init__(self, layout: Layout, columns: list[ItemColumn]) -> None:
        self.order = [fold(rating) for rating in layout.ratings]
        self.columns: dict[str, dict[str, str]] = {}
        self.seen: Counter[str] = Counter()
        for column in columns if self.order else ():
            for stem in list_stems(column, layout.items_by) if column.rating else ():
                named = {fold(rating): column.name for rating in list_ratings(column)}
                self.columns.setdefault(fold_words(stem), {}).update(named)

    def find(self, header: str) -> list[str]:
        """Return the item column that the next repetition of a header stands for, if it is one."""
        for reading in (reading for readings in list_readings(header) for reading in readings):
            for stem in (fold_words(reading), fold_words(re.sub(r"[ .]?\d+$", "", reading))):
                if stem in self.columns and (stem == fold_words(reading) or self.seen[stem]):
                    place = self.seen[stem]
                    self.seen[stem] += 1
                    column = self.columns[stem].get(self.order[place]) if place < len(self.order) else None
                    return [column] if column else []
        return []
