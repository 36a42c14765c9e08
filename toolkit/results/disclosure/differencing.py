"""Nothing may follow by subtraction: all sums that a run publishes are tested together, by exact linear algebra over people.

A published mean is a sum of the scores of a known number of people. Two that overlap reveal a third: the mean of twelve and the mean of
eleven of them reveal the twelfth. Anyone who reads all pages may combine any number of means, so all are tested at once.

The algebra is exact, on sparse rows of whole numbers: it finds the combinations of rows that rest on only a few unknowns.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from heapq import heapify, heappop, heappush
from math import gcd, lcm

#: From the number of an unknown to a whole number, without zeros. Negative keys are marks: they are carried along, never eliminated, and
#: say which rows a combination is made of.
Row = dict[int, int]
#: A set of groups of people, and a combination of rows that rests on them.
Find = tuple[frozenset[int], Row]
#: With more cases than this to check, every row counts as a find: better too careful than too late.
LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """A multiple of the sum of the scores of some people on `measure` in `wave`."""

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
        """The number of people whose answers are in it."""
        return len(frozenset().union(*(part.people for part in self.people)))


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation that holds for each of some people: a weighted sum of their scores on several measures in one wave is zero."""

    wave: str
    weights: tuple[tuple[str, Fraction], ...]
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Leak:
    """A few people whose scores on one measure follow from the published numbers at these places."""

    measure: str
    waves: tuple[str, ...]
    people: frozenset[str]
    numbers: frozenset[int]


def find_leaks(published: Sequence[Published], relations: Sequence[Relation] = (), *, largest: int = 4) -> list[Leak]:
    """Return the minimal groups of one to `largest` people on whose scores some combination of the published numbers rests.

    A combination counts if it rests on one measure, in any waves and with any weights: the sum of two people, the difference between two,
    or the change of one. `relations` are known to everybody, such as that a total is made of its subscales.
    """
    return [leak for system in build_systems(published, relations, range(len(published)), largest) for leak in system.find_leaks()]


def build_systems(
    published: Sequence[Published],
    relations: Sequence[Relation],
    may_hide: Container[int],
    largest: int,
    kind: type[System] | None = None,
) -> list[System]:
    """Return the published numbers as systems; only numbers at the places that one `may_hide` can be hidden, and are named in leaks."""
    return [(kind or System)(published, numbers, known, may_hide, largest) for numbers, known in list_systems(published, relations)]


def list_systems(published: Sequence[Published], relations: Sequence[Relation]) -> Iterator[tuple[list[int], list[Relation]]]:
    """Yield the places of numbers, and the relations, whose measures are connected."""
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


