from fractions import Fraction

import pandas as pd

from tests.made_study import make_scores, make_study
from toolkit.results.disclosure.contributors import HEADS, MODEL, Membership, list_connected, list_counted, list_published
from toolkit.results.disclosure.differencing import Published
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.estimates.participation import LEFT_OUT
from toolkit.results.estimation import Results
from toolkit.schemas import ANSWERS, CHANGE, LEVELS, PARTICIPATION, RELIABILITY, SOURCES

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
    assert {(part.wave, part.weight, part.people) for part in parts} == {
        ("before", -(1 - MODEL) / 10, PEOPLE), ("after", (1 - MODEL) / 5, TWICE), ("before", -MODEL / 5, TWICE), ("after", MODEL / 5, TWICE)
    }  # fmt: skip


PEOPLE = frozenset(f"s1-{n}" for n in range(10))
TWICE = frozenset(f"s1-{n}" for n in range(5))


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


def statements(skipped: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return scores of twelve people on two scales that share a statement, and answers to all; so many skipped the first statement."""
    people = [f"p{n}" for n in range(12)]
    items = [f"i{n}" for n in range(1, 10)]
    scores = pd.concat(
        [
            make_scores([(p, "s1", "before", 3.0) for p in people], "uwes9", scale)
            for scale in ("total", "vigour", "dedication", "absorption")
        ]
    )
    own = scores["scale"].isin(["total", "vigour"]) & scores["respondent"].isin(people[:skipped])
    where = {"school": "s1", "wave": "before", "instrument": "uwes9", "rating": "", "quantity": "share", "state": "shown"}
    tail = {"n": 12, "method": "share", "std_error": float("nan"), "low": float("nan"), "high": float("nan"), "p_value": float("nan")}
    rows = [where | tail | {"item": item, "answer": float(answer), "estimate": 1 / 7} for item in items for answer in range(7)]
    rows = [row | {"n": 12 - skipped} if row["item"] == "i1" else row for row in rows]
    return scores.assign(asked=scores["asked"] + own), ANSWERS.collect(rows)


def list_answered(scores: pd.DataFrame, answers: pd.DataFrame) -> dict[str, int]:
    study = make_study(1, instruments=("uwes9",))
    results = Results(PARTICIPATION.empty(), LEVELS.empty(), CHANGE.empty(), RELIABILITY.empty(), SOURCES.empty(), answers=answers)
    return {number.key[3]: number.n for number in list_published(results, scores, study)}


def test_the_answers_to_all_statements_of_a_scale_tell_its_mean() -> None:
    assert list_answered(*statements()) == {"total": 12, "vigour": 12, "dedication": 12, "absorption": 12}


def test_statements_that_some_people_skipped_tell_what_they_answered() -> None:
    assert list_answered(*statements(5)) == {"total": 12, "vigour": 12, "dedication": 12, "absorption": 12}


def test_answers_that_are_hidden_tell_nothing_and_what_nearly_everyone_gave_tells_all() -> None:
    scores, answers = statements()
    first = answers["item"] == "i1"
    blank = {"state": "hidden", "n": 0, "estimate": float("nan")}
    hidden = answers.assign(**{name: answers[name].mask(first, value) for name, value in blank.items()})
    assert set(list_answered(scores, hidden.assign(method=hidden["method"].mask(first, "subtraction")))) == {"dedication", "absorption"}
    assert set(list_answered(scores, hidden.assign(method=hidden["method"].mask(first, "nearly_none")))) == {
        "total", "vigour", "dedication", "absorption"
    }  # fmt: skip


def test_in_a_comparison_of_groups_every_school_of_a_group_counts_once_and_a_lone_hidden_one_not_at_all() -> None:
    study = make_study(5)
    groups = dict(zip(("s1", "s2", "s3", "s4", "s5"), ("trajectory", "trajectory", "comparison", "comparison", "comparison"), strict=True))
    study = study.model_copy(update={"schools": tuple(s.model_copy(update={"group": groups[s.id]}) for s in study.schools)})
    membership = Membership(answer({"s1": (8, 0, 0), "s2": (6, 0, 0), "s3": (7, 0, 0), "s4": (9, 0, 0), "s5": (4, 0, 0)}), study)
    parts = membership.find_contrast("", "before_after", GRADE, "difference")
    after = {min(part.people)[:2]: part.weight for part in parts if part.wave == "after"}
    assert after == {"s1": Fraction(1, 16), "s2": Fraction(1, 12), "s3": Fraction(-1, 14), "s4": Fraction(-1, 18)}
    assert membership.find_contrast("", "before_after", GRADE, "permutation_smallest") == ()
    before = {part.weight for part in membership.find_contrast("", "before_after", GRADE, "comparison") if part.wave == "before"}
    assert before == {Fraction(-1, 14), Fraction(-1, 18)}


def test_scales_are_connected_that_share_statements_also_by_others() -> None:
    study = make_study(1, instruments=("plg12", "uwes9", "cijfer1"))
    assert list_connected(study.find_instrument("uwes9"), "vigour") >= {"total", "dedication"}
    assert list_connected(study.find_instrument("cijfer1"), "grade") == {"grade"}
    plg12 = study.find_instrument("plg12")
    for factor in plg12.key_factors:
        together = {factor, *(scale.id for scale in plg12.list_parts(factor))}
        assert list_connected(plg12, factor) == together == list_connected(plg12, next(iter(together - {factor})))
    assert list_connected(plg12, "item:e1") == {"item:e1"}
