"""Nothing may follow by subtraction: all sums that a run publishes are tested together, by exact linear algebra over people.

A published mean is a sum of the scores of known numbers of people. Two of them that overlap give away a third: the mean of twelve and the
mean of eleven of them give away the twelfth. Whoever reads all pages may combine any number of them, so all are tested at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

from toolkit.results.disclosure.differencing__exact_algebra import Find, Row, find_rest, list_small_finds


@dataclass(frozen=True, slots=True)
class Part:
    """So many times the sum of the scores on `measure` in `wave` of some people."""

    measure: str
    wave: str
    weight: Fraction
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Published:
    """One published number and the people in it: it is the sum of its parts. `key` is its row in the table."""

    table: str
    key: tuple[str, ...]
    people: tuple[Part, ...]

    @property
    def n(self) -> int:
        """The number of people whose answers stand in it."""
        return len(frozenset().union(*(part.people for part in self.people)))


@dataclass(frozen=True, slots=True)
class Relation:
    """What holds for each of some people: their scores on several measures in one wave, so many times each, add up to nothing."""

    wave: str
    weights: tuple[tuple[str, Fraction], ...]
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leak:
    """A few people whose scores on one measure follow from the numbers with these places in what is published."""

    measure: str
    waves: tuple[str, ...]
    people: frozenset[str]
    numbers: frozenset[int]


def find_leaks(published: Sequence[Published], relations: Sequence[Relation] = (), *, largest: int = 4) -> list[Leak]:
    """Return groups of one to `largest` people, the smallest among them, on whose scores some combination of the published numbers rests.

    A combination counts when it rests on one measure, in whichever waves and with whichever weights: the sum of two people, the difference
    between two, or the change of one. `relations` are known to everybody, such as that a total is made of its subscales.
    """
    systems = list_systems(published, relations)
    return [leak for numbers, known in systems for leak in _System(published, numbers, known).find_leaks(largest)]


def list_systems(published: Sequence[Published], relations: Sequence[Relation]) -> Iterator[tuple[list[int], list[Relation]]]:
    """Yield the places of numbers, and the relations, that have to do with each other because their measures have."""
    leader: dict[str, str] = {}

    def find(measure: str) -> str:
        while leader.setdefault(measure, measure) != measure:
            measure = leader[measure]
        return measure

    def join(measures: Sequence[str]) -> str:
        for measure in measures[1:]:
            leader[find(measure)] = find(measures[0])
        return measures[0]

    firsts = [join([part.measure for part in number.people]) if number.people else "" for number in published]
    heads = [join([measure for measure, _ in relation.weights]) for relation in relations]
    numbers: dict[str, list[int]] = {}
    known: dict[str, list[Relation]] = {}
    for place, first in enumerate(firsts):
        numbers.setdefault(find(first), []).append(place)
    for relation, head in zip(relations, heads, strict=True):
        known.setdefault(find(head), []).append(relation)
    yield from ((places, known.get(name, [])) for name, places in numbers.items())


class _System:
    """Published numbers on measures that have to do with each other; the unknowns are sums over classes: people who always go together."""

    def __init__(self, published: Sequence[Published], numbers: list[int], relations: list[Relation]) -> None:
        self.published, self.numbers, self.relations = published, numbers, relations
        self.places: dict[tuple[str, str, int], int] = {}

    def find_leaks(self, largest: int) -> list[Leak]:
        """Return the leaks on each measure."""
        if not any(len(people) <= largest for people in self.classes):
            return []
        rows = [row for relation in self.relations for row in self._write_relation(relation)]
        rows += [self._write_number(place) for place in self._list_different()]
        small = {place: key for key, place in self.places.items() if len(self.classes[key[2]]) <= largest}
        rows.sort(key=len)
        unmarked = [{key: value for key, value in row.items() if key >= 0} for row in rows]
        found = []
        if any(
            list_small_finds(rest, group_of, self._sizes, largest) for _, group_of, rest in _rest_per_measure(unmarked, small)
        ):  # mostly nothing is, and marks make the search slow
            for measure, group_of, rest in _rest_per_measure(rows, small):
                found += [self._describe(measure, find) for find in list_small_finds(rest, group_of, self._sizes, largest)]
        return found

    def _list_different(self) -> list[int]:
        """Return the numbers that are made of different parts, the first of each kind."""
        return list({self.published[place].people: place for place in reversed(self.numbers)}.values())

    @cached_property
    def classes(self) -> list[frozenset[str]]:
        """The people who stand in the same sets everywhere."""
        stands: dict[str, list[int]] = {}
        for number, people in enumerate(self._sets):
            for person in people:
                stands.setdefault(person, []).append(number)
        together: dict[tuple[int, ...], list[str]] = {}
        for person, sets in stands.items():
            together.setdefault(tuple(sets), []).append(person)
        return [frozenset(people) for _, people in sorted(together.items())]

    @cached_property
    def _sets(self) -> dict[frozenset[str], None]:
        parts = [part.people for place in self.numbers for part in self.published[place].people]
        return dict.fromkeys([*parts, *(relation.people for relation in self.relations)])

    @cached_property
    def _groups(self) -> dict[frozenset[str], list[int]]:
        """The classes that each set is made of."""
        class_of = {person: number for number, people in enumerate(self.classes) for person in people}
        return {people: sorted({class_of[person] for person in people}) for people in self._sets}

    @cached_property
    def _sizes(self) -> dict[int, int]:
        return {number: len(people) for number, people in enumerate(self.classes)}

    def _place(self, measure: str, wave: str, group: int) -> int:
        return self.places.setdefault((measure, wave, group), len(self.places))

    def _write_number(self, place: int) -> Row:
        parts = [((part.measure, part.wave), self._groups[part.people], part.weight) for part in self.published[place].people]
        return self._write(parts) | {~place: lcm(*(weight.denominator for _, _, weight in parts))}

    def _write_relation(self, relation: Relation) -> Iterator[Row]:
        for group in self._groups[relation.people]:
            yield self._write([((measure, relation.wave), [group], weight) for measure, weight in relation.weights])

    def _write(self, parts: list[tuple[tuple[str, str], list[int], Fraction]]) -> Row:
        """Return the sum of the parts as a row, times the smallest number that makes it whole."""
        common = lcm(*(weight.denominator for _, _, weight in parts))
        row: Row = {}
        for where, groups, weight in parts:
            times = weight.numerator * (common // weight.denominator)
            for group in groups:
                unknown = self.places.setdefault((*where, group), len(self.places))
                row[unknown] = row.get(unknown, 0) + times
        return {key: value for key, value in row.items() if value}

    def _describe(self, measure: str, find: Find) -> Leak:
        groups, row = find
        waves = {wave for (own, wave, _), place in self.places.items() if own == measure and place in row}
        people = frozenset[str]().union(*(self.classes[group] for group in groups))
        return Leak(measure, tuple(sorted(waves)), people, frozenset(~key for key in row if key < 0))


def _rest_per_measure(rows: list[Row], small: dict[int, tuple[str, str, int]]) -> Iterator[tuple[str, dict[int, int], list[Row]]]:
    """Yield each measure, the group of each of its `small` unknowns, and the combinations of rows that rest on these only."""
    rest = find_rest(rows, small)
    for measure in sorted({key[0] for key in small.values()}) if rest else ():
        group_of = {place: key[2] for place, key in small.items() if key[0] == measure}
        yield measure, group_of, find_rest(rest, group_of)
