"""Header patterns: headers that name items by a system of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from toolkit.responses.headers__item_names import ItemColumn, list_ratings
from toolkit.spelling import fold


def match_pattern(pattern: str, columns: list[ItemColumn]) -> Callable[[str], list[str]]:
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
