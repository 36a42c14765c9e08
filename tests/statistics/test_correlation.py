"""A correlation and its interval, beside those of scipy."""

import math

import numpy as np
import pytest
from scipy.stats import pearsonr

from toolkit.statistics.correlation import compute_correlation


@pytest.mark.parametrize("seed", range(5))
def test_a_correlation_is_that_of_scipy(seed: int) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, 9))
    found, other = compute_correlation(x, y, 0.9), pearsonr(x, y)
    interval = other.confidence_interval(0.9)
    expected = (other.statistic, interval.low, interval.high, other.pvalue)
    np.testing.assert_allclose((found.estimate, found.low, found.high, found.p_value), expected, rtol=1e-9)
    assert found.n == 9


def test_three_rows_or_no_spread_have_none_and_a_line_is_whole() -> None:
    assert math.isnan(compute_correlation([1, 2, 3], [1, 2, 4]).estimate)
    assert math.isnan(compute_correlation([1, 1, 1, 1], [1, 2, 3, 4]).low)
    line = compute_correlation([1, 2, 3, 4], [2, 4, 6, 8])
    assert (line.estimate, line.low, line.high, line.p_value) == (1, 1, 1, 0)
