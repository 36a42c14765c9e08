from fractions import Fraction

import pandas as pd

from tests.made_study import make_scores, make_study
from toolkit.columns import CHANGE, LEVELS, PARTICIPATION, RELIABILITY, SOURCES
from toolkit.results.change import estimate_change
from toolkit.results.levels import estimate_levels
from toolkit.results.membership import HEADS, Membership, list_counted, list_published
from toolkit.results.participation import LEFT_OUT
from toolkit.results.running import Results
from toolkit.results.subtraction import Published

GRADE = ("cijfer1", "grade", "")


def answer(sizes: dict[str, tuple[int, int, int]]) -> pd.DataFrame:
    """Return scores of so many people per school who answered twice, before only and after only."""
    rows = []
    for school, (twice, before, after) in sizes.items():
        for number in range(twice + before + after):
            waves = ["before", "after"] if number < twice else ["before"] if number < twice + before else ["after"]
            rows += [(f"{school}-{number}", school, wave, 5 + number % 4 + (wave == "after") * number % 3) for wave in waves]
    return make_scores(rows)


def gather(scores: pd.DataFrame, participation: pd.DataFrame | None = None, **settings: object) -> Results:
    study = make_study(**settings)
    empty = PARTICIPATION.empty() if participation is None else participation
    return Results(empty, estimate_levels(scores, study), estimate_change(scores, study), RELIABILITY.empty(), SOURCES.empty())


def find(numbers: list[Published], school: str, quantity: str) -> Published:
    return next(number for number in numbers if number.key[0] == school and number.key[-1] == quantity)


def test_each_shown_mean_and_change_has_its_people_and_no_other_number_has() -> None:
    scores = answer({"s1": (8, 5, 6), "s2": (6, 0, 0)})
    results = gather(scores, schools=2)
    numbers = list_published(results, scores, make_study(2))
    shown = results.levels[(results.levels["state"] == "shown") & (results.levels["quantity"] == "mean")]
    assert sum(number.table == "levels" for number in numbers) == len(shown)
    assert find(numbers, "s1", "before").n == 13
    assert find(numbers, "s1", "after").n == 14
    assert find(numbers, "s1", "change").n == 19
    assert find(numbers, "s1", "change_pairs").n == 8
    assert not any(number.key[-1] in ("sd", "d_z", "g_av") for number in numbers)


def test_the_size_of_each_group_is_the_number_that_the_row_shows() -> None:
    scores = answer({"s1": (8, 5, 6), "s2": (6, 0, 0), "s3": (9, 1, 0), "s4": (7, 0, 2), "s5": (2, 1, 0)})
    results = gather(scores, schools=5)
    for number in list_published(results, scores, make_study(5)):
        table = getattr(results, number.table)
        key = (CHANGE if number.table == "change" else LEVELS).key
        (n,) = table.loc[(table[list(key)] == pd.Series(dict(zip(key, number.key, strict=True)))).all(axis=1), "n"]
        assert number.n == n, number.key


def test_a_mean_over_schools_counts_every_school_once() -> None:
    membership = Membership(answer({"s1": (8, 0, 0), "s2": (6, 0, 0), "s3": (4, 0, 0)}), make_study(3))
    parts = membership.find_level("", "before", GRADE)
    assert sorted(part.weight for part in parts) == [Fraction(1, 16), Fraction(1, 12)]  # the third is hidden and has no company


def test_a_change_is_what_came_after_less_what_was_before() -> None:
    parts = Membership(answer({"s1": (5, 5, 0)}), make_study(1)).find_change("s1", "before_after", GRADE, "change")
    assert {(part.wave, part.weight) for part in parts} == {("before", Fraction(-1, 10)), ("after", Fraction(1, 5))}


def test_head_counts_stand_for_as_many_heads_and_answered_for_all_of_them() -> None:
    index = pd.MultiIndex.from_tuples([("s1", "before")], names=["school", "wave"])
    counts = pd.DataFrame({"used": [9], **{f"left_out_{reason}": [0] for reason in LEFT_OUT}}, index=index)
    counts["left_out_test"] = 6
    rows = [
        {"school": "s1", "wave": "before", "state": "shown", "quantity": quantity, "n": n, "method": "count", "estimate": float(n)}
        for quantity, n in (("used", 9), ("answered", 15), ("left_out_test", 6), ("left_out_double", 0), ("invited", 20))
    ]
    results = gather(answer({"s1": (6, 0, 0)}), PARTICIPATION.collect(rows), schools=1)
    counted = list_counted(results, counts, make_study(1))
    assert {number.key[-1]: number.n for number in counted} == {"used": 9, "answered": 15, "left_out_test": 6}
    assert all(part.measure == HEADS for number in counted for part in number.people)
