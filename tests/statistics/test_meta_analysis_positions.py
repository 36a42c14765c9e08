"""School positions with tau integrated out: against R, and against truth by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.meta_analysis import estimate_positions
from toolkit.statistics.two_stage import estimate_school_changes


def test_positions_agree_with_r() -> None:
    w = witness("default.tau_integrated")
    d = w.data()
    first = estimate_school_changes(d.y, d.post, d.school, d.pupil)
    found = estimate_positions(first.changes.estimate, first.changes.std_error**2, 0.5 * first.sd_within)
    for name in ("prior_scale", "tau_mean", "mu_mean", "mu_low", "mu_high", "new_low", "new_high"):
        w.agree(getattr(found, name), name)
    for name in ("mean", "low", "high"):
        w.agree(getattr(found.schools, name), f"school_{name}")


def test_a_tiny_prior_makes_schools_equal_and_clear_differences_stay() -> None:
    y, v = np.array([0.1, 0.5, 0.9]), np.array([0.02, 0.04, 0.03])
    pooled = (y / v).sum() / (1 / v).sum()
    assert estimate_positions(y, v, 1e-6).schools.mean == pytest.approx([pooled] * 3, rel=1e-6)
    assert estimate_positions([0.0, 5.0, 10.0], v, 4.0).schools.mean == pytest.approx([0.0, 5.0, 10.0], abs=0.02)


def test_deviations_are_the_distance_of_schools_from_their_mean() -> None:
    y, v, rng = np.array([0.1, 0.5, 0.9, 0.2]), np.array([0.02, 0.04, 0.03, 0.05]), np.random.default_rng(5)
    found = estimate_positions(y, v, 0.4)
    assert found.deviations.mean == pytest.approx(found.schools.mean - found.mu_mean, abs=1e-10)
    tau = np.abs(rng.normal(0, 0.4, 200_000))
    w = 1 / (v + tau[:, None] ** 2)
    mu = w @ y / w.sum(axis=1)
    density = np.sqrt(np.prod(w, axis=1) / w.sum(axis=1)) * np.exp(-0.5 * (w * (y - mu[:, None]) ** 2).sum(axis=1))
    pick = rng.choice(tau.size, 200_000, p=density / density.sum())
    centre = rng.normal(mu[pick], 1 / np.sqrt(w[pick].sum(axis=1)))
    keep = tau[pick, None] ** 2 * w[pick]
    theta = rng.normal(keep * y + (1 - keep) * centre[:, None], np.sqrt(keep * v))
    np.testing.assert_allclose(
        [found.deviations.low, found.deviations.high], np.quantile(theta - centre[:, None], [0.025, 0.975], axis=0), atol=0.01
    )


def test_intervals_hold_the_truth_in_95_percent() -> None:
    rng, hits, studies = np.random.default_rng(8), np.zeros(3), 400
    for _ in range(studies):
        v, tau = rng.uniform(0.02, 0.1, 8), abs(rng.normal(0, 0.5))
        theta = rng.normal(0.3, tau, 8)
        found = estimate_positions(rng.normal(theta, np.sqrt(v)), v, 0.5)
        new = rng.normal(0.3, tau)
        inside = ((found.schools.low < theta) & (theta < found.schools.high)).mean()
        hits += [inside, found.mu_low < 0.3 < found.mu_high, found.new_low < new < found.new_high]
    np.testing.assert_allclose(hits / studies, 0.95, atol=0.03)


def test_one_school_keeps_its_own_interval() -> None:
    found = estimate_positions([0.4], [0.09], 0.5)
    assert [found.schools.low[0], found.schools.high[0]] == pytest.approx(list(stats.norm.interval(0.95, 0.4, 0.3)))
    other = estimate_positions([0.4], [0.09], 0.5, level=0.5)
    assert [other.schools.low[0], other.schools.high[0]] == pytest.approx(list(stats.norm.interval(0.5, 0.4, 0.3)))


def test_schools_are_drawn_in_towards_the_average_that_is_given() -> None:
    y, v, average = np.array([0.1, 0.5, 0.9, 0.2]), np.array([0.02, 0.04, 0.03, 0.05]), (0.6, 0.15)
    found = estimate_positions(y, v, 0.4, average=average)
    assert [found.mu_mean, found.mu_low, found.mu_high] == pytest.approx([0.6, *stats.norm.interval(0.95, 0.6, 0.15)])
    near = estimate_positions(y, v, 1e-6, average=average)
    assert near.schools.mean == pytest.approx([0.6] * 4, rel=1e-6)  # without spread every school is the average
    assert near.schools.low == pytest.approx([near.mu_low] * 4, rel=1e-6)
    rng = np.random.default_rng(6)  # and by drawing: tau from its density, mu around the average, each school given both
    tau = np.abs(rng.normal(0, 0.4, 200_000))
    w = 1 / (v + tau[:, None] ** 2)
    flat = w @ y / w.sum(axis=1)
    density = np.sqrt(np.prod(w, axis=1) / w.sum(axis=1)) * np.exp(-0.5 * (w * (y - flat[:, None]) ** 2).sum(axis=1))
    pick = rng.choice(tau.size, 200_000, p=density / density.sum())
    centre = rng.normal(*average, pick.size)
    keep = tau[pick, None] ** 2 * w[pick]
    theta = rng.normal(keep * y + (1 - keep) * centre[:, None], np.sqrt(keep * v))
    edges = [0.025, 0.975]
    np.testing.assert_allclose([found.schools.low, found.schools.high], np.quantile(theta, edges, axis=0), atol=0.01)
    new = rng.normal(centre, tau[pick])
    np.testing.assert_allclose([found.new_low, found.new_high], np.quantile(new, edges), atol=0.015)
    away = np.quantile(theta - centre[:, None], edges, axis=0)
    np.testing.assert_allclose([found.deviations.low, found.deviations.high], away, atol=0.01)


def test_intervals_towards_a_plain_average_hold_the_truth_in_95_percent() -> None:
    rng, hits, studies = np.random.default_rng(9), np.zeros(2), 400
    for _ in range(studies):
        v, tau = rng.uniform(0.02, 0.1, 8), abs(rng.normal(0, 0.5))
        theta = rng.normal(0.3, tau, 8)
        y = rng.normal(theta, np.sqrt(v))
        reach = stats.t.ppf(0.975, 7) * y.std(ddof=1) / np.sqrt(8)
        found = estimate_positions(y, v, 0.5, average=(float(y.mean()), reach / stats.norm.ppf(0.975)))
        new = rng.normal(0.3, tau)
        hits += [((found.schools.low < theta) & (theta < found.schools.high)).mean(), found.new_low < new < found.new_high]
    np.testing.assert_allclose(hits / studies, 0.95, atol=0.03)


def test_many_schools_with_small_errors_stand_where_they_were_seen() -> None:
    y = np.linspace(0, 1, 400)
    found = estimate_positions(y, np.full(400, 1e-8), 0.5)
    np.testing.assert_allclose(found.schools.mean, y, atol=1e-6)
    np.testing.assert_allclose(found.schools.high - found.schools.low, 2 * stats.norm.ppf(0.975) * 1e-4, rtol=1e-4)
    assert found.tau_mean == pytest.approx(y.std(), rel=0.01)


@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_scale_does_not_matter(factor: float) -> None:
    y, v = np.array([0.1, 0.5, 0.9]), np.array([0.02, 0.04, 0.03])
    one, other = estimate_positions(y, v, 0.4), estimate_positions(factor * y, factor**2 * v, factor * 0.4)
    assert other.schools.low / factor == pytest.approx(one.schools.low, rel=1e-9)


def test_wrong_input_is_named() -> None:
    for y, v, scale in [([], [], 1.0), ([1.0], [0.0], 1.0), ([1.0, 2.0], [0.1, 0.1], 0.0), ([1.0, np.nan], [0.1, 0.1], 1.0)]:
        with pytest.raises(ValueError, match="at least one school"):
            estimate_positions(y, v, scale)
