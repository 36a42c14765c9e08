"""Power over schools, held to R and to simulations."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.power import TTestPower

from tests.witness import witness
from toolkit.statistics.means import compute_mean
from toolkit.statistics.power import compute_power, compute_school_error, compute_smallest_change, compute_smallest_change_range

SCHOOLS = np.array([4, 6, 8, 10, 14, 20, 30])


def test_power_over_schools_equals_that_of_r() -> None:
    error = compute_school_error(SCHOOLS, tau=0.25, sd=0.8, correlation=0.5, pairs=18)  # 2 * 0.8² * (1 - 0.5) = 0.8²
    np.testing.assert_allclose(compute_power(0.3, error, SCHOOLS - 1), witness("power.school_mean_t").value, rtol=1e-6)


def test_power_is_the_share_of_samples_that_find_the_change() -> None:
    rng = np.random.default_rng(3)
    found = np.mean([compute_mean(rng.normal(0.5, 1, size=12)).p_value < 0.05 for _ in range(4000)])
    assert found == pytest.approx(float(compute_power(0.5, 1 / np.sqrt(12), 11)), abs=0.02)


@pytest.mark.parametrize("df", [1, 3, 29])
def test_the_smallest_change_is_found_with_the_chance_asked_for(df: int) -> None:
    change = compute_smallest_change(0.12, df, power=0.8)
    assert float(compute_power(change, 0.12, df)) == pytest.approx(0.8, rel=1e-8)
    assert float(compute_power(-change, 0.12, df)) == pytest.approx(0.8, rel=1e-8)


@pytest.mark.parametrize("df", [3, 29])
def test_the_range_of_the_smallest_change_is_that_of_the_standard_error(df: int) -> None:
    low, high = compute_smallest_change_range(0.12, df)
    ends = 0.12 * np.sqrt(df / stats.chi2.ppf([0.975, 0.025], df))  # the interval of a standard deviation
    np.testing.assert_allclose([low, high], [compute_smallest_change(error, df) for error in ends], rtol=1e-9)
    assert np.isnan(compute_smallest_change_range(0.12, 0)).all() and np.isnan(compute_smallest_change_range(np.nan, df)).all()


def test_the_range_of_the_smallest_change_holds_the_true_one_in_95_percent() -> None:
    rng = np.random.default_rng(4)
    true = compute_smallest_change(1 / np.sqrt(6), 5)
    errors = rng.normal(size=(2000, 6)).std(axis=1, ddof=1) / np.sqrt(6)
    low, high = compute_smallest_change_range(1.0, 5)  # both are a multiple of the standard error
    assert np.mean((errors * low <= true) & (true <= errors * high)) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize(("power", "alpha"), [(0.8, 1e-6), (0.9, 0.1), (0.06, 0.05), (0.051, 0.05)])
def test_the_smallest_change_holds_for_any_chance_and_level(power: float, alpha: float) -> None:
    change = compute_smallest_change(0.12, 9, power, alpha)
    assert float(compute_power(change, 0.12, 9, alpha)) == pytest.approx(power, rel=1e-6)


def test_a_chance_that_luck_alone_gives_needs_no_change() -> None:
    assert np.isnan(compute_smallest_change(0.12, 9, power=0.05))
    assert np.isnan(compute_smallest_change(0.12, 9, power=0.04))


def test_one_school_has_no_power() -> None:
    assert np.isnan(compute_power(0.3, 0.1, 0))
    assert np.isnan(compute_power(0.3, 0.0, 5))
    assert np.isnan(compute_smallest_change(0.1, 0))
    assert np.isnan(compute_smallest_change(0.0, 5))


@pytest.mark.parametrize(
    ("tau", "sd", "correlation", "pairs", "error"),
    [(0.0, 1.0, 0.0, 1, np.sqrt(2 / 4)), (0.5, 0.0, 0.0, 1, 0.25), (0.5, 1.0, 1.0, 1, 0.25), (0.0, 1.0, -1.0, 0.5, np.sqrt(8 / 4))],
)
def test_the_ends_of_what_can_be_assumed_are_possible(tau: float, sd: float, correlation: float, pairs: float, error: float) -> None:
    assert float(compute_school_error(4, tau, sd, correlation, pairs)) == pytest.approx(error)


@pytest.mark.parametrize(
    ("tau", "sd", "correlation", "pairs"),
    [(-0.1, 0.8, 0, 18), (0.2, -0.1, 0, 18), (0.2, 0.8, 1.1, 18), (0.2, 0.8, -1.1, 18), (0.2, 0.8, 0, 0)],
)
def test_impossible_assumptions_are_named(tau: float, sd: float, correlation: float, pairs: float) -> None:
    with pytest.raises(ValueError, match=f"tau {tau} and sd {sd} .* correlation {correlation} .* pairs {pairs}"):
        compute_school_error(8, tau, sd, correlation, pairs)


def test_a_share_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="`alpha` is 1"):
        compute_power(0.3, 0.1, 5, alpha=1)
    with pytest.raises(ValueError, match="`power` is 0"):
        compute_smallest_change(0.1, 5, power=0)


@pytest.mark.parametrize("schools", [4, 6, 14, 30])
def test_power_and_the_smallest_change_equal_those_of_statsmodels(schools: int) -> None:
    error = 0.8 / np.sqrt(schools)
    assert float(compute_power(0.3, error, schools - 1)) == pytest.approx(TTestPower().power(0.3 / 0.8, schools, 0.05), rel=1e-12)
    theirs = TTestPower().power(compute_smallest_change(error, schools - 1) / 0.8, schools, 0.05)  # its own search stops at 1e-7
    assert theirs == pytest.approx(0.8, abs=1e-11)
