"""What follows from numbers over schools together with those of the schools: searched block by block, exactly.

A combination of numbers over schools reveals a few people if something is left of it in one to four blocks, on few people of one measure,
and in all others nothing. The search goes through the blocks: either the combination rests on nothing there, which costs a dimension, or it
rests on somebody, which costs people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from toolkit.results.disclosure import differencing
from toolkit.results.disclosure.blocks import Block, Left, Parting, People
from toolkit.results.disclosure.differencing import Leak, Pivots, Row, System, eliminate, find_basis, list_parts, search

#: In a search over several blocks, unknowns and groups are numbered by block, so many apart.
APART = 1 << 24


@dataclass(frozen=True, slots=True)
class Case:
    """Combinations that may rest on the blocks `inside` and so many more people; what rests on those inside alone may be known."""

    rows: list[Row]
    inside: tuple[int, ...]
    people: int
    searched: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """Combinations that rest on nothing outside the blocks inside; the blocks that took others away; the fewest people in one of these."""

    silent: list[Row]
    used: list[int]
    least: int


@dataclass(frozen=True, slots=True)
class Found:
    """People on whom a combination of numbers over schools rests, in which waves, and how often each number is in it."""

    people: People
    waves: frozenset[str]
    weights: Row


class Blocks(System):
    """A system of numbers on many schools. What the numbers of one school reveal by themselves is not looked for again."""

    def find_leaks(self, hidden: Set[int] = frozenset()) -> list[Leak]:
        """Return the leaks across blocks, and within those of several schools, while the numbers at the places `hidden` are not published.

        A leak names the numbers over schools in it that can be hidden; where none can, those of schools.
        """
        within = [leak for system in self._mixed for leak in system.find_leaks(hidden)]
        own = frozenset(place for place in hidden if place in self._places_of_schools)
        if own not in self._looks:
            self._looks.clear()  # the one before is as large, and hardly ever asked for again
            self._looks[own] = Look((Block(self, contents, own).list_left() for contents in self._parting.blocks), self._parting.across)
        gone = {~number for number, places in self._parting.across.items() if all(place in hidden for place in places)}
        look = self._looks[own]
        return within + [
            self._describe_found(measure, found, hidden) for measure in look.measures for found in look.find(measure, gone, self.largest)
        ]

    @cached_property
    def _looks(self) -> dict[frozenset[int], Look]:
        return {}

    @cached_property
    def _parting(self) -> Parting:
        return Parting(self, self._kinds)

    @cached_property
    def _places_of_schools(self) -> frozenset[int]:
        return frozenset(place for numbers, _, _ in self._parting.blocks for place in numbers)

    @cached_property
    def _mixed(self) -> list[System]:
        """The blocks with numbers of several schools, or over schools, as systems of their own."""
        systems = []
        for numbers, relations, _ in self._parting.blocks:
            schools = {self.published[place].key[0] for place in numbers}
            if len(schools) > 1 or "" in schools:
                systems.append(System(self.published, numbers, relations, self.may_hide, self.largest))
        return systems

    def _describe_found(self, measure: str, found: Found, hidden: Set[int]) -> Leak:
        places = [self._parting.across[number] for number in found.weights]
        can_be_hidden = [own for own in places if all(place in self.may_hide for place in own)]
        named = frozenset(next(place for place in own if place not in hidden) for own in can_be_hidden)
        if not named:
            blocks = [Block(self, contents, hidden) for contents in self._parting.blocks]
            named = frozenset[int]().union(*(block.explain(measure, found.people, found.weights) for block in blocks))
        return Leak(measure, tuple(sorted(found.waves)), found.people, named)


class Look:
    """What is left of the numbers over schools in all blocks, by measure."""

    def __init__(self, blocks: Iterable[Mapping[str, Left]], numbers: Iterable[int]) -> None:
        self._numbers = frozenset(numbers)
        self._must: dict[str, Pivots] = {}
        self._may: dict[str, list[Left]] = {}
        self._combinations: dict[str, list[Row]] = {}
        self._found: dict[tuple[str, frozenset[int]], list[Found]] = {}
        self._inside: dict[str, Inside] = {}
        without = Pivots([], self._numbers)
        alike: dict[Any, Any] = {}
        for left in blocks:
            for measure in left.keys() - self._must.keys() - {""}:
                self._must[measure] = Pivots(without.rows, self._numbers)
            for measure, pivots in self._must.items() if left else ():
                _add(pivots, left.get(measure, left[""]).must)
                self._may.setdefault(measure, []).extend([_keep(left[measure], alike)] if measure in left and left[measure].may else [])
            _add(without, left[""].must if left else ())

    @property
    def measures(self) -> list[str]:
        """The measures of which the numbers over schools might tell something."""
        return [measure for measure, may in sorted(self._may.items()) if may]

    def find(self, measure: str, gone: Set[int], largest: int) -> list[Found]:
        """Return the minimal groups on whom a combination rests in which the numbers `gone` are not."""
        combinations = self._list_combinations(measure)
        key = (measure, frozenset(mark for row in combinations for mark in row if mark in gone))
        if key not in self._found:
            inside = self._inside.setdefault(measure, Inside(self._may[measure]))
            self._found[key] = _search(eliminate(combinations, gone), self._may[measure], inside, largest)
        return self._found[key]

    def _list_combinations(self, measure: str) -> list[Row]:
        """Return what all combinations are made of that are nothing on everything but small groups of this measure: marks of numbers."""
        if measure not in self._combinations:
            columns: dict[int, Row] = {~mark: {mark: 1} for left in self._may[measure] for row in left.may.values() for mark in row}
            columns |= {number: {~number: 1} for row in self._must[measure].rows for number in row}
            for place, row in enumerate(self._must[measure].rows):
                for number, value in row.items():
                    columns[number][place] = value
            self._combinations[measure] = eliminate(columns.values(), set(range(len(self._must[measure].rows))))
        return self._combinations[measure]


def _keep(left: Left, alike: dict[Any, Any]) -> Left:
    """Return what the search needs of what is left in a block; most of it is the same in many blocks, and is kept once."""
    may = {key: alike.setdefault(tuple(row.items()), row) for key, row in left.may.items()}
    return replace(left, must=[], may=may, marks=alike.setdefault(left.marks, left.marks))


def _add(pivots: Pivots, rows: Iterable[Row]) -> None:
    for row in rows:
        pivots.add(row)


def _search(combinations: list[Row], blocks: Sequence[Left], inside: Inside, largest: int) -> list[Found]:
    """Return the minimal finds; with more cases than can be looked at, every combination counts as one."""
    finds: dict[People, Found] = {}
    telling = _leave_out(combinations, _scan(Case(combinations, (), largest), blocks).silent)
    cases = [Case(telling, (), largest)] if telling else []
    for _ in range(differencing.LOOKED_AT):
        if not cases:
            break
        case = cases.pop()
        scan = _scan(case, blocks)
        if scan.silent and not case.searched:
            finds |= {found.people: found for found in inside.search(scan.silent, case.inside, largest)}
        place = _find_hardest(case, scan, blocks) if len(scan.silent) < len(case.rows) else None
        cases += _branch(case, place, blocks) if place is not None else ()
    else:
        finds |= {found.people: found for found in (_take_all(row, blocks) for row in telling)}
    return [found for people, found in finds.items() if found.weights and not any(other < people for other in finds)]


def _silence(rows: list[Row], block: Left) -> list[Row]:
    """Return what these combinations come to that are nothing in a block."""
    told = [block.weigh(row) for row in rows]
    if not any(told):
        return rows
    return eliminate([own | marks for own, marks in zip(told, rows, strict=True)], {key for own in told for key in own})


def _scan(case: Case, blocks: Sequence[Left], without: Set[int] = frozenset()) -> Scan:
    """Return what rests on nothing in all blocks but those inside, and those that are left out."""
    rows = case.rows
    used: list[int] = []
    for place, block in enumerate(blocks):
        if not rows:
            break
        if place in case.inside or place in without:
            continue
        left = _silence(rows, block)
        if len(left) < len(rows):
            used.append(place)
        rows = left
    return Scan(rows, used, min((blocks[place].least for place in used), default=0))


def _leave_out(rows: list[Row], silent: list[Row]) -> list[Row]:
    """Return combinations that with the silent ones are all, and of which none is silent."""
    pivots = Pivots(silent, {key for row in silent for key in row})
    return list(filter(None, map(pivots.reduce, rows))) if len(silent) < len(rows) else []


def _find_hardest(case: Case, scan: Scan, blocks: Sequence[Left]) -> int | None:
    """Return the block to go on with, or nothing where all but the silent combinations rest on too many people.

    None of these is nothing in all blocks that the scan used, so each rests on somebody there; and on others in further such blocks. Where
    there are no more of them, some combinations are nothing outside the blocks used so far: those are gone on with.
    """
    people = scan.least
    used = set(scan.used)
    while people <= case.people:
        further = _scan(case, blocks, used)
        if len(further.silent) > len(scan.silent):
            return max(place for place in used if any(map(blocks[place].weigh, further.silent)))
        used |= set(further.used)
        people += further.least
    return None


def _branch(case: Case, place: int, blocks: Sequence[Left]) -> Iterator[Case]:
    """Yield what rests on nobody in a block, and everything as what rests on somebody there."""
    left = _silence(case.rows, blocks[place])
    if blocks[place].least <= case.people:
        yield Case(case.rows, (*case.inside, place), case.people - blocks[place].least)
    if left:
        yield Case(left, case.inside, case.people, searched=True)


class Inside:
    """A few of the blocks at a time, searched together. Cases have most parts in common, and each part is searched once."""

    def __init__(self, blocks: Sequence[Left]) -> None:
        self._blocks = blocks
        self._number_of: dict[People, int] = {}
        self._sizes: dict[int, int] = {}
        self._group_of: dict[int, int] = {}
        self._waves: dict[int, str] = {}
        self._rows: dict[int, list[Row]] = {}
        self._searched: dict[tuple[tuple[tuple[int, int], ...], ...], list[Found]] = {}

    def search(self, combinations: list[Row], inside: Sequence[int], largest: int) -> Iterator[Found]:
        """Yield the finds in the blocks `inside`, outside of which nothing is left of the combinations."""
        for place in inside:
            self._open(place)
        weighed = [dict(row) for row in combinations]
        for place in inside:
            for row, marks in zip(weighed, combinations, strict=True):
                row |= {place * APART + key: value for key, value in self._blocks[place].weigh(marks).items()}
        rows = [row for place in inside for row in self._rows[place]]
        for part in list_parts(find_basis([*rows, *weighed])):
            key = tuple(tuple(row.items()) for row in part)
            if key not in self._searched:
                self._searched[key] = [self._describe(*found) for found in search(part, self._group_of, self._sizes, largest)]
            yield from self._searched[key]

    def _open(self, place: int) -> None:
        """Number the unknowns and groups of a block."""
        if place in self._rows:
            return
        block, first = self._blocks[place], place * APART
        for key, people in block.people.items():
            number = self._group_of[first + key] = self._number_of.setdefault(people, len(self._number_of))
            self._sizes[number] = len(people)
        self._waves |= {first + key: wave for key, wave in block.waves.items()}
        self._rows[place] = [{first + key: value for key, value in row.items()} for row in block.inside]

    def _describe(self, found: frozenset[int], row: Row) -> Found:
        groups = list(self._number_of)
        people = frozenset[str]().union(*(groups[number] for number in found))
        return Found(people, frozenset(self._waves[key] for key in row if key >= 0), _list_weights(row))


def _take_all(row: Row, blocks: Sequence[Left]) -> Found:
    """Return a combination as if it told of everybody in whom it is something."""
    told = [(block, key) for block in blocks for key in block.weigh(row)]
    people = frozenset[str]().union(*(block.people[key] for block, key in told))
    return Found(people, frozenset(block.waves[key] for block, key in told), _list_weights(row))


def _list_weights(row: Row) -> Row:
    return {~key: value for key, value in row.items() if key < 0}
