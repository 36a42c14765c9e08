"""Comparing two pages: which cells, sentences and figures differ, each with what stood there and what stands there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from toolkit.report.verification.page_values import PageParts, Part

#: So many words stand around what differs in a long sentence.
AROUND = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two pages differ, and the words of each there; "" where one has nothing. A `drawing` has the same words, drawn otherwise."""

    section: str
    place: tuple[str, ...]
    before: str
    after: str
    drawing: bool = False


def compare_pages(before: PageParts, after: PageParts) -> list[Difference]:
    """Return every difference between two pages in the order of the pages."""
    found: list[Difference] = []
    sections = dict.fromkeys(part.section for part in (*before.parts, *after.parts))
    old, new = _group(before.parts), _group(after.parts)
    for section in sections:
        found += _compare_places(section, old[section], new[section])
        found += _compare_words(section, _list_loose(old[section]), _list_loose(new[section]))
    told = {(entry.section, entry.place[:1]) for entry in found}
    drawn = [key for key in {**before.drawings, **after.drawings} if before.drawings.get(key) != after.drawings.get(key)]
    return found + [Difference(section, (title,), "", "", drawing=True) for section, title in drawn if (section, (title,)) not in told]


def _group(parts: Sequence[Part]) -> dict[str, list[Part]]:
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.section].append(part)
    return grouped


def _compare_places(section: str, old: list[Part], new: list[Part]) -> Iterator[Difference]:
    """Yield the cells and facts that differ, by their place."""
    before, after = ({part.place: part.words for part in parts if _is_placed(part)} for parts in (old, new))
    for place in {**before, **after}:
        if before.get(place) != after.get(place):
            yield Difference(section, place, before.get(place, ""), after.get(place, ""))


def _compare_words(section: str, old: list[Part], new: list[Part]) -> Iterator[Difference]:
    """Yield the sentences that differ, each beside the one that came in its place."""
    matcher = SequenceMatcher(None, [part.words for part in old], [part.words for part in new], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind != "equal":
            for number in range(max(end - start, last - first)):
                gone = old[start + number] if start + number < end else None
                come = new[first + number] if first + number < last else None
                part = gone or come
                assert part is not None
                yield Difference(section, part.place, *shorten(gone.words if gone else "", come.words if come else ""))


def shorten(before: str, after: str) -> tuple[str, str]:
    """Return what differs in two sentences, with a few words around it.

    >>> shorten("It rose from 3.1 to 3.5.", "It rose from 3.2 to 3.5.")
    ('It rose from 3.1 to 3.5.', 'It rose from 3.2 to 3.5.')
    """
    old, new = before.split(), after.split()
    same = next((i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new)))
    rest = min(len(old), len(new)) - same
    tail = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return _cut(old, same, len(old) - tail), _cut(new, same, len(new) - tail)


def _cut(words: list[str], start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(end + AROUND, len(words))
    return ("… " if first else "") + " ".join(words[first:last]) + (" …" if last < len(words) else "")


def _list_loose(parts: list[Part]) -> list[Part]:
    return [part for part in parts if not _is_placed(part)]


def _is_placed(part: Part) -> bool:
    """Return whether a part has a place of its own: a cell of a table. Facts and the words of figures stand in an order."""
    return len(part.place) == 3
