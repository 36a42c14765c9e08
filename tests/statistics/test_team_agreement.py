"""Agreement within teams, held to R and to hand-made teams."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.team_agreement import _draw_teams, compute_agreement, compute_agreement_percentile, compute_null_variance

LEAD = [f"LEAD{item:02d}" for item in range(1, 12)]


def test_agreement_equals_r_and_the_multilevel_package() -> None:
    w = witness("rwgj.lq2002_LEAD")
    data = w.data()
    ours = compute_agreement(data[LEAD], data["COMPID"], options=5)
    assert [str(team) for team in ours.teams[:10]] == w.value["company"]
    w.agree(ours.rwgj[:10], "rwgj")
    w.agree(ours.rwg_star[:10], "rwgj_star")
    w.agree(ours.average_deviation[:10], "adm")
    w.agree(ours.n[:10], "n")
    w.agree(np.median(ours.rwgj), "median")
    w.agree(ours.rwgj.mean(), "mean")
    package = witness("rwgj.multilevel_pkg")
    package.agree(ours.rwgj[:10], "rwgj")
    package.agree(ours.rwgj.mean(), "mean")


def test_the_null_variances_are_the_published_ones() -> None:
    assert compute_null_variance(5) == 2
    assert compute_null_variance(5, "slight_skew") == 1.34
    assert compute_null_variance(7, "slight_skew") == 2.90
    assert np.isnan(compute_null_variance(4, "slight_skew"))


def test_full_agreement_is_one_and_less_than_chance_is_zero() -> None:
    answers = [[4, 4], [4, 4], [1, 5], [5, 1]]
    ours = compute_agreement(answers, ["same", "same", "apart", "apart"], options=5)
    np.testing.assert_array_equal(ours.rwgj, [0, 1])
    np.testing.assert_array_equal(ours.rwg_star, [0, 1])
    np.testing.assert_array_equal(ours.average_deviation, [2, 0])


def test_a_missing_answer_leaves_out_that_answer_only() -> None:
    answers = [[1, 2], [3, np.nan], [5, 4], [np.nan, np.nan]]
    ours = compute_agreement(answers, ["a"] * 4, options=5)
    assert ours.n[0] == 3
    assert ours.item_variance[0] == pytest.approx((4 + 2) / 2)
    assert ours.average_deviation[0] == pytest.approx((4 / 3 + 1) / 2)


def test_a_team_of_one_has_no_agreement() -> None:
    ours = compute_agreement([[1, 2], [3, 4], [3, 4]], ["alone", "b", "b"], options=5)
    assert np.isnan(ours.rwgj[0]) and np.isnan(ours.average_deviation[0]) and ours.rwgj[1] == 1
    percentile = compute_agreement_percentile([[1, 2], [3, 4], [3, 4]], ["alone", "b", "b"], 5, np.random.default_rng(1), draws=50)
    assert np.isnan(percentile[0])


def test_people_assigned_to_teams_by_chance_stand_around_the_middle() -> None:
    rng = np.random.default_rng(2)
    answers, teams = rng.integers(1, 6, size=(400, 4)), np.repeat(np.arange(40), 10)
    answers[:10] = rng.integers(3, 5, size=(10, 4))
    percentile = compute_agreement_percentile(answers, teams, 5, rng, draws=400)
    assert percentile[0] > 99
    assert 40 < percentile[1:].mean() < 60
    assert 20 < percentile[1:].std() < 38  # a uniform share has SD 28.9


def test_the_percentile_follows_the_generator() -> None:
    data = witness("rwgj.lq2002_LEAD").data().head(200)
    first, second = (compute_agreement_percentile(data[LEAD], data["COMPID"], 5, np.random.default_rng(3), 100) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_no_people_are_no_teams() -> None:
    assert compute_agreement(np.empty((0, 3)), [], options=5).rwgj.size == 0


def test_a_scale_with_one_option_is_named() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        compute_null_variance(1)


def test_answers_without_columns_are_named() -> None:
    with pytest.raises(ValueError, match="2 dimension"):
        compute_agreement([1, 2, 3], ["a", "a", "a"], options=5)


@pytest.mark.parametrize(("people", "size", "draws"), [(300, 12, 200), (30, 30, 20), (30, 29, 50), (5, 2, 40), (1, 1, 3)])
def test_teams_drawn_at_once_are_those_that_numpy_draws_one_by_one(people: int, size: int, draws: int) -> None:
    ours, numpys = np.random.default_rng(8), np.random.default_rng(8)
    teams = _draw_teams(people, size, draws, ours)
    assert teams.tolist() == [numpys.choice(people, size, replace=False, shuffle=False).tolist() for _ in range(draws)]
    assert ours.random() == numpys.random()


def test_every_person_is_drawn_as_often_and_nobody_twice() -> None:
    teams = _draw_teams(8, 3, 8000, np.random.default_rng(9))
    assert all(len(set(team)) == 3 for team in teams.tolist())
    assert np.bincount(teams.ravel()) / 8000 == pytest.approx(np.full(8, 3 / 8), abs=0.02)
