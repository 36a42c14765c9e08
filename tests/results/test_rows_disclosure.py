import pandas as pd
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.change import estimate_change
from toolkit.results.estimates.levels import estimate_levels
from toolkit.results.rows import find_floor, keep_complete_ratings, list_counted_schools, list_pooled_schools, may_count, may_show_both


def test_a_study_may_ask_for_larger_groups_never_for_smaller_ones() -> None:
    assert find_floor(make_study()) == 5
    assert find_floor(make_study(smallest_group=8)) == 8
    with pytest.raises(ValueError, match="greater than or equal to 5"):
        make_study(smallest_group=4)


@pytest.mark.parametrize(("count", "shown"), [(0, True), (1, False), (4, False), (5, True)])
def test_counts_of_one_to_four_people_are_hidden(count: int, shown: bool) -> None:
    assert may_count(count, make_study()) is shown


@pytest.mark.parametrize(("everyone", "part", "both"), [(12, 12, True), (12, 11, False), (12, 8, False), (12, 7, True)])
def test_a_part_and_its_whole_stand_together_unless_the_rest_is_a_few(everyone: int, part: int, both: bool) -> None:
    assert may_show_both(everyone, part, make_study()) is both


@pytest.mark.parametrize(
    ("people", "pooled"),
    [
        ({"a": 9, "b": 4}, ["a"]),
        ({"a": 9, "b": 2, "c": 2}, ["a"]),
        ({"a": 9, "b": 2, "c": 3}, ["a", "b", "c"]),
        ({"a": 5, "b": 0}, ["a"]),
        ({"a": 4, "b": 4}, ["a", "b"]),
    ],
)
def test_hidden_schools_join_a_total_only_with_company(people: dict[str, int], pooled: list[str]) -> None:
    assert list_pooled_schools(pd.Series(people), make_study()) == pooled


@pytest.mark.parametrize(
    ("people", "counted"),
    [({"a": 9, "b": 4}, ["a"]), ({"c": 5, "a": 9, "b": 4}, ["a", "c"]), ({"a": 4, "b": 4}, []), ({"a": 0}, []), ({}, [])],
)
def test_an_average_counts_the_schools_that_could_be_shown(people: dict[str, int], counted: list[str]) -> None:
    assert list_counted_schools(pd.Series(people, dtype="int64"), make_study()) == counted


def test_people_who_gave_half_a_pair_of_ratings_leave_no_trace() -> None:
    study = make_study(instruments=("plg12",))
    whole = [("p1", "s1", "before"), ("p2", "s1", "before")]
    parts = [
        make_scores([(*who, 3.0) for who in whole], "plg12", "e1", "now"),
        make_scores([(*whole[0], 4.0), (*whole[1], float("nan"))], "plg12", "e1", "wanted"),
        make_scores([(*whole[0], 1.0), (*whole[1], float("nan"))], "plg12", "e1", "gap"),
        make_scores([(*who, 7.0) for who in whole]),
    ]
    kept = keep_complete_ratings(pd.concat(parts, ignore_index=True), study)
    assert set(kept.loc[kept["instrument"] == "plg12", "respondent"]) == {"p1"}
    assert set(kept.loc[kept["instrument"] == "cijfer1", "respondent"]) == {"p1", "p2"}


@pytest.mark.parametrize(("people", "shown"), [(4, set()), (5, {"mean"}), (9, {"mean"}), (10, {"mean", "sd"})])
def test_a_mean_needs_five_people_and_a_spread_ten(people: int, shown: set[str]) -> None:
    levels = estimate_levels(make_scores([(f"p{n}", "s1", "before", 5.0 + n % 3) for n in range(people)]), make_study(1))
    assert set(levels.loc[levels["state"] == "shown", "quantity"]) == shown
    assert levels.loc[levels["state"] == "hidden", ["estimate", "std_error", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(("pairs", "shown"), [(4, False), (5, True)])
def test_a_change_needs_five_who_answered_twice_however_many_answered_once(pairs: int, shown: bool) -> None:
    rows = [(f"b{n}", "s1", "before", 5.0 + n % 4) for n in range(8)] + [(f"a{n}", "s1", "after", 6.0 + n % 3) for n in range(8)]
    rows += [(f"p{n}", "s1", wave, 5.0 + (n * 3 + place) % 4) for n in range(pairs) for place, wave in enumerate(("before", "after"))]
    change = estimate_change(make_scores(rows), make_study(1))
    assert bool((change["state"] == "shown").any()) is shown
    assert change.loc[change["state"] != "shown", "estimate"].isna().all()


@pytest.mark.parametrize(("left", "n"), [(0, 8), (1, 8), (4, 8), (5, 13)])
def test_everyone_and_those_who_answered_twice_stand_together_and_one_to_four_others_are_in_neither(left: int, n: int) -> None:
    rows = [(f"p{n}", "s1", wave, 5.0 + (n * 3 + place) % 4) for n in range(8) for place, wave in enumerate(("before", "after"))]
    change = estimate_change(make_scores(rows + [(f"l{n}", "s1", "before", 5.0 + n) for n in range(left)]), make_study(1))
    rows = change.set_index("quantity")
    assert rows.loc["change", "state"] == rows.loc["change_pairs", "state"] == "shown"
    assert rows.loc["before", "n"] == n and rows.loc["change_pairs", "n"] == 8


@pytest.mark.parametrize(("smallest", "shown"), [(5, True), (8, True), (9, False)])
def test_a_study_that_asks_for_more_gets_more(smallest: int, shown: bool) -> None:
    scores = make_scores([(f"p{n}", "s1", "before", 5.0 + n % 3) for n in range(8)])
    levels = estimate_levels(scores, make_study(1, smallest_group=smallest))
    assert bool((levels["state"] == "shown").any()) is shown
