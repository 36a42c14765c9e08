"""Hand-made leaks, both edges of each, and random small studies on which every combination was tried."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.results.disclosure.differencing import Leak, Part, Published, Relation, find_leaks

WAVES = ("w1", "w2", "w3")


def people(first: int, last: int) -> frozenset[str]:
    return frozenset(f"p{number}" for number in range(first, last + 1))


def mean(*groups: frozenset[str], wave: str = "w1", measure: str = "m", weight: int = 1) -> Published:
    parts = tuple(Part(measure, wave, Fraction(weight, len(groups) * len(group)), group) for group in groups)
    return Published("levels", (str(sorted(map(sorted, groups))), wave, measure), parts)


def change(pairs: frozenset[str], before: str, after: str, measure: str = "m") -> Published:
    parts = (Part(measure, after, Fraction(1, len(pairs)), pairs), Part(measure, before, Fraction(-1, len(pairs)), pairs))
    return Published("change", (str(sorted(pairs)), before, after, measure), parts)


def list_groups(leaks: list[Leak]) -> list[frozenset[str]]:
    return [leak.people for leak in leaks]


@pytest.mark.parametrize(("part", "leaks"), [(11, True), (8, True), (7, False), (12, False)])
def test_a_part_beside_its_whole_leaks_when_the_rest_is_one_to_four(part: int, leaks: bool) -> None:
    found = find_leaks([mean(people(1, 12)), mean(people(1, part))])
    assert list_groups(found) == ([people(part + 1, 12)] if leaks else [])


@pytest.mark.parametrize(("size", "leaks"), [(1, True), (4, True), (5, False)])
def test_a_mean_of_a_few_people_leaks_by_itself(size: int, leaks: bool) -> None:
    found = find_leaks([mean(people(1, size))])
    assert list_groups(found) == ([people(1, size)] if leaks else [])
    assert [leak.numbers for leak in found] == ([{0}] if leaks else [])


def test_a_number_about_nobody_is_in_nobodys_way() -> None:
    nobody = Published("levels", ("hidden",), ())
    (found,) = find_leaks([nobody, mean(people(1, 12)), nobody, mean(people(1, 11))])
    assert (found.people, found.numbers) == (people(12, 12), {1, 3})
    assert find_leaks([nobody]) == []


@pytest.mark.parametrize(("hidden", "leaks"), [(4, True), (5, False)])
def test_a_mean_over_schools_gives_away_the_school_that_is_hidden(hidden: int, leaks: bool) -> None:
    schools = [people(1, 9), people(11, 20), people(31, 30 + hidden)]
    found = find_leaks([mean(schools[0]), mean(schools[1]), mean(*schools)])
    assert list_groups(found) == ([schools[2]] if leaks else [])
    assert not leaks or found[0].numbers == {0, 1, 2}


@pytest.mark.parametrize(("left", "leaks"), [(4, True), (5, False)])
def test_three_changes_of_pairs_give_away_those_who_missed_the_third_wave(left: int, leaks: bool) -> None:
    always, two = people(1, 8), people(11, 10 + left)
    found = find_leaks([change(always | two, "w1", "w2"), change(always, "w2", "w3"), change(always, "w1", "w3")])
    assert list_groups(found) == ([two] if leaks else [])
    assert not leaks or found[0].waves == ("w1", "w2")


def test_people_who_were_exchanged_leak_although_both_groups_are_as_large() -> None:
    assert list_groups(find_leaks([mean(people(1, 11)), mean(people(2, 12))])) == [frozenset({"p1", "p12"})]
    assert find_leaks([mean(people(1, 13)), mean(people(4, 16))]) == []


def test_other_waves_and_other_measures_are_other_unknowns() -> None:
    assert find_leaks([mean(people(1, 12)), mean(people(1, 11), wave="w2")]) == []
    assert find_leaks([mean(people(1, 12)), mean(people(1, 11), measure="other")]) == []


def test_a_total_is_made_of_its_subscales_where_all_answers_are_there() -> None:
    everyone, most = people(1, 10), people(1, 9)
    numbers = [mean(everyone, measure="a"), mean(everyone, measure="b"), mean(most, measure="total")]
    made_of = (("total", Fraction(-2)), ("a", Fraction(1)), ("b", Fraction(1)))
    assert find_leaks(numbers) == []
    assert find_leaks(numbers, [Relation("w1", made_of, most)]) == []  # the tenth has no total
    found = find_leaks(numbers, [Relation("w1", made_of, everyone)])
    assert {(leak.measure, leak.people) for leak in found} == {("total", frozenset({"p10"}))}


def test_now_follows_from_wanted_and_the_gap() -> None:
    gap = Relation("w1", (("gap", Fraction(1)), ("wanted", Fraction(-1)), ("now", Fraction(1))), people(1, 10))
    numbers = [mean(people(1, 10), measure="now"), mean(people(1, 9), measure="wanted"), mean(people(1, 9), measure="gap")]
    found = find_leaks(numbers, [gap])
    assert [(leak.measure, leak.people) for leak in found] == [("now", frozenset({"p10"}))]


def test_a_study_may_guard_larger_groups() -> None:
    numbers = [mean(people(1, 20)), mean(people(1, 13))]
    assert find_leaks(numbers, largest=6) == []
    assert list_groups(find_leaks(numbers, largest=7)) == [people(14, 20)]


def rank(rows: list[list[int]], columns: list[int]) -> int:
    return int(np.linalg.matrix_rank(np.array(rows, dtype=float)[:, columns])) if rows and columns else 0


def try_everything(
    numbers: list[Published], relations: list[Relation], everyone: list[str], measures: list[str]
) -> set[tuple[str, frozenset[str]]]:
    """Return measure and people of every smallest group of one to four on whom a combination of the rows rests, trying each group."""
    cells = [(measure, wave, person) for measure in measures for wave in WAVES for person in everyone]
    rows = [[0] * len(cells) for _ in numbers]
    for row, number in zip(rows, numbers, strict=True):
        for part in number.people:
            for person in part.people:
                row[cells.index((part.measure, part.wave, person))] += int(part.weight)
    for relation in relations:
        for person in relation.people:
            known = {(measure, relation.wave, person): int(weight) for measure, weight in relation.weights}
            rows.append([known.get(cell, 0) for cell in cells])
    found: set[tuple[str, frozenset[str]]] = set()
    whole = rank(rows, list(range(len(cells))))
    for measure in measures:
        for size in range(1, 5):
            for group in map(frozenset, combinations(everyone, size)):
                outside = [place for place, (m, _, person) in enumerate(cells) if m != measure or person not in group]
                if not any(other <= group for m, other in found if m == measure) and rank(rows, outside) < whole:
                    found.add((measure, group))
    return found


@st.composite
def draw_study(draw: st.DrawFn) -> tuple[list[Published], list[Relation], list[str], list[str]]:
    everyone = [f"p{number}" for number in range(draw(st.integers(3, 8)))]
    related = draw(st.booleans())
    measures = ["a", "b", "total"] if related else ["m"]
    groups = st.frozensets(st.sampled_from(everyone), min_size=1)
    parts = st.lists(st.tuples(st.sampled_from(WAVES), st.sampled_from([1, 2, -1]), groups), min_size=1, max_size=3)
    drawn = draw(st.lists(st.tuples(st.sampled_from(measures), parts), min_size=1, max_size=7))
    numbers = [
        Published("levels", (str(place),), tuple(Part(measure, wave, Fraction(weight), group) for wave, weight, group in number))
        for place, (measure, number) in enumerate(drawn)
    ]
    made_of = (("total", Fraction(-2)), ("a", Fraction(1)), ("b", Fraction(1)))
    relations = [Relation(wave, made_of, draw(groups)) for wave in WAVES[:2]] if related else []
    return numbers, relations, everyone, measures


@settings(max_examples=150)
@given(draw_study())
def test_trying_every_combination_finds_the_same(study: tuple[list[Published], list[Relation], list[str], list[str]]) -> None:
    numbers, relations, everyone, measures = study
    found = {(leak.measure, leak.people) for leak in find_leaks(numbers, relations)}
    smallest = {(measure, group) for measure, group in found if not any(m == measure and other < group for m, other in found)}
    assert smallest == try_everything(numbers, relations, everyone, measures)


@settings(max_examples=60)
@given(draw_study())
def test_the_numbers_that_a_leak_names_are_enough_for_it(study: tuple[list[Published], list[Relation], list[str], list[str]]) -> None:
    numbers, relations, _, _ = study
    for leak in find_leaks(numbers, relations):
        named = [numbers[place] for place in sorted(leak.numbers)]
        assert leak.people in list_groups(find_leaks(named, relations))
