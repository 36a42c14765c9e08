"""The noncentral t distribution, held to its definition as an integral."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import chdtri, gammaln, ndtr

from toolkit.statistics.power import LARGEST, compute_noncentral_t, compute_noncentrality


def integrate(t: float, df: float, noncentrality: float) -> float:
    """Return P(Z + noncentrality < t S), with df S² chi-square on df degrees of freedom."""

    def density(s: float) -> float:
        return float(np.exp(np.log(2) + df / 2 * np.log(df / 2) - gammaln(df / 2) + (df - 1) * np.log(s) - df * s * s / 2))

    low, high = (np.sqrt(chdtri(df, chance) / df) for chance in (1 - 1e-16, 1e-16))
    step = [point for point in (noncentrality / t + shift / abs(t) for shift in (-8, 0, 8)) if low < point < high]
    return quad(lambda s: density(s) * ndtr(t * s - noncentrality), low, high, points=step or None, epsabs=1e-13, limit=400)[0]


@pytest.mark.parametrize("df", [1, 2, 7, 24.3, 200])
def test_chances_equal_the_integral_in_the_middle_and_in_the_tails(df: float) -> None:
    for t in (-60.0, -12.7, -2.0, 0.4, 3.0, 25.0, 300.0):
        for noncentrality in (-40.0, -8.0, -0.5, 0.0, 2.0, 8.0, 60.0, 250.0):
            assert float(compute_noncentral_t(t, df, noncentrality)) == pytest.approx(integrate(t, df, noncentrality), abs=2e-13)


@pytest.mark.parametrize("df", [1, 2, 5, 30, 400])
@pytest.mark.parametrize("t", [-90.0, -4.0, -0.2, 0.0, 0.2, 1.0, 12.0, 300.0])
def test_the_interval_ends_where_t_has_its_chance(t: float, df: float) -> None:
    low, high = compute_noncentrality(t, df)
    assert low < high
    assert float(compute_noncentral_t(t, df, low)) == pytest.approx(0.975, abs=1e-9)
    assert float(compute_noncentral_t(t, df, high)) == pytest.approx(0.025, abs=1e-9)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.999])
def test_the_search_finds_its_ends_at_any_level_and_size(level: float) -> None:
    for t in (-9000.0, -35.0, -1e-3, 0.7, 800.0):
        for df in (1, 4, 60, 1e5):
            ends = compute_noncentrality(t, df, level)
            assert compute_noncentral_t(t, df, ends) == pytest.approx([(1 + level) / 2, (1 - level) / 2], abs=1e-7)
            assert compute_noncentrality(-t, df, level) == pytest.approx([-ends[1], -ends[0]], rel=1e-7)


def test_missing_numbers_stay_missing() -> None:
    np.testing.assert_array_equal(np.isnan(compute_noncentral_t([np.nan, 1, 1, 1], [3, np.nan, 3, 0], [0, 0, np.nan, 0])), True)
    assert np.isnan(compute_noncentrality(np.nan, 5)).all() and np.isnan(compute_noncentrality(1.0, 0)).all()


def test_numbers_without_meaning_have_no_interval() -> None:
    assert np.isfinite([compute_noncentrality(LARGEST, 10), compute_noncentrality(-LARGEST, 10)]).all()
    assert np.isnan([compute_noncentrality(LARGEST * 1.001, 10), compute_noncentrality(-LARGEST * 1.001, 10)]).all()
    assert np.isnan(compute_noncentral_t(1e9, 10, 1e9))
