"""Numbers over schools, tested in blocks: on random studies the same groups as by plain elimination of everything at once."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import numpy as np
import pytest

from toolkit.results.disclosure.across import Blocks
from toolkit.results.disclosure.differencing import Leak, Part, Published, Relation, System, build_systems, find_leaks

MADE_OF = (("total", Fraction(-2)), ("a", Fraction(1)), ("b", Fraction(1)))
MEASURES = ("a", "b", "total")
WAVES = ("w1", "w2")


def draw_study(seed: int) -> tuple[list[Published], list[Relation]]:
    """Return numbers of two to six schools and over them, and a relation between three measures; now and then somebody changes school."""
    rng = np.random.default_rng([17, seed])
    schools = {f"s{n}": [f"s{n}-{person}" for person in range(rng.integers(2, 9))] for n in range(rng.integers(2, 7))}
    if rng.random() < 0.2:
        schools["s0"].append("s1-0")
    measures = MEASURES if rng.random() < 0.5 else ("a",)
    groups = {
        (school, wave, measure): frozenset(person for person in people if rng.random() < 0.85)
        for school, people in schools.items()
        for wave in WAVES
        for measure in measures
    }
    numbers = [number for key, people in groups.items() for number in _tell_school(key, people, groups, rng)]
    for wave in WAVES:
        for measure in measures:
            chosen = [groups[school, wave, measure] for school in schools if rng.random() < 0.9]
            weights = [int(rng.integers(1, 3)) for _ in chosen]
            numbers += [_tell(("", wave, measure, "mean"), [(measure, wave, 1, people) for people in chosen])]
            numbers += [_tell(("", wave, measure, "other"), [(measure, wave, *each) for each in zip(weights, chosen, strict=True)])]
            pooled = frozenset[str]().union(*chosen)
            numbers += [_tell(("", wave, measure, "pooled"), [(measure, wave, 1, frozenset(p for p in pooled if rng.random() < 0.95))])]
    relations = [
        Relation(wave, MADE_OF, frozenset.intersection(*(_pool(groups, wave, measure) for measure in MEASURES)))
        for wave in WAVES
        if len(measures) == 3
    ]
    return [number for number in numbers if number.people and rng.random() < 0.85], relations


def _pool(groups: dict[tuple[str, str, str], frozenset[str]], wave: str, measure: str) -> frozenset[str]:
    return frozenset[str]().union(*(people for key, people in groups.items() if key[1:] == (wave, measure)))


def _tell_school(
    key: tuple[str, str, str], people: frozenset[str], groups: dict[tuple[str, str, str], frozenset[str]], rng: np.random.Generator
) -> Iterable[Published]:
    school, wave, measure = key
    if len(people) > 4 or rng.random() < 0.3:
        yield _tell((*key, "mean"), [(measure, wave, 1, people)])
    pairs = people & groups[school, "w1", measure]
    if wave == "w2" and pairs:
        yield _tell((*key, "change_pairs"), [(measure, "w2", 1, pairs), (measure, "w1", -1, pairs)])


def _tell(key: tuple[str, ...], parts: Iterable[tuple[str, str, int, frozenset[str]]]) -> Published:
    made = tuple(Part(measure, wave, Fraction(weight, len(people)), people) for measure, wave, weight, people in parts if people)
    return Published("levels", key, made)


def keep_smallest(leaks: Iterable[Leak]) -> set[tuple[str, frozenset[str]]]:
    found = {(leak.measure, leak.people) for leak in leaks}
    return {(measure, people) for measure, people in found if not any(m == measure and other < people for m, other in found)}


def look_by_school(numbers: list[Published], relations: list[Relation], may_hide: set[int], hidden: set[int]) -> list[Leak]:
    """Return what the numbers of each school reveal, and then what those over schools do."""
    found = []
    for school in sorted({number.key[0] for number in numbers} - {""}):
        own = [place for place, number in enumerate(numbers) if number.key[0] == school and place not in hidden]
        found += find_leaks([numbers[place] for place in own], relations)
    systems = build_systems(numbers, relations, may_hide, 4, Blocks)
    return found + [leak for system in systems for leak in system.find_leaks(frozenset(hidden))]


@pytest.mark.parametrize("first", range(0, 80, 20))
def test_blocks_find_what_plain_elimination_of_everything_finds(first: int) -> None:
    across = 0
    for seed in range(first, first + 20):
        numbers, relations = draw_study(seed)
        rng = np.random.default_rng(seed)
        for hidden in (set[int](), {place for place in range(len(numbers)) if rng.random() < 0.15}):
            plain = build_systems(numbers, relations, range(len(numbers)), 4, System)
            expected = keep_smallest(leak for system in plain for leak in system.find_leaks(frozenset(hidden)))
            found = look_by_school(numbers, relations, set(range(len(numbers))), hidden)
            assert keep_smallest(found) == expected, seed
            across += sum(any(not numbers[place].key[0] for place in leak.numbers) for leak in found)
    assert across > 20


@pytest.mark.parametrize("may_hide_over", [True, False])
def test_numbers_that_a_leak_names_are_enough_with_those_that_cant_be_hidden(may_hide_over: bool) -> None:
    told = 0
    for seed in range(16):
        numbers, relations = draw_study(seed)
        may_hide = {place for place, number in enumerate(numbers) if may_hide_over or number.key[0]}
        for system in build_systems(numbers, relations, may_hide, 4, Blocks):
            for leak in system.find_leaks():
                over = any(_is_across(numbers[place]) for place in leak.numbers)
                others = [number for place, number in enumerate(numbers) if place not in may_hide or (over and not _is_across(number))]
                named = [*others, *(numbers[place] for place in leak.numbers)]
                assert leak.people in [found.people for found in find_leaks(named, relations) if found.measure == leak.measure]
                told += 1
    assert told > 5


def _is_across(number: Published) -> bool:
    """Return whether a number is about people of several schools."""
    return not number.key[0] and len({person.split("-")[0] for part in number.people for person in part.people}) > 1
