"""Agreement of raters, held to R."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.formulas.rater_agreement import compute_rater_icc


def test_the_six_correlations_equal_those_of_psych() -> None:
    w = witness("icc.psych_lq2002_LEAD_items")
    ratings = w.data().iloc[:60][[f"LEAD{item:02d}" for item in range(1, 12)]]
    ours = compute_rater_icc(ratings)
    for field, theirs in {"icc": "icc", "f": "F", "p_value": "p", "low": "low", "high": "high"}.items():
        w.agree(getattr(ours, field), theirs)


def test_the_interval_of_agreement_contains_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(3)
    hits = 0
    for _ in range(1000):
        ratings = rng.normal(size=(20, 1)) + 0.5 * rng.normal(size=8) + rng.normal(size=(20, 8))
        ours = compute_rater_icc(ratings)
        hits += ours.low[1] < 1 / 2.25 < ours.high[1]
    assert abs(hits / 1000 - 0.95) < 0.03


def test_targets_that_miss_a_rating_are_left_out() -> None:
    ratings = np.random.default_rng(2).normal(size=(8, 3))
    with_gap = np.vstack([ratings, [1, np.nan, 2]])
    np.testing.assert_array_equal(compute_rater_icc(with_gap).icc, compute_rater_icc(ratings).icc)


@pytest.mark.parametrize("ratings", [np.ones((5, 3)), np.ones((1, 3)), np.arange(5.0)[:, None], np.add.outer(np.arange(5) / 3, [0.1, 0.7])])
def test_ratings_without_spread_have_no_icc(ratings: np.ndarray) -> None:
    assert np.isnan(compute_rater_icc(ratings).icc).all()


def test_two_raters_who_contradict_each_other_have_no_reliable_mean() -> None:
    ours = compute_rater_icc([[1.0, 3.0], [2.0, 2.0], [3.5, 0.5], [4.0, 1.0], [0.0, 3.0]])
    assert ours.icc[2] < -0.8 and ours.icc[5] < -5
    opposed = compute_rater_icc([[1.0, 3.1], [2.0, 2.1], [3.0, 1.1]])
    assert np.isnan(opposed.icc[[2, 5]]).all()
