"""The correlation of ranks: that of scipy, with an interval that holds what is true as often as it says."""

import math

import numpy as np
import pytest
from scipy.stats import norm, rankdata, spearmanr

from toolkit.statistics.correlation import compute_rank_correlation


@pytest.mark.parametrize("seed", range(5))
def test_the_correlation_of_ranks_is_that_of_scipy_and_its_interval_that_of_bonett_and_wright(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 9, 12), rng.normal(size=12)
    found = compute_rank_correlation(x, y, 0.9)
    r = spearmanr(x, y).statistic
    reach = norm.ppf(0.95) * math.sqrt((1 + r**2 / 2) / 9)
    np.testing.assert_allclose(
        (found.estimate, found.low, found.high), (r, *np.tanh([np.arctanh(r) - reach, np.arctanh(r) + reach])), rtol=1e-9
    )
    assert math.isnan(found.p_value) and found.n == 12


@pytest.mark.parametrize(("n", "rho"), [(6, 0.0), (6, 0.8), (10, 0.5), (20, 0.8)])
def test_the_interval_holds_what_is_true(n: int, rho: float) -> None:
    """Of two normal columns with correlation rho the correlation of ranks is 6 / pi * arcsin(rho / 2) (Pearson, 1907)."""
    rng = np.random.default_rng(n)
    true = 6 / math.pi * math.asin(rho / 2)
    held = []
    for _ in range(800):
        x, noise = rng.normal(size=(2, n))
        found = compute_rank_correlation(x, rho * x + math.sqrt(1 - rho**2) * noise)
        held.append(found.low <= true <= found.high)
    assert 0.93 < np.mean(held) < 0.99


def test_few_rows_or_no_spread_have_none_and_a_perfect_order_is_not_certain() -> None:
    assert math.isnan(compute_rank_correlation([1, 2, 3, 4], [1, 2, 3, 4]).estimate)
    assert math.isnan(compute_rank_correlation([1] * 6, range(6)).low)
    up, down = (compute_rank_correlation(range(6), order) for order in (range(6), range(6)[::-1]))
    assert (up.estimate, up.high) == pytest.approx((1, 1)) and 0 < up.low < 0.6
    assert (down.estimate, down.low, down.high) == pytest.approx((-1, -1, -up.low))
    exchanged = compute_rank_correlation(range(6), [1, 0, 2, 3, 4, 5])
    assert exchanged.low == pytest.approx(up.low) and rankdata([1, 0, 2]).tolist() == [2, 1, 3]
