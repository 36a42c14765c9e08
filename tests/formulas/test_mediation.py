"""Mediation, held to R and to simulations."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import k0

from tests.witness import witness
from toolkit.formulas.mediation import Mediation, Variance, compute_mediation, compute_product_interval, compute_within_mediation
from toolkit.formulas.paired import compute_interval


def mediation_of_jobs(variance: Variance) -> Mediation:
    data = witness("mediation.jobs").data()
    return compute_mediation(data["treat"], data["job_seek"], data["depress2"], data[["econ_hard", "sex", "age"]], variance)


def test_the_paths_equal_those_of_r() -> None:
    w = witness("mediation.jobs")
    ours = mediation_of_jobs("unbiased")
    w.agree(ours.n, "n")
    for path, name in {"a": "a", "b": "b", "direct": "direct", "indirect": "ab", "total": "total"}.items():
        w.agree(getattr(ours, path).estimate, name)
    w.agree(ours.a.std_error, "se_a")
    w.agree(ours.b.std_error, "se_b")
    w.agree(ours.indirect.std_error, "se_sobel")


def test_with_maximum_likelihood_errors_the_paths_equal_those_of_lavaan() -> None:
    w = witness("mediation.jobs_lavaan")
    ours = mediation_of_jobs("ml")
    paths = [{"a": ours.a, "b": ours.b, "c": ours.direct, "ab": ours.indirect, "tot": ours.total}[label] for label in w.value["label"]]
    w.agree([path.estimate for path in paths], "est")
    w.agree([path.std_error for path in paths], "se")


def test_the_total_effect_is_the_regression_without_the_mediator() -> None:
    rng = np.random.default_rng(28)
    x = rng.normal(size=80)
    m = 0.5 * x + rng.normal(size=80)
    y = 0.4 * m + 0.2 * x + rng.normal(size=80)
    assert compute_mediation(x, m, y).total.estimate == pytest.approx(np.polyfit(x, y, 1)[0])


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
    assert compute_mediation(*gap) == compute_mediation(x, m, y)


@pytest.mark.parametrize("n", [0, 2, 3])
def test_too_few_people_have_no_paths(n: int) -> None:
    x = np.arange(float(n))
    ours = compute_mediation(x, x**2, x**3)
    assert math.isnan(ours.total.estimate) and math.isnan(ours.indirect.low)
    within = compute_within_mediation(x, x**2, x**3, np.zeros(n), np.random.default_rng(1))
    assert math.isnan(within.indirect.low)
