"""Two independent groups, held to R and to simulations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pingouin as pg
import pytest
from scipy import stats

from tests.witness import Witness, witness
from toolkit.statistics.means import TwoGroups, compute_two_groups


def changes_of_anorexia(data: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    change = data["Postwt"] - data["Prewt"]
    return change[data["Treat"] == "FT"], change[data["Treat"] == "CBT"]


def baselines_of_attrition(data: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    return data["lang1"][data["obs"] == 1], data["lang1"][data["obs"] == 0]


def agree(w: Witness, ours: TwoGroups) -> None:
    w.agree(ours.welch.estimate, "diff")
    w.agree(ours.welch.estimate / ours.welch.std_error, "welch_t")
    for value, name in {
        ours.welch.df: "welch_df", ours.welch.p_value: "welch_p", ours.welch.low: "welch_ci_low", ours.welch.high: "welch_ci_high",
        ours.d_s.estimate: "d_s", ours.g_s.estimate: "g_s", ours.g_s.low: "g_ci_low", ours.g_s.high: "g_ci_high",
    }.items():  # fmt: skip
        w.agree(value, name)


@pytest.mark.parametrize(
    ("id", "groups"), [("twogroup.anorexia_change", changes_of_anorexia), ("attrition.compare", baselines_of_attrition)]
)
def test_the_difference_equals_that_of_r(id: str, groups: Callable[[pd.DataFrame], tuple[pd.Series, pd.Series]]) -> None:
    w = witness(id)
    agree(w, compute_two_groups(*groups(w.data())))


def test_the_pooled_t_allows_one_treated_school() -> None:
    others = np.array([0.1, 0.4, -0.2, 0.3, 0.5])
    ours = compute_two_groups([1.2], others)
    s = np.std(others, ddof=1)
    assert ours.pooled.df == 4 and math.isnan(ours.welch.low)
    assert ours.pooled.std_error == pytest.approx(s * math.sqrt(1 + 1 / 5))


def test_the_interval_of_g_contains_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(12)
    hits = sum(g.low < 0.7 < g.high for g in (compute_two_groups(rng.normal(0.7, 1, 9), rng.normal(0, 1, 14)).d_s for _ in range(2000)))
    assert abs(hits / 2000 - 0.95) < 0.015


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], []), ([1.0], [2.0]), ([1.0, 1.0], [2.0, 2.0]), ([np.nan], [1.0, 2.0])])
def test_degenerate_groups_have_no_interval(first: list[float], second: list[float]) -> None:
    ours = compute_two_groups(first, second)
    assert all(math.isnan(value) for value in (ours.welch.low, ours.pooled.low, ours.d_s.estimate, ours.g_s.low))


@pytest.mark.parametrize("n_first", [1, 2, 9])
def test_the_two_t_tests_and_d_equal_those_of_scipy_and_pingouin(n_first: int) -> None:
    rng = np.random.default_rng(n_first)
    first, second = rng.normal(0.4, 1, n_first), rng.normal(0, 2, 7)
    ours = compute_two_groups(first, second, 0.9)
    for found, equal in [(ours.pooled, True), (ours.welch, False)][: 1 if n_first == 1 else 2]:
        theirs = stats.ttest_ind(first, second, equal_var=equal)
        ends = theirs.confidence_interval(0.9)
        np.testing.assert_allclose((found.p_value, found.df, found.low, found.high), (theirs.pvalue, theirs.df, *ends), rtol=1e-12)
    if n_first > 1:
        assert ours.d_s.estimate == pytest.approx(pg.compute_effsize(first, second, eftype="cohen"), rel=1e-12)
