"""The attacker's algebra: which people a combination of sums rests on, by floats and singular values.

It shares nothing with the exact algebra that it tests.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cell = tuple[str, str, str]
#: What can be read: a name for it, and how often each (measure, wave, person) stands in it.
Form = tuple[str, Mapping[Cell, float]]
#: Measure and people whose answers are given away.
Found = tuple[str, tuple[str, ...]]
LARGEST = 4
TINY = 1e-7


@dataclass(frozen=True)
class _Matrix:
    """Forms as rows over (measure, wave, class of people that always go together)."""

    rows: Array
    columns: list[tuple[str, str, int]]
    classes: list[list[str]]


def find_given_away(forms: list[Form], known: list[Form]) -> list[Found]:
    """Return measure and people of each smallest group of one to four on whom some combination of the forms rests."""
    told = {cell[:2] for _, form in forms for cell in form}
    useful = [entry for entry in known if all(cell[:2] in told for cell in entry[1])]
    found: list[Found] = []
    for measures in _list_connected([{cell[0] for cell in form} for _, form in [*forms, *useful]]):
        own = [[entry for entry in entries if next(iter(entry[1]))[0] in measures] for entries in (forms, useful)]
        found += _find_in_block(_make_matrix(*own))
    return found


def find_schools_given_away(forms: list[Form], school_of: Mapping[str, str], own: Collection[str], few: int) -> list[Found]:
    """Return measure and schools of each combination of the forms that rests on one to `few` schools beside those of `own`.

    Whoever reads them may know every number of their own schools.
    """
    found: set[Found] = set()
    for measure in sorted({cell[0] for _, form in forms for cell in form}):
        about = [entry for entry in forms if all(cell[0] == measure for cell in entry[1])]
        matrix = _make_matrix(about, [], school_of)
        schools = np.array([school_of[matrix.classes[column[2]][0]] for column in matrix.columns])
        inside = np.isin(schools, list(own))
        rest = _keep_others(matrix.rows, inside)
        others = sorted(set(schools[~inside]))
        for size in range(1, few + 1):
            for chosen in combinations(others, size):
                alone = _keep(rest, ~np.isin(schools, [*own, *chosen]))
                if (
                    alone.size
                    and np.abs(alone[:, ~inside]).max() > TINY
                    and not any(set(g) <= set(chosen) for m, g in found if m == measure)
                ):
                    found.add((measure, chosen))
    return sorted(found)


def _keep_others(rows: Array, inside: NDArray[np.bool_]) -> Array:
    """Return the rows without what they say of columns that are known."""
    return np.where(inside, 0.0, rows)


def _list_connected(sets: list[set[str]]) -> list[set[str]]:
    """Return the measures in parts that no form or relation connects."""
    parts: list[set[str]] = []
    for measures in {frozenset(measures) for measures in sets}:
        near = [part for part in parts if part & measures]
        parts = [part for part in parts if not part & measures] + [set(measures).union(*near)]
    return parts


def _find_in_block(matrix: _Matrix) -> list[Found]:
    small = np.array([len(matrix.classes[column[2]]) <= LARGEST for column in matrix.columns])
    if not small.any():
        return []
    rest = _keep(matrix.rows, ~small)[:, small]
    columns = [column for column, is_small in zip(matrix.columns, small, strict=True) if is_small]
    found: list[Found] = []
    for measure in sorted({column[0] for column in columns}):
        own = np.array([column[0] == measure for column in columns])
        alone = _keep(rest, ~own)[:, own]
        if alone.size and np.abs(alone).max() > TINY:
            found += [(measure, people) for people in _find_smallest(alone, [c for c in columns if c[0] == measure], matrix.classes)]
    return found


def _make_matrix(forms: list[Form], known: list[Form], apart: Mapping[str, str] | None = None) -> _Matrix:
    """Return the forms over classes of people who stand in the same of them; people who are `apart` are of different classes."""
    stands: dict[str, set[tuple[int, str, str, float]]] = {}
    for place, (_, form) in enumerate(forms):
        for (measure, wave, person), weight in form.items():
            stands.setdefault(person, set()).add((place, measure, wave, round(weight, 12)))
    for _, form in known:
        for (measure, wave, person), weight in form.items():
            if person in stands:
                stands[person].add((-1, measure, wave, weight))
    for person, places in stands.items():
        places.add((-2, (apart or {}).get(person, ""), "", 0.0))
    together: dict[frozenset[tuple[int, str, str, float]], list[str]] = {}
    for person, places in sorted(stands.items()):
        together.setdefault(frozenset(places), []).append(person)
    classes = list(together.values())
    first = {people[0]: number for number, people in enumerate(classes)}
    told = [form for form in [*forms, *known] if any(cell[2] in first for cell in form[1])]
    columns = sorted({(m, w, first[p]) for _, form in told for m, w, p in form if p in first})
    place = {column: number for number, column in enumerate(columns)}
    rows = np.zeros((len(told), len(columns)))
    for row, (_, form) in zip(rows, told, strict=True):
        for (measure, wave, person), weight in form.items():
            if person in first:
                row[place[measure, wave, first[person]]] = weight
    rows = np.unique(rows / np.abs(rows).max(axis=1, keepdims=True), axis=0) if rows.size else rows
    return _Matrix(rows, columns, classes)


def _keep(rows: Array, outside: NDArray[np.bool_]) -> Array:
    """Return a basis of the combinations of rows that vanish `outside`."""
    if not rows.size or not outside.any():
        return rows
    left, sizes, _ = np.linalg.svd(rows[:, outside], full_matrices=True)
    rank = int((sizes > 1e-9 * max(1.0, sizes[:1].max(initial=0.0))).sum())
    return left[:, rank:].T @ rows


def _find_smallest(alone: Array, columns: list[tuple[str, str, int]], classes: list[list[str]]) -> list[tuple[str, ...]]:
    """Return the smallest groups: each class is left out of the combination, which costs a row, or is in it, which costs its people."""
    class_of = np.array([column[2] for column in columns])
    found: set[frozenset[int]] = set()
    _, sizes, right = np.linalg.svd(alone, full_matrices=False)
    cases = [(right[sizes > TINY], frozenset[int](), LARGEST)]
    while cases:
        rows, inside, people = cases.pop()
        others = [number for number in sorted(set(class_of)) if number not in inside and np.abs(rows[:, class_of == number]).max() > TINY]
        if not others:
            found.add(inside)
            continue
        left = _keep(rows, class_of == others[0])
        if left.size:
            cases.append((left, inside, people))
        if len(classes[others[0]]) <= people:
            cases.append((rows, inside | {others[0]}, people - len(classes[others[0]])))
    smallest = [groups for groups in found if not any(other < groups for other in found)]
    return [tuple(sorted(person for number in groups for person in classes[number])) for groups in smallest]
