"""Headers: which item columns a header may stand for, as it is written or as survey tools lengthen it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from toolkit.spelling import fold, fold_words
from toolkit.study.answers import AnswerLabel, Answers
from toolkit.study.instruments import Instrument, Item
from toolkit.study.layouts import Layout
from toolkit.study.study import Study

#: the item columns that a header may stand for; more than one where it is not clear.
Names = Callable[[str], list[str]]
ROW = re.compile(r"(.*?)\s*\[([^\[\]]+)\]", re.DOTALL)


def make_names(layout: Layout, columns: Iterable[ItemColumn]) -> Names:
    """Return the function from a header to the item columns that it may stand for, as the layout says."""
    return _make_names(layout.pattern, layout.items_by, tuple(columns))


@lru_cache(maxsize=256)  # a new study tries one file with every instrument
def _make_names(pattern: str, items_by: str, columns: tuple[ItemColumn, ...]) -> Names:
    if pattern:
        return match_pattern(pattern, columns)
    known: dict[str, list[str]] = {}
    for column in columns:
        for text in list_names(column, items_by):
            known.setdefault(fold_words(text), []).append(column.name)
        for option in column.answers.options if column.answers.kind == "several" else ():
            for text in list_option_names(column, option, items_by):
                known.setdefault(fold_words(text), []).append(name_option(column, option))
    if items_by != "wording":
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
        for reading in (reading for readings in list_readings(header) for reading in readings) if self.columns else ():
            for stem in (fold_words(reading), fold_words(re.sub(r"[ .]?\d+$", "", reading))):
                if stem in self.columns and (stem == fold_words(reading) or self.seen[stem]):
                    place = self.seen[stem]
                    self.seen[stem] += 1
                    column = self.columns[stem].get(self.order[place]) if place < len(self.order) else None
                    return [column] if column else []
        return []


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """One column of `responses`: its instrument, item and rating."""

    name: str
    instrument: Instrument = field(hash=False)
    item: Item = field(hash=False)
    rating: str

    @property
    def answers(self) -> Answers:
        """The possible answers."""
        return self.instrument.find_answers(self.rating, self.item)


def list_item_columns(study: Study) -> list[ItemColumn]:
    """Return the item columns of all instruments of `study`, in order."""
    return [ItemColumn(name, whole, item, rating) for whole in study.instruments for name, (item, rating) in whole.columns.items()]


@lru_cache(maxsize=1 << 14)
def list_names(column: ItemColumn, items_by: str) -> list[str]:
    """Return the texts by which a header may name `column`: its id, its instrument and number, its code in the manual, or its wording."""
    if items_by == "id":
        return [column.name]
    pairs = [(stem, rating) for stem in list_stems(column, items_by) for rating in list_ratings(column)]
    return list(dict.fromkeys(name.strip() for stem, rating in pairs for name in (f"{stem} {rating}", f"{rating} {stem}")))


def name_option(column: ItemColumn, option: AnswerLabel) -> str:
    """Return the name of the column that holds one option of a question with several, where each has a column."""
    return f"{column.name}_{option.value:g}"


def list_options(columns: Iterable[ItemColumn]) -> dict[str, tuple[str, float]]:
    """Return for each column of one option its item column and the value of the option."""
    several = [column for column in columns if column.answers.kind == "several"]
    return {name_option(column, option): (column.name, option.value) for column in several for option in column.answers.options}


def list_option_names(column: ItemColumn, option: AnswerLabel, items_by: str) -> list[str]:
    """Return the texts by which a header may name one option of a question: as the question, with its value or its words behind it."""
    ends = [f"{option.value:g}", *option.nl, *option.en]
    return list(dict.fromkeys(f"{stem} {end}" for stem in list_names(column, items_by) for end in ends))


def list_stems(column: ItemColumn, items_by: str) -> list[str]:
    """Return the texts by which a header may name the item of `column`, without its rating."""
    item = column.item
    id = column.instrument.id
    if items_by == "id":
        return [column.instrument.name_column(item.id)]
    if items_by == "number":
        return [f"{id} {number}" for number in (item.number, f"{item.number:02}", f"{item.number:03}")]
    if items_by == "code":
        return [item.code, re.sub(r"(?=[0-9]+$)", " ", item.code, count=1)] if item.code else []
    return [text for text in (*item.text.values(), *item.label.values(), *item.also) if text]


@lru_cache(maxsize=1 << 14)
def list_ratings(column: ItemColumn) -> list[str]:
    """Return the words for a column's rating, or [""] for the only rating of an instrument.

    These are its id, its label in each language, and the first word of a label that no other rating begins with ("gewenst" for "gewenst
    over een jaar").
    """
    rating = column.instrument.find_rating(column.rating)
    if rating is None:
        return [""]
    others = {_begin(text) for other in column.instrument.ratings if other.id != rating.id for text in (other.id, *other.label.values())}
    short = [begun for text in rating.label.values() if (begun := _begin(text)) and begun not in others]
    return list(dict.fromkeys([rating.id, *rating.label.values(), *short]))


def _begin(text: str) -> str:
    return fold_words(text).partition(" ")[0]


def match_pattern(pattern: str, columns: Collection[ItemColumn]) -> Callable[[str], list[str]]:
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
