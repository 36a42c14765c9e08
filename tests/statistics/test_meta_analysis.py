"""Random-effects synthesis against metafor."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from tests.witness import witness
from toolkit.statistics.meta_analysis import estimate_common_spread, estimate_random_effects, estimate_tau2, profile_tau2, shrink_effects

ENTRIES = ["meta.school_changes", "meta.bcg", "meta.konstantopoulos", "meta.small6"]
NAMES = {
    "k": "k",
    "mu": "mu",
    "std_error": "se_hksj",
    "std_error_wald": "se_wald",
    "low": "hksj_ci_low",
    "high": "hksj_ci_high",
    "p_value": "hksj_p",
    "tau2": "tau2_reml",
    "tau2_low": "tau2_qprofile_low",
    "tau2_high": "tau2_qprofile_high",
    "q": "Q",
    "q_p_value": "Q_p",
    "new_low": "pi_t_km1_low",
    "new_high": "pi_t_km1_high",
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_synthesis_agrees_with_metafor(entry: str) -> None:
    w = witness(entry)
    d = w.data().head(w.value["k"])
    found = estimate_random_effects(d.yi, d.vi)
    for ours, theirs in NAMES.items():
        w.agree(getattr(found, ours), theirs)
    w.agree(100 * found.i2, "I2_reml")
    w.agree(estimate_tau2(d.yi, d.vi, "dl"), "tau2_dl")
    w.agree(estimate_tau2(d.yi, d.vi, "pm"), "tau2_pm")
    shrunken = shrink_effects(d.yi, d.vi, found.tau2)
    w.agree(shrunken.estimate, "blup_wald")
    w.agree(shrunken.std_error, "blup_wald_se")
    w.agree(shrink_effects(d.yi, d.vi, found.tau2, hksj=True).std_error, "blup_hksj_se")


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95])
def test_the_limits_of_any_level_are_where_their_tests_just_reject(level: float) -> None:
    d = witness("meta.school_changes").data()
    found = estimate_random_effects(d.yi, d.vi, level)
    reach = stats.t.ppf((1 + level) / 2, found.k - 1)
    assert [found.low, found.high] == pytest.approx([found.mu - reach * found.std_error, found.mu + reach * found.std_error])
    new = reach * np.sqrt(found.tau2 + found.std_error**2)
    assert [found.new_low, found.new_high] == pytest.approx([found.mu - new, found.mu + new])
    for tau2, chance in ((found.tau2_low, (1 + level) / 2), (found.tau2_high, (1 - level) / 2)):
        weight = 1 / (d.vi + tau2)
        q = (weight * (d.yi - (weight * d.yi).sum() / weight.sum()) ** 2).sum()
        assert stats.chi2.cdf(q, found.k - 1) == pytest.approx(chance)
    assert profile_tau2(d.yi, d.vi, level) == (found.tau2_low, found.tau2_high)


def test_what_is_not_said_is_95_percent_and_reml() -> None:
    d = witness("meta.school_changes").data()
    assert profile_tau2(d.yi, d.vi) == profile_tau2(d.yi, d.vi, 0.95)
    assert estimate_tau2(d.yi, d.vi) == estimate_tau2(d.yi, d.vi, "reml")


@pytest.mark.parametrize("method", ["reml", "dl", "pm"])
def test_effects_closer_than_their_errors_have_no_heterogeneity(method: str) -> None:
    assert estimate_tau2([0.1, 0.12, 0.09, 0.11], [0.04] * 4, method) == 0.0


def test_equal_errors_give_the_analysis_of_variance_estimate() -> None:
    y = np.array([0.1, 0.9, -0.4, 0.5, 1.3])
    for method in ("reml", "dl", "pm"):
        assert estimate_tau2(y, np.full(5, 0.1), method) == pytest.approx(y.var(ddof=1) - 0.1, rel=1e-10)
    found = estimate_random_effects(y, np.full(5, 0.1))
    assert [found.mu, found.std_error] == pytest.approx([y.mean(), y.std(ddof=1) / np.sqrt(5)])


@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_scale_does_not_matter(factor: float) -> None:
    d = witness("meta.school_changes").data()
    one, other = estimate_random_effects(d.yi, d.vi), estimate_random_effects(factor * d.yi, factor**2 * d.vi)
    assert [other.tau2 / factor**2, other.low / factor, other.tau2_high / factor**2] == pytest.approx(
        [one.tau2, one.low, one.tau2_high], rel=1e-9
    )


def test_few_or_equal_effects_give_no_interval_and_no_crash() -> None:
    none, one, equal = (
        estimate_random_effects([], []),
        estimate_random_effects([0.4], [0.04]),
        estimate_random_effects([0.4] * 3, [0.04] * 3),
    )
    assert (none.k, one.k, one.mu, one.std_error_wald) == (0, 1, 0.4, 0.2)
    assert np.isnan(astuple(none)[1:]).all()
    assert np.isnan([one.std_error, *astuple(one)[4:], *profile_tau2([0.4], [0.04])]).all()
    assert (equal.tau2, equal.tau2_low, equal.q) == (0.0, 0.0, 0.0)
    assert np.isnan(equal.low)
    assert np.isnan(estimate_tau2([1.0], [1.0]))


def test_two_effects_are_enough() -> None:
    found = estimate_random_effects([0.0, 2.0], [0.5, 0.5])
    assert found.tau2 == pytest.approx(1.5)
    assert found.std_error == pytest.approx(1.0)  # with equal errors that of a mean: the SD, sqrt(2), over sqrt(2)
    assert found.tau2_low < 1.5 < found.tau2_high


def test_wrong_input_is_named() -> None:
    with pytest.raises(ValueError, match="positive"):
        estimate_random_effects([0.1, 0.2], [0.0, 0.1])
    with pytest.raises(ValueError, match="one variance"):
        estimate_random_effects([0.1, 0.2], [0.1])
    with pytest.raises(ValueError, match="hedges"):
        estimate_tau2([0.1, 0.2], [0.1, 0.1], "hedges")


def test_a_common_spread_is_that_of_a_meta_regression_with_a_mean_per_group() -> None:
    rng = np.random.default_rng(4)
    groups = [(rng.normal(mean, 0.6, k), rng.uniform(0.02, 0.2, k)) for mean, k in ((0, 5), (3, 4), (-1, 6))]
    y, v = (np.concatenate(parts) for parts in zip(*groups, strict=True))
    x = np.repeat(np.eye(3), [5, 4, 6], axis=0)

    def describe(tau2: float) -> tuple[float, float]:
        w = np.diag(1 / (v + tau2))
        information = x.T @ w @ x
        residual = y - x @ np.linalg.solve(information, x.T @ w @ y)
        q = float(residual @ w @ residual)
        return float(np.log(v + tau2).sum() + np.linalg.slogdet(information)[1] + q), q

    best = minimize_scalar(lambda tau2: describe(tau2)[0], bounds=(0, 3), method="bounded", options={"xatol": 1e-12}).x
    found = estimate_common_spread(groups)
    assert found.estimate == pytest.approx(math.sqrt(best), abs=1e-6)
    for limit, share in ((found.low, 0.025), (found.high, 0.975)):
        assert stats.chi2.sf(describe(limit**2)[1], 12) == pytest.approx(share, rel=1e-6)


def test_a_common_spread_of_one_group_is_that_of_the_group_and_groups_of_one_tell_nothing() -> None:
    y, v = np.array([0.1, 0.9, 0.4, 1.6]), np.array([0.05, 0.04, 0.07, 0.1])
    alone = estimate_random_effects(y, v)
    both = estimate_common_spread([(y, v), (np.array([9.0]), np.array([0.1]))])
    assert (both.estimate**2, both.low**2, both.high**2) == pytest.approx((alone.tau2, alone.tau2_low, alone.tau2_high))
    assert math.isnan(estimate_common_spread([(y[:1], v[:1])]).estimate)
