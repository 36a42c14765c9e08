"""Rubin's rules, held to mice and to simulations."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.missing_data import compute_pooled


def test_pooled_regressions_equal_those_of_mice() -> None:
    w = witness("mi.nhanes_pool")
    estimates, variances = [], []
    for _, data in w.data().groupby("imp"):
        x = np.column_stack([np.ones(len(data)), data["age"], data["bmi"]])
        b, rss, *_ = np.linalg.lstsq(x, data["chl"].to_numpy())
        estimates.append(b)
        variances.append(rss[0] / (len(x) - 3) * np.diag(np.linalg.inv(x.T @ x)))
    ours = compute_pooled(estimates, variances, df_complete=22)
    for field, theirs in {
        "estimate": "estimate", "std_error": "se", "df": "df", "p_value": "p", "low": "low", "high": "high",
        "missing_information": "fmi", "share": "lambda", "increase": "riv",
    }.items():  # fmt: skip
        w.agree(getattr(ours, field), theirs)


def test_a_single_estimate_is_pooled_by_the_rules() -> None:
    w = witness("mi.pool_scalar")
    ours = compute_pooled([1.2, 1.5, 0.9, 1.4, 1.1], [0.04, 0.05, 0.045, 0.05, 0.04], df_complete=23)
    for field, theirs in {
        "estimate": "qbar", "within": "ubar", "between": "b", "std_error": "se", "df": "df", "share": "lambda", "increase": "riv",
        "missing_information": "fmi", "low": "ci_low", "high": "ci_high",
    }.items():  # fmt: skip
        w.agree(getattr(ours, field), theirs)


def test_imputations_that_agree_leave_the_observed_degrees_of_freedom() -> None:
    ours = compute_pooled([2.0, 2.0, 2.0], [0.25, 0.25, 0.25], df_complete=20)
    assert ours.std_error == 0.5 and ours.share == 0
    assert ours.df == pytest.approx(21 / 23 * 20)
    assert np.isinf(compute_pooled([2.0, 2.0, 2.0], [0.25, 0.25, 0.25]).df)


def test_the_interval_contains_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(14)
    hits, draws, n, seen, m = 0, 1500, 60, 45, 20
    for _ in range(draws):  # a normal mean with 15 of 60 values missing, drawn from their posterior
        y = rng.normal(size=seen)
        sigma = np.sqrt((seen - 1) * y.var(ddof=1) / rng.chisquare(seen - 1, size=m))
        mu = y.mean() + sigma / np.sqrt(seen) * rng.normal(size=m)
        full = np.column_stack([np.tile(y, (m, 1)), mu[:, None] + sigma[:, None] * rng.normal(size=(m, n - seen))])
        ours = compute_pooled(full.mean(axis=1), full.var(axis=1, ddof=1) / n, df_complete=n - 1)
        hits += bool(ours.low < 0 < ours.high)
    assert abs(hits / draws - 0.95) < 0.02


@pytest.mark.parametrize("estimates", [[], [1.0], [1.0, np.nan, 2.0]])
def test_too_few_imputations_give_nothing(estimates: list[float]) -> None:
    ours = compute_pooled(estimates, np.ones(len(estimates)), df_complete=10)
    assert np.isnan(ours.low) and np.isnan(ours.p_value) and np.isnan(ours.df)


def test_shapes_that_differ_are_named() -> None:
    with pytest.raises(ValueError, match=r"\(2,\)"):
        compute_pooled([1.0, 2.0], [[1.0], [2.0]])
