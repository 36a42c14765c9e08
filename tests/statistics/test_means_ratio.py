import numpy as np
import pytest
from scipy import stats

from toolkit.statistics.means import compute_ratio


def test_the_limits_are_the_ratios_that_a_t_test_just_rejects() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(1, 0.3, 9)
    x = 0.4 * y + rng.normal(0, 0.2, 9)
    found = compute_ratio(x, y)
    assert found.estimate == x.mean() / y.mean()
    for limit in (found.low, found.high):
        assert stats.ttest_1samp(x - limit * y, 0).pvalue == pytest.approx(0.05)
    assert found.p_value == pytest.approx(stats.ttest_1samp(x, 0).pvalue)
    assert found.low < found.estimate < found.high and found.df == 8


def test_the_interval_covers_the_true_ratio_as_often_as_it_says() -> None:
    rng, hits = np.random.default_rng(2), 0
    for _ in range(2000):
        y = rng.normal(0.9, 0.4, 8)
        found = compute_ratio(0.5 * y + rng.normal(0, 0.3, 8), y)
        # A denominator that doesn't differ from 0 leaves all ratios possible, which holds the true one too.
        hits += bool(np.isnan(found.low) or found.low < 0.5 < found.high)
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_far_from_zero_it_is_the_interval_of_the_delta_method() -> None:
    rng = np.random.default_rng(3)
    y = rng.normal(100, 1, 400)
    x = rng.normal(50, 1, 400)
    found = compute_ratio(x, y)
    assert (found.high - found.low) / 2 == pytest.approx(stats.t.ppf(0.975, 399) * found.std_error, rel=1e-3)


def test_a_denominator_that_may_be_zero_leaves_no_interval() -> None:
    rng = np.random.default_rng(4)
    found = compute_ratio(rng.normal(1, 0.1, 6), [-1.0, 1.2, -0.8, 0.9, -1.1, 1.0])
    assert np.isfinite(found.estimate) and np.isfinite(found.std_error) and found.df == 5
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_a_denominator_that_is_zero_on_average_leaves_no_ratio() -> None:
    found = compute_ratio([1.0, 2.0, 3.0], [-1.0, 0.0, 1.0])
    assert found.df == 2 and np.isnan([found.estimate, found.std_error, found.low, found.high, found.p_value]).all()


def test_numerators_that_are_the_same_share_of_all_denominators_leave_no_interval() -> None:
    found = compute_ratio([10.0, 11.0, 12.0], [20.0, 22.0, 24.0])
    assert (found.estimate, found.std_error) == (0.5, 0)
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_numerators_that_are_all_the_same_differ_from_zero_for_certain() -> None:
    found = compute_ratio([1.0, 1.0, 1.0], [2.0, 2.2, 2.4])
    assert found.p_value == 0
    for limit in (found.low, found.high):
        assert stats.ttest_1samp(1 - limit * np.array([2.0, 2.2, 2.4]), 0).pvalue == pytest.approx(0.05)


@pytest.mark.parametrize("units", [0, 1])
def test_fewer_than_two_units_give_nothing(units: int) -> None:
    found = compute_ratio([1.0] * units, [2.0] * units)
    assert found.df == units - 1
    assert np.isnan([found.estimate, found.std_error, found.low, found.high, found.p_value]).all()


def test_units_that_miss_a_number_are_left_out() -> None:
    whole, partly = compute_ratio([1.0, 2, 4], [2.0, 3, 5]), compute_ratio([1.0, np.nan, 2, 4, 9], [2.0, 3, 3, 5, np.nan])
    assert whole == partly
