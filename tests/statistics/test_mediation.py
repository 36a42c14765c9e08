"""Mediation, held to simulations and to known distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import k0

from toolkit.statistics.means import compute_interval
from toolkit.statistics.mediation import compute_product_interval, compute_within_mediation


def test_differences_between_groups_do_not_count_within_them() -> None:
    rng = np.random.default_rng(29)
    school = np.repeat(np.arange(10), 12)
    x, noise = rng.normal(size=(2, 120))
    m = 0.5 * x + noise
    y = 0.3 * m + 0.1 * x + rng.normal(size=120)
    plain = compute_within_mediation(x, m, y, school, np.random.default_rng(1))
    shifted = compute_within_mediation(x + 9 * school, m - 5 * school, y + 7 * school, school, np.random.default_rng(1))
    assert shifted.indirect.estimate == pytest.approx(plain.indirect.estimate)
    assert shifted.indirect.high == pytest.approx(plain.indirect.high)
    assert plain.indirect.low < plain.a.estimate * plain.b.estimate < plain.indirect.high
    assert plain.groups == 10 and plain.n == 120


def test_the_within_interval_contains_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(30)
    school, hits = np.repeat(np.arange(10), 12), 0
    for _ in range(600):
        x = rng.normal(size=120) + rng.normal(size=10)[school]
        m = 0.5 * x + rng.normal(size=120) + rng.normal(size=10)[school]
        y = 0.4 * m + rng.normal(size=120) + rng.normal(size=10)[school]
        interval = compute_within_mediation(x, m, y, school, rng, draws=2000).indirect
        hits += interval.low < 0.2 < interval.high
    assert 0.93 <= hits / 600 <= 0.99


def test_with_a_sure_second_path_the_product_has_the_interval_of_the_first() -> None:
    a, b = compute_interval(0.4, 0.1, 12), compute_interval(2.0, 1e-9, 12)
    ours = compute_product_interval(a, b, np.random.default_rng(2), draws=400_000)
    assert ours.low == pytest.approx(2 * a.low, abs=0.005) and ours.high == pytest.approx(2 * a.high, abs=0.005)


def test_the_product_of_two_standard_normal_paths_has_the_bessel_distribution() -> None:
    a, b = compute_interval(0.0, 1.0), compute_interval(0.0, 1.0)
    ours = compute_product_interval(a, b, np.random.default_rng(3), draws=1_000_000)
    below, _ = quad(lambda z: k0(z) / math.pi, 0, ours.high)
    assert 0.5 + below == pytest.approx(0.975, abs=0.001)
    assert ours.low == pytest.approx(-ours.high, abs=0.03)


def test_people_who_miss_a_value_are_left_out() -> None:
    rng = np.random.default_rng(31)
    x, m, y = rng.normal(size=(3, 20))
    gap = np.append(x, 1), np.append(m, np.nan), np.append(y, 1)
    school, more = np.repeat([0, 1, 2, 3], 5), np.repeat([0, 1, 2, 3, 0], [5, 5, 5, 5, 1])
    alone, among = (
        compute_within_mediation(*parts, groups, np.random.default_rng(1)) for parts, groups in (((x, m, y), school), (gap, more))
    )
    assert among == alone and alone.n == 20


@pytest.mark.parametrize("n", [0, 2, 3])
def test_too_few_people_have_no_paths(n: int) -> None:
    x = np.arange(float(n))
    within = compute_within_mediation(x, x**2, x**3, np.zeros(n), np.random.default_rng(1))
    assert math.isnan(within.indirect.low)