class System:
    """Published numbers on connected measures; the unknowns are sums over classes, people who always go together."""

    def __init__(
        self, published: Sequence[Published], numbers: list[int], relations: list[Relation], may_hide: Container[int], largest: int
    ) -> None:
        self.published = published
        self.numbers = numbers
        self.relations = relations
        self.may_hide = may_hide
        self.largest = largest
        self.places: dict[tuple[str, str, int], int] = {}
        self._found: dict[tuple[str, frozenset[int]], list[Find]] = {}
        self._searched: dict[tuple[tuple[tuple[int, int], ...], ...], list[Find]] = {}

    def find_leaks(self, hidden: Set[int] = frozenset()) -> list[Leak]:
        """Return the leaks on each measure while the numbers at the places `hidden` are not published."""
        if not self._leaks:
            return []
        left = {~kind: [place for place in places if place not in hidden] for kind, places in enumerate(self._kinds.values())}
        gone = {mark for mark, places in left.items() if not places}
        named = {mark: places[0] for mark, places in left.items() if places}
        return [self._describe(measure, find, named) for measure in self._rest for find in self._find(measure, gone & self._marks[measure])]

    def _find(self, measure: str, gone: Set[int]) -> list[Find]:
        """Return what is found on a measure without the numbers `gone`, which are some that its rows are made of; each look once."""
        key = (measure, frozenset(gone))
        if key not in self._found:
            self._found[key] = list(self._search(measure, eliminate(self._rest[measure], gone)))
        return self._found[key]

    def _search(self, measure: str, rows: list[Row]) -> Iterator[Find]:
        """Yield what the rows reveal; looks that differ in a few hidden numbers have most parts in common, and each is searched once."""
        for part in list_parts(find_basis(rows)):
            key = tuple(tuple(row.items()) for row in part)
            if key not in self._searched:
                self._searched[key] = search(part, self._small[measure], self._sizes, self.largest)
            yield from self._searched[key]

    def _list_rest(self, rows: list[Row], measures: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
        """Yield for each measure the combinations of rows that rest on its small classes only: halves first, as they share most work."""
        wanted = {place for measure in measures for place in self._small[measure]}
        rest = eliminate(rows, {*self.places.values()} - wanted)
        if len(measures) == 1:
            yield measures[0], rest
        for half in (measures[: len(measures) // 2], measures[len(measures) // 2 :]) if rest and len(measures) > 1 else ():
            yield from self._list_rest(rest, half)

    @cached_property
    def _leaks(self) -> bool:
        """Whether anything leaks with nothing hidden: mostly nothing does, and marks make the search slow."""
        if not any(len(people) <= self.largest for people in self.classes):
            return False
        unmarked = [{key: value for key, value in row.items() if key >= 0} for row in self._rows]
        return any(True for measure, rest in self._list_rest(unmarked, [*self._small]) for _ in self._search(measure, rest))

    @cached_property
    def _rest(self) -> dict[str, list[Row]]:
        """What is left when everything is published; numbers that are hidden are eliminated from it."""
        return dict(self._list_rest(self._rows, [*self._small]))

    @cached_property
    def _marks(self) -> dict[str, set[int]]:
        """The numbers that what is left on each measure is made of, as marks."""
        return {measure: {key for row in rest for key in row if key < 0} for measure, rest in self._rest.items()}

    @cached_property
    def _rows(self) -> list[Row]:
        rows = [row for relation in self.relations for row in self._write_relation(relation)]
        rows += [self._write_kind(kind, *own) for kind, own in enumerate(self._kinds.items())]
        return sorted(rows, key=len)

    @cached_property
    def _small(self) -> dict[str, dict[int, int]]:
        """For each measure the unknowns that are sums over few people, with the class of each."""
        small: dict[str, dict[int, int]] = {}
        for (measure, _, group), place in sorted(self.places.items()):
            if self._sizes[group] <= self.largest:
                small.setdefault(measure, {})[place] = group
        return small

    @cached_property
    def _kinds(self) -> dict[tuple[Part, ...], list[int]]:
        """The places of the numbers that are made of the same parts."""
        kinds: dict[tuple[Part, ...], list[int]] = {}
        for place in self.numbers:
            kinds.setdefault(self.published[place].people, []).append(place)
        return kinds

    @cached_property
    def classes(self) -> list[frozenset[str]]:
        """The classes: people who are in the same sets everywhere."""
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

    def _write_kind(self, kind: int, parts: tuple[Part, ...], places: list[int]) -> Row:
        row = self._write([((part.measure, part.wave), self._groups[part.people], part.weight) for part in parts])
        mark = {~kind: lcm(*(part.weight.denominator for part in parts))} if all(place in self.may_hide for place in places) else {}
        return row | mark

    def _write_relation(self, relation: Relation) -> Iterator[Row]:
        for group in self._groups[relation.people]:
            yield self._write([((measure, relation.wave), [group], weight) for measure, weight in relation.weights])

    def _write(self, parts: list[tuple[tuple[str, str], list[int], Fraction]]) -> Row:
        """Return the sum of the parts as a row, times the smallest number that makes all its entries whole."""
        common = lcm(*(weight.denominator for _, _, weight in parts))
        row: Row = {}
        for where, groups, weight in parts:
            times = weight.numerator * (common // weight.denominator)
            for group in groups:
                unknown = self.places.setdefault((*where, group), len(self.places))
                row[unknown] = row.get(unknown, 0) + times
        return {key: value for key, value in row.items() if value}

    def _describe(self, measure: str, find: Find, named: Mapping[int, int]) -> Leak:
        groups, row = find
        waves = {wave for (own, wave, _), place in self.places.items() if own == measure and place in row}
        people = [self.classes[group] for group in groups]
        together = people[0] if len(people) == 1 else frozenset[str]().union(*people)
        return Leak(measure, tuple(sorted(waves)), together, frozenset(named[key] for key in row if key < 0))


def cancel(row: Row, other: Row, unknown: int) -> Row:
    """Return the combination of two rows that eliminates `unknown`, in lowest terms."""
    shared = gcd(other[unknown], row[unknown])
    ours = other[unknown] // shared
    theirs = row[unknown] // shared
    found = dict(row) if ours == 1 else {key: value * ours for key, value in row.items()}
    for key, value in other.items():
        left = found.get(key, 0) - value * theirs
        if left:
            found[key] = left
        else:
            found.pop(key, None)
    common = gcd(*found.values())
    return found if common <= 1 else {key: value // common for key, value in found.items()}


def eliminate(rows: Iterable[Row], unwanted: Set[int]) -> list[Row]:
    """Return combinations of `rows` without unwanted keys: every such combination is made of these."""
    return Pivots(rows, unwanted).rest


class Pivots:
    """Rows that each have an unwanted key which no later one has, and the rest: the combinations of rows without unwanted keys."""

    def __init__(self, rows: Iterable[Row], unwanted: Set[int]) -> None:
        self.rest: list[Row] = []
        self._unwanted = unwanted
        self._order: dict[int, int] = {}
        self._leading: list[tuple[int, Row]] = []
        for row in rows:
            self.add(row)

    @property
    def rows(self) -> list[Row]:
        """The rows that take an unwanted key from others."""
        return [row for _, row in self._leading]

    def add(self, row: Row) -> None:
        """Take one more row."""
        left = self.reduce(row)
        if not self._unwanted.isdisjoint(left):
            lead = next(key for key in left if key in self._unwanted)
            self._order[lead] = len(self._leading)
            self._leading.append((lead, left))
        elif left:
            self.rest.append(left)

    def reduce(self, row: Row) -> Row:
        """Return the row, or a multiple of it, without the unwanted keys that these rows can take from it."""
        return _reduce(row, self._order, self._leading)


def find_basis(rows: Iterable[Row]) -> list[Row]:
    """Return as many of the combinations of `rows` as all are made of, each with an unknown that no other has."""
    order: dict[int, int] = {}
    leading: list[tuple[int, Row]] = []
    for row in rows:
        left = _reduce(row, order, leading)
        lead = next((key for key in left if key >= 0), None)
        if lead is not None:
            order[lead] = len(leading)
            leading.append((lead, left))
    return _reduce_mutually(leading)


def _reduce(row: Row, order: Mapping[int, int], leading: Sequence[tuple[int, Row]]) -> Row:
    """Eliminate every leading unknown from a row, the earliest first: those before it do not come back."""
    if order.keys().isdisjoint(row):
        return row
    waiting = [order[key] for key in row if key in order]
    heapify(waiting)
    while waiting:
        lead, other = leading[heappop(waiting)]
        if lead in row:
            row = cancel(row, other, lead)
            for key in other:
                if key in order:
                    heappush(waiting, order[key])
    return row


def _reduce_mutually(rest: list[tuple[int, Row]]) -> list[Row]:
    found: dict[int, Row] = {}
    for lead, row in reversed(rest):
        for later in [key for key in row if key in found]:
            row = cancel(row, found[later], later)
        found[lead] = row
    return list(found.values())


def list_parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in parts that share no unknown: a minimal find lies within one of them."""
    parts: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        unknowns = {key for key in row if key >= 0}
        own = [row]
        for part in [part for part in parts if part[0] & unknowns]:
            parts.remove(part)
            unknowns = unknowns | part[0]
            own = part[1] + own
        parts.append((unknowns, own))
    yield from (own for _, own in parts)


def search(rows: list[Row], group_of: Mapping[int, int], sizes: Mapping[int, int], largest: int) -> list[Find]:
    """Return every minimal set of groups, together at most `largest` people, on which some combination of `rows` rests.

    `rows` come from `find_basis`; `group_of` gives the group of each unknown, `sizes` the number of people in each group. It goes through
    the unknowns: a combination either leaves one out, which costs a row, or includes its group, which costs its people.
    """
    finds: dict[frozenset[int], Row] = {}
    open_cases = [(rows, frozenset[int](), largest)]
    for _ in range(LOOKED_AT):
        if not open_cases:
            break
        left, inside, people = open_cases.pop()
        unknown = next((key for row in sorted(left, key=len) for key in row if key >= 0 and group_of[key] not in inside), None)
        if unknown is None:
            finds[inside] = left[0]
            continue
        if len(left) > 1:
            open_cases.append((_leave_out(left, unknown), inside, people))
        group = group_of[unknown]
        if sizes[group] <= people:
            open_cases.append((left, inside | {group}, people - sizes[group]))
    else:
        finds |= {frozenset(group_of[key] for key in row if key >= 0): row for row in rows}
    return [(groups, row) for groups, row in finds.items() if not any(other < groups for other in finds)]


def _leave_out(rows: list[Row], unknown: int) -> list[Row]:
    """Return a basis of the combinations of `rows` without `unknown`."""
    having = [row for row in rows if unknown in row]
    return [row for row in rows if unknown not in row] + [cancel(row, having[0], unknown) for row in having[1:]]
