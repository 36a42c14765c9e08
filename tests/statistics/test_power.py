"""Power over schools, held to R and to simulations."""

from __future__ import annotations

import numpy as np
import pytest

from tests.witness import witness
from toolkit.statistics.means import compute_mean
from toolkit.statistics.power import compute_power, compute_school_error, compute_smallest_change

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


def test_one_school_has_no_power() -> None:
    assert np.isnan(compute_power(0.3, 0.1, 0))
    assert np.isnan(compute_power(0.3, 0.0, 5))
    assert np.isnan(compute_smallest_change(0.1, 0))


def test_impossible_assumptions_are_named() -> None:
    with pytest.raises(ValueError, match="correlation 2"):
        compute_school_error(8, 0.2, 0.8, 2, 18)
