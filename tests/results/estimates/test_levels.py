import numpy as np
import pytest

from tests.made_study import make_scores, make_study
from toolkit.results.estimates.levels import estimate_levels


def put(values: dict[str, list[float]], wave: str = "before") -> list[tuple[str, str, str, float]]:
    return [(f"{school}-{i}", school, wave, value) for school, numbers in values.items() for i, value in enumerate(numbers)]


def test_a_mean_needs_five_people_and_a_spread_ten() -> None:
    scores = make_scores(put({"s1": [6.0] * 4, "s2": [5.0, 6, 7, 8, 9], "s3": [5.0, 6, 7, 8, 9] * 2}))
    levels = estimate_levels(scores, make_study(3)).set_index(["school", "wave", "quantity"])
    assert levels.loc[("s1", "before", "mean"), "state"] == "hidden"
    assert np.isnan(levels.loc[("s1", "before", "mean"), "estimate"]) and levels.loc[("s1", "before", "mean"), "n"] == 0
    assert levels.loc[("s2", "before", "mean"), "estimate"] == 7
    assert levels.loc[("s2", "before", "sd"), "state"] == "hidden"
    assert levels.loc[("s3", "before", "sd"), "estimate"] == pytest.approx(np.std([5, 6, 7, 8, 9] * 2, ddof=1))
    assert levels.loc[("s2", "after", "mean"), "state"] == "not_measured"


def test_people_without_a_valid_score_do_not_count_towards_the_floor() -> None:
    scores = make_scores(put({"s1": [6.0, 7, 8, 9, float("nan")]}))
    levels = estimate_levels(scores, make_study(1)).set_index(["school", "wave", "quantity"])
    assert levels.loc[("s1", "before", "mean"), "state"] == "hidden"


def test_the_mean_over_schools_counts_each_shown_school_once_and_leaves_a_lone_hidden_one_out() -> None:
    scores = make_scores(put({"s1": [1.0] * 4, "s2": [4.0] * 6, "s3": [8.0] * 12}))
    levels = estimate_levels(scores, make_study(3)).set_index(["school", "wave", "quantity"])
    average = levels.loc[("", "before", "mean")]
    assert average["estimate"] == 6 and average["n"] == 18


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    rows = put({"s1": [5.0, 6, 7, 8, 9.5], "s2": [5.0, 6, 7, 8, 9, 3.5]})
    first, second = estimate_levels(make_scores(rows), make_study(2)), estimate_levels(make_scores(rows[::-1]), make_study(2))
    np.testing.assert_allclose(first["estimate"], second["estimate"], rtol=1e-12)
