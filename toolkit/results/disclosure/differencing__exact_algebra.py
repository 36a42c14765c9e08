"""Exact linear algebra on sparse rows of whole numbers: which combinations of rows rest on a few unknowns only."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import gcd

#: The number of an unknown to a whole number, without zeros. Negative numbers are marks: they are carried along, never eliminated, and say
#: which rows a combination is made of.
Row = dict[int, int]
#: A set of groups of people, and a combination of rows that rests on them.
Find = tuple[frozenset[int], Row]

#: With more cases than this to look at, every row counts as a find: too careful rather than too late.
LOOKED_AT = 20_000


def cancel(row: Row, other: Row, unknown: int) -> Row:
    """Return the combination of two rows in which `unknown` is gone, in lowest terms."""
    shared = gcd(other[unknown], row[unknown])
    ours, theirs = other[unknown] // shared, row[unknown] // shared
    found = dict(row) if ours == 1 else {key: value * ours for key, value in row.items()}
    for key, value in other.items():
        left = found.get(key, 0) - value * theirs
        if left:
            found[key] = left
        else:
            found.pop(key, None)
    common = gcd(*found.values())
    return found if common <= 1 else {key: value // common for key, value in found.items()}


def find_rest(rows: Iterable[Row], wanted: Container[int]) -> list[Row]:
    """Return a basis of all combinations of `rows` that rest on `wanted` unknowns only, each with an unknown that no other has."""
    order: dict[int, int] = {}
    leading: list[tuple[int, Row]] = []
    for row in rows:
        left = _reduce(row, order, leading)
        free = [key for key in left if key >= 0]
        if free:
            lead = next((key for key in free if key not in wanted), free[0])
            order[lead] = len(leading)
            leading.append((lead, left))
    return _reduce_mutually([(lead, row) for lead, row in leading if lead in wanted])


def _reduce(row: Row, order: Mapping[int, int], leading: Sequence[tuple[int, Row]]) -> Row:
    """Cancel every leading unknown out of a row, the earliest first: those before it do not come back."""
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


def list_small_finds(rows: Iterable[Row], group_of: Mapping[int, int], sizes: Mapping[int, int], largest: int) -> list[Find]:
    """Return every smallest set of groups, together at most `largest` people, on which some combination of `rows` rests.

    `rows` come from `find_rest`; `group_of` gives the group of each unknown, `sizes` the number of people in each group.
    """
    finds: list[Find] = []
    for part in _part(rows):
        finds += _search(part, group_of, sizes, largest)
    return finds


def _part(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows in parts that share no unknown: a smallest find lies in one of them."""
    parts: list[tuple[set[int], list[Row]]] = []
    for row in rows:
        unknowns, own = {key for key in row if key >= 0}, [row]
        for part in [part for part in parts if part[0] & unknowns]:
            parts.remove(part)
            unknowns, own = unknowns | part[0], part[1] + own
        parts.append((unknowns, own))
    yield from (own for _, own in parts)


def _search(rows: list[Row], group_of: Mapping[int, int], sizes: Mapping[int, int], largest: int) -> list[Find]:
    """Go through the unknowns: either a combination leaves it out, which costs one row, or its group is in, which costs its people."""
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
