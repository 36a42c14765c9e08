"""Numbers over many schools, tested in blocks: the same exact algebra as for one school, in time that grows as the number of schools does.

Numbers of a school rest on its own people alone. So people fall into blocks that no number of a school joins, mostly the schools. Only the
numbers over schools, a few per measure however many schools there are, reach across. Each of them is eliminated by the numbers of each
block within that block. What then is left of a combination of numbers over schools says what else has to be nothing (other measures, large
groups), and on which small groups of that block it rests. A combination that rests on a few people rests on them in as few blocks, and on
nothing in all others: block after block either takes combinations away or costs people.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from math import gcd, lcm

from toolkit.results.disclosure.differencing import (
    Part,
    Pivots,
    Relation,
    Row,
    System,
    find_basis,
)

People = frozenset[str]
#: The numbers of a block, the relations that hold in it, and the parts of numbers over schools that are about it.
Contents = tuple[list[int], list[Relation], dict[int, tuple[Part, ...]]]


@dataclass(frozen=True)
class Left:
    """What is left in a block of the numbers over schools, where the question is about one measure.

    `must` are sums over those numbers that have to be nothing. `may` are by unknown, itself a sum over few people of this measure, the sums
    over those numbers, as `marks`, that tell of it; `inside` are the combinations of the block's own numbers on these unknowns. Of each of
    them its wave and its people are known.
    """

    must: list[Row]
    may: Mapping[int, Row] = field(default_factory=dict)
    marks: frozenset[int] = frozenset()
    inside: Sequence[Row] = ()
    waves: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, People] = field(default_factory=dict)

    @cached_property
    def least(self) -> int:
        """How many people are at least in what is left here."""
        return min(map(len, self.people.values()))

    def weigh(self, combination: Row) -> Row:
        """Return what is left on the small groups of a combination, given as marks of numbers over schools."""
        found: Row = {}
        for mark in self.marks.intersection(combination):
            times = combination[mark]
            for key, row in self.may.items():
                if mark in row:
                    found[key] = found.get(key, 0) + row[mark] * times
        return {key: value for key, value in found.items() if value}


class Block(System):
    """The numbers of people whom no number of a school joins to others, and the parts of numbers over schools that are about them."""

    def __init__(self, system: System, contents: Contents, hidden: Set[int] = frozenset()) -> None:
        numbers, relations, self.across = contents
        left = [place for place in numbers if place not in hidden]
        super().__init__(system.published, left, relations, system.may_hide, system.largest)

    def list_left(self) -> dict[str, Left]:
        """Return what is left of the numbers over schools, by measure; "" stands for a measure without small groups here."""
        rows = [{key: value for key, value in row.items() if key >= 0} for row in self._rows]
        across = self._write_across()
        few = {place for own in self._small.values() for place in own}
        pivots = Pivots(rows, {*self.places.values()} - few)
        left = {number: pivots.reduce(row) for number, row in across.items()}
        nothing = Pivots(pivots.rest, few)
        reduced = {number: nothing.reduce(row) for number, row in left.items()}
        told = {number: row for number, row in reduced.items() if any(key >= 0 for key in row)}
        if not told:
            return {}
        found = {"": Left(_list_must(_scale(told), ()))}
        for measure, rest, own in self._list_reduced(pivots.rest, {number: left[number] for number in told}, [*self._small]):
            found[measure] = self._settle(measure, rest, own)
        return found

    def explain(self, measure: str, people: People, weights: Row) -> frozenset[int]:
        """Return the places of the numbers of this block that a combination of numbers over schools needs to rest on these people alone."""
        rows, across = self._rows, _scale(self._write_across())
        made: Row = {}
        for number, row in across.items():
            for key, value in row.items():
                made[key] = made.get(key, 0) + value * weights.get(number, 0)
        allowed = {place for place, group in self._small.get(measure, {}).items() if self.classes[group] <= people}
        pivots = Pivots(rows, {*self.places.values()} - allowed)
        named = dict(enumerate(self._kinds.values()))
        return frozenset(named[~key][0] for key in pivots.reduce({key: value for key, value in made.items() if value}) if key < 0)

    def _write_across(self) -> dict[int, Row]:
        """Return each number over schools, as far as it is about this block, with a mark that says how many times itself the row is."""
        made = {}
        for number, parts in self.across.items():
            row = self._write([((part.measure, part.wave), self._groups[part.people], part.weight) for part in parts])
            made[number] = row | {~number: lcm(*(part.weight.denominator for part in parts))}
        return made

    def _list_reduced(
        self, rows: list[Row], across: Mapping[int, Row], measures: Sequence[str]
    ) -> Iterator[tuple[str, list[Row], Mapping[int, Row]]]:
        """Yield as `_list_rest` does, with what is left of the numbers over schools."""
        if len(measures) == 1:
            yield measures[0], rows, across
        for half in (measures[: len(measures) // 2], measures[len(measures) // 2 :]) if len(measures) > 1 else ():
            wanted = {place for measure in half for place in self._small[measure]}
            pivots = Pivots(rows, {*self.places.values()} - wanted)
            yield from self._list_reduced(pivots.rest, {number: pivots.reduce(row) for number, row in across.items()}, half)

    def _settle(self, measure: str, rest: list[Row], across: Mapping[int, Row]) -> Left:
        small = self._small[measure]
        inside = find_basis(rest)
        own = Pivots(inside, small.keys())
        left = _scale({number: own.reduce(row) for number, row in across.items()})
        must = _list_must(left, small)
        may = {key: {~number: value for number, value in column.items()} for key, column in _turn(left).items() if key in small}
        if not may:
            return Left(must)
        waves = {place: wave for (_, wave, _), place in self.places.items() if place in small}
        marks = frozenset[int]().union(*may.values())
        return Left(must, may, marks, inside, waves, {place: self.classes[group] for place, group in small.items()})

    @cached_property
    def _sets(self) -> dict[People, None]:
        parts = [part.people for place in self.numbers for part in self.published[place].people]
        parts += [part.people for own in self.across.values() for part in own]
        return dict.fromkeys([*parts, *(relation.people for relation in self.relations)])


def _scale(rows: Mapping[int, Row]) -> dict[int, Row]:
    """Return the rows without their marks, each times what makes it the same multiple of its number."""
    common = lcm(*(row[~number] for number, row in rows.items()))
    return {number: {key: value * (common // row[~number]) for key, value in row.items() if key >= 0} for number, row in rows.items()}


def _turn(rows: Mapping[int, Row]) -> dict[int, Row]:
    """Return by unknown what it is in each row, instead of by row."""
    columns: dict[int, Row] = {}
    for number, row in rows.items():
        for key, value in row.items():
            columns.setdefault(key, {})[number] = value
    return columns


def _list_must(rows: Mapping[int, Row], allowed: Container[int]) -> list[Row]:
    """Return which sums over the numbers have to be nothing, one for each unknown that is not allowed; the same sum once."""
    told: dict[tuple[tuple[int, int], ...], Row] = {}
    for column in (column for key, column in _turn(rows).items() if key not in allowed):
        common = gcd(*column.values())
        told.setdefault(tuple((number, value // common) for number, value in column.items()), column)
    return list(told.values())


class Parting:
    """The numbers of a system in blocks of people whom no number of a school joins; those over schools are of several blocks."""

    def __init__(self, system: System, kinds: Mapping[tuple[Part, ...], list[int]]) -> None:
        self._leader: dict[str, str] = {}
        self._split: dict[People, dict[str, People]] = {}
        self._kept: dict[People, People] = {}
        over = {parts: places for parts, places in kinds.items() if not any(system.published[place].key[0] for place in places)}
        for sets in dict.fromkeys(tuple(part.people for part in parts) for parts in kinds if parts not in over):
            self._join(person for people in sets for person in people)
        self._join_the_rest(dict.fromkeys(part.people for parts in over for part in parts))
        self.across: dict[int, list[int]] = {}
        self._contents: dict[str, Contents] = {}
        for number, (parts, places) in enumerate(kinds.items()):
            self._place(number, parts, places)
        for relation in system.relations:
            for block, people in self._divide(relation.people).items():
                if block in self._contents:
                    self._contents[block][1].append(Relation(relation.wave, relation.weights, people))
        self.blocks = [self._contents[block] for block in sorted(self._contents)]
        for known in (self._leader, self._split, self._kept, self._contents):  # only who parts asks for these, and they are large
            known.clear()

    def _find(self, person: str) -> str:
        leader = self._leader
        first = person
        while leader.setdefault(person, person) != person:
            person = leader[person]
        while leader[first] != person:
            leader[first], first = person, leader[first]
        return person

    def _join(self, people: Iterable[str]) -> None:
        found = {self._find(person) for person in people}
        first = min(found, default="")
        self._leader |= dict.fromkeys(found, first)

    def _join_the_rest(self, over: Iterable[People]) -> None:
        """Join those who are in no number of a school where they are in the same numbers over schools."""
        stands: dict[str, list[int]] = {}
        for number, people in enumerate(over):
            for person in people:
                if person not in self._leader:
                    stands.setdefault(person, []).append(number)
        together: dict[tuple[int, ...], list[str]] = {}
        for person, sets in stands.items():
            together.setdefault(tuple(sets), []).append(person)
        for alike in together.values():
            self._join(alike)

    def _divide(self, people: People) -> dict[str, People]:
        """Return who of these is in which block."""
        if people not in self._split:
            found: dict[str, list[str]] = {}
            for person in people:
                found.setdefault(self._find(person), []).append(person)
            parts = {block: people if len(found) == 1 else frozenset(own) for block, own in found.items()}
            self._split[people] = {block: self._kept.setdefault(own, own) for block, own in parts.items()}
        return self._split[people]

    def _place(self, number: int, parts: tuple[Part, ...], places: list[int]) -> None:
        divided: dict[str, list[Part]] = {}
        for part in parts:
            for block, people in self._divide(part.people).items():
                divided.setdefault(block, []).append(Part(part.measure, part.wave, part.weight, people))
        for block, own in divided.items():
            contents = self._contents.setdefault(block, ([], [], {}))
            if len(divided) == 1:
                contents[0].extend(places)
            else:
                contents[2][number] = tuple(own)
        if len(divided) > 1:
            self.across[number] = places
