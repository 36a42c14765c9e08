"""Of whose scores each number is the sum, and how often each school counts in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.disclosure.contributors import HEADS, MODEL, SUMS, Membership, list_counted
from toolkit.results.disclosure.differencing import Part, Published
from toolkit.results.estimates.participation import LEFT_OUT
from toolkit.results.results import Results
from toolkit.schemas import ANSWERS, CHANGE, LEVELS, PARTICIPATION, RELIABILITY, SOURCES
from toolkit.study.study import Study, Wave

GRADE = ("cijfer1", "grade", "")
NAME = "cijfer1.grade"


def answer(sizes: dict[str, tuple[int, int, int]], waves: tuple[str, str] = ("before", "after")) -> pd.DataFrame:
    """Return scores of so many people per school who answered twice, in the first wave only and in the second only."""
    rows = []
    for school, (twice, first, second) in sizes.items():
        for number in range(twice + first + second):
            own = waves if number < twice else waves[:1] if number < twice + first else waves[1:]
            rows += [(f"{school}-{number}", school, wave, 5.0) for wave in own]
    return make_scores(rows)


def people(school: str, first: int, last: int) -> frozenset[str]:
    return frozenset(f"{school}-{number}" for number in range(first, last))


def test_a_mean_is_the_sum_of_its_people_in_its_wave() -> None:
    membership = Membership(answer({"s1": (5, 5, 1)}), make_study(1))
    found = membership.find_number("levels", ("s1", "before", *GRADE, "mean"))
    assert found == Published("levels", ("s1", "before", *GRADE, "mean"), (Part(NAME, "before", Fraction(1, 10), people("s1", 0, 10)),))


@pytest.mark.parametrize("quantity", SUMS)
def test_each_quantity_of_a_change_is_a_sum_of_its_own(quantity: str) -> None:
    membership = Membership(answer({"s1": (5, 5, 1)}), make_study(1))
    first = Part(NAME, "before", Fraction(1, 10), people("s1", 0, 10))
    last = Part(NAME, "after", Fraction(1, 6), people("s1", 0, 5) | people("s1", 10, 11))
    pairs = people("s1", 0, 5)
    of_pairs = (Part(NAME, "before", Fraction(-1, 5), pairs), Part(NAME, "after", Fraction(1, 5), pairs))
    of_waves = (Part(NAME, "before", Fraction(-1, 10), first.people), last)
    of_model = tuple(replace(part, weight=part.weight * (1 - MODEL)) for part in of_waves)
    of_model += tuple(replace(part, weight=part.weight * MODEL) for part in of_pairs)
    expected = {"before": (first,), "after": (last,), "change_pairs": of_pairs, "change_person": of_pairs}.get(quantity, of_model)
    assert membership.find_change("s1", "before_after", GRADE, quantity) == expected
    assert membership.find_number("change", ("s1", "before_after", *GRADE, quantity)).people == expected


def test_what_is_no_sum_of_scores_has_nobody_in_it() -> None:
    membership = Membership(answer({"s1": (5, 5, 1)}), make_study(1))
    assert membership.find_change("s1", "before_after", GRADE, "tau") == ()
    assert membership.find_change("s1", "another", GRADE, "change") == ()
    assert membership.find_contrast("", "another", GRADE, "difference") == ()


def test_a_school_that_nobody_answered_has_nobody() -> None:
    membership = Membership(answer({"s1": (5, 5, 1)}), make_study(2))
    assert membership.find("s2", "before", GRADE) == frozenset() and membership.find_answers("s2", "before", GRADE) == ()
    assert membership.find_level("s2", "before", GRADE) == membership.find_change("s2", "before_after", GRADE, "change") == ()


def follow(by: str) -> set[str]:
    """Return the schools that a change over schools is made of where people are followed by code, or not."""
    study = make_study(3)
    study = study.model_copy(update={"matching": study.matching.model_copy(update={"by": by})})
    scores = answer({"s1": (8, 0, 0), "s2": (3, 9, 9), "s3": (7, 0, 5)})
    parts = Membership(scores, study).find_change("", "before_after", GRADE, "average_change")
    count = len({part.people for part in parts if part.wave == "before"})
    assert {abs(part.weight) * len(part.people) for part in parts} == {Fraction(1, count)}
    return {min(part.people)[:2] for part in parts}


def test_a_change_over_schools_is_made_of_those_with_enough_people_who_can_be_followed() -> None:
    assert follow("code") == {"s1", "s3"}
    assert follow("none") == {"s1", "s2", "s3"}


@pytest.mark.parametrize(("twice", "shown"), [((4, 8, 8), True), ((2, 8, 2), False), ((2, 2, 8), False)])
def test_where_nobody_is_followed_the_smaller_wave_decides(twice: tuple[int, int, int], shown: bool) -> None:
    study = make_study(2)
    study = study.model_copy(update={"matching": study.matching.model_copy(update={"by": "none"})})
    parts = Membership(answer({"s1": (8, 0, 0), "s2": twice}), study).find_change("", "before_after", GRADE, "change")
    assert ("s2" in {min(part.people)[:2] for part in parts}) is shown


def test_every_wave_measure_and_comparison_has_its_own_schools() -> None:
    waves = ("before", "middle", "after")
    comparisons = [{"id": f"{first}_{last}", "before": first, "after": last} for first, last in (waves[:2], waves[1:])]
    study = make_study(2, waves=waves, instruments=("cijfer1", "uwes3"), comparisons=comparisons)
    scores = [answer({"s1": (8, 0, 0), "s2": (0, 9, 0)}, waves[:2]), answer({"s1": (8, 0, 0), "s2": (0, 0, 9)}, waves[1:])]
    other = [make_scores([(f"s2-{n}", "s2", wave, 3.0) for n in range(9)], "uwes3", "total") for wave in waves[:2]]
    every = pd.concat([*scores, *other]).drop_duplicates(["respondent", "wave", "instrument"])
    membership = Membership(every, study)

    def list_schools(parts: tuple[Part, ...]) -> set[str]:
        return {min(part.people)[:2] for part in parts}

    assert [list_schools(membership.find_level("", wave, GRADE)) for wave in waves] == [{"s1", "s2"}, {"s1"}, {"s1", "s2"}]
    assert list_schools(membership.find_level("", "before", ("uwes3", "total", ""))) == {"s2"}
    assert list_schools(membership.find_change("", "before_middle", GRADE, "change")) == {"s1"}
    assert list_schools(membership.find_change("", "before_middle", ("uwes3", "total", ""), "change")) == {"s2"}
    assert membership.find_change("", "middle_after", ("uwes3", "total", ""), "change") == ()


def compare_groups() -> Study:
    """Return a study with an early wave, listed second, and two groups of schools."""
    study = make_study(4, comparisons=[{"id": "c", "before": "before", "after": "after"}])
    groups = ("trajectory", "trajectory", "comparison", "comparison")
    schools = [school.model_copy(update={"group": group}) for school, group in zip(study.schools, groups, strict=True)]
    early = Wave(id="early", date=dt.date(2024, 9, 15), label={"nl": "vroeg", "en": "early"})
    return study.model_copy(update={"schools": tuple(schools), "waves": (study.waves[0], early, study.waves[1])})


@pytest.mark.parametrize(
    ("quantity", "waves", "signs"),
    [
        ("trajectory", ("before", "after"), {"s1": 1, "s2": 1}),
        ("comparison", ("before", "after"), {"s3": 1, "s4": 1}),
        ("difference", ("before", "after"), {"s1": 1, "s2": 1, "s3": -1, "s4": -1}),
        ("pre_trend", ("early", "before"), {"s1": 1, "s2": 1, "s3": -1, "s4": -1}),
    ],
)
def test_a_comparison_of_groups_is_the_change_of_each(quantity: str, waves: tuple[str, str], signs: dict[str, int]) -> None:
    sizes = {"s1": 8, "s2": 6, "s3": 7, "s4": 9}
    rows = [
        (f"{school}-{n}", school, wave, 5.0) for school, size in sizes.items() for n in range(size) for wave in ("early", "before", "after")
    ]
    found = Membership(make_scores(rows), compare_groups()).find_number("comparison", ("", "c", *GRADE, quantity))
    assert (found.table, found.key) == ("comparison", ("", "c", *GRADE, quantity))
    assert set(found.people) == {
        Part(NAME, wave, Fraction(sign * times, 2 * sizes[school]), people(school, 0, sizes[school]))
        for school, sign in signs.items()
        for wave, times in zip(waves, (-1, 1), strict=True)
    }


def count_heads(quantity: str, school: str = "") -> Published | None:
    """Return the head count of a quantity, of three schools in two waves of which one is small."""
    rows = {"s1": (9, 2, 0), "s2": (7, 0, 1), "s3": (2, 0, 0)}
    index = pd.MultiIndex.from_product([rows, ["before", "after"]], names=["school", "wave"])
    listed = [rows[place] for place, _ in index]
    counts = pd.DataFrame(listed, columns=["used", "left_out_test", "left_out_double"], index=index)
    counts = counts.assign(**{f"left_out_{reason}": 0 for reason in LEFT_OUT if f"left_out_{reason}" not in counts})
    row = {"school": school, "wave": "after", "state": "shown", "quantity": quantity, "n": 16, "method": "count", "estimate": 16.0}
    results = Results(PARTICIPATION.collect([row]), LEVELS.empty(), CHANGE.empty(), RELIABILITY.empty(), SOURCES.empty())
    return next(iter(list_counted(results, counts, make_study(3))), None)


@pytest.mark.parametrize(
    ("quantity", "school", "n"),
    [
        ("used", "", 16),
        ("answered", "", 19),
        ("left_out_test", "", 2),
        ("used", "s2", 7),
        ("answered", "s2", 8),
        ("left_out_double", "s1", None),
    ],
)
def test_a_count_over_schools_has_the_heads_of_those_that_stand_in_it(quantity: str, school: str, n: int | None) -> None:
    found = count_heads(quantity, school)
    if n is None:
        assert found is None
        return
    assert found is not None and found.n == n
    assert (found.table, found.key) == ("participation", (school, "after", quantity))
    assert [(part.measure, part.wave, part.weight) for part in found.people] == [(HEADS, "after", Fraction(1))]


def test_answers_to_statements_are_a_mean_of_those_who_answered_all() -> None:
    scores = pd.concat([make_scores([(f"p{n}", "s1", "after", 3.0) for n in range(6)], "uwes9", scale) for scale in ("total", "vigour")])
    membership = Membership(scores, make_study(1, instruments=("uwes9",)))
    found = membership.find_number(ANSWERS.name, ("s1", "after", "uwes9", "vigour", "", "share"))
    everyone = frozenset(f"p{n}" for n in range(6))
    expected = (Part("uwes9.vigour", "after", Fraction(1), everyone),)
    assert found == Published("answers", ("s1", "after", "uwes9", "vigour", "", "share"), expected)


def test_who_lacks_a_scale_that_shares_no_statement_still_answered_all_of_this_one() -> None:
    rows = {"total": 6, "vigour": 6, "dedication": 4}
    scores = pd.concat([make_scores([(f"p{n}", "s1", "after", 3.0) for n in range(of)], "uwes9", scale) for scale, of in rows.items()])
    membership = Membership(scores, make_study(1, instruments=("uwes9",)))
    assert [len(part.people) for part in membership.find_answers("s1", "after", ("uwes9", "vigour", ""))] == [6]
    assert membership.find_answers("s1", "after", ("uwes9", "total", "")) == ()  # nobody has a score on absorption


def test_who_skipped_statements_counts_in_their_answers_as_often_as_they_answered() -> None:
    scores = pd.concat([make_scores([(f"p{n}", "s1", "after", 3.0) for n in range(6)], "uwes9", scale) for scale in ("total", "vigour")])
    vigour = (scores["scale"] == "vigour").to_numpy()
    scores = scores.assign(
        asked=3, answered=[2 if of and person in ("p0", "p1") else 3 for of, person in zip(vigour, scores["respondent"], strict=True)]
    )
    found = Membership(scores, make_study(1, instruments=("uwes9",))).find_answers("s1", "after", ("uwes9", "vigour", ""))
    assert {part.weight: len(part.people) for part in found} == {Fraction(1): 4, Fraction(2, 3): 2}
