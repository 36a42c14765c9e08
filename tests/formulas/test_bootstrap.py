"""Bootstrap intervals, held to scipy on the same draws and to a simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import gammaln

from toolkit.formulas.bootstrap import Statistic, compute_bca, compute_bootstrap_changes
from toolkit.formulas.paired import compute_paired_effects


def scores(n: int, scales: int, seed: int = 33) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    before = rng.normal(3, 1, size=(n, scales))
    return before, 0.6 * before + rng.normal(1.5, 0.8, size=(n, scales))


def g_av(before: np.ndarray, after: np.ndarray, axis: int = -1) -> np.ndarray:
    n, v1, v2 = before.shape[axis], before.var(axis=axis, ddof=1), after.var(axis=axis, ddof=1)
    centred = [wave - wave.mean(axis=axis, keepdims=True) for wave in (before, after)]
    r2 = (np.sum(centred[0] * centred[1], axis=axis) / (n - 1)) ** 2 / (v1 * v2)
    nu = 2 * (n - 1) / (1 + r2)
    factor = np.exp(gammaln(nu / 2) - gammaln((nu - 1) / 2)) / np.sqrt(nu / 2)
    return factor * (after.mean(axis=axis) - before.mean(axis=axis)) / np.sqrt((v1 + v2) / 2)


def mean_change(before: np.ndarray, after: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.mean(after - before, axis=axis)


@pytest.mark.parametrize("n", [22, 60])
@pytest.mark.parametrize(("effect", "statistic"), [("g_av", g_av), ("mean", mean_change)])
def test_on_the_same_draws_the_endpoints_are_those_of_scipy(n: int, effect: str, statistic: object) -> None:
    before, after = scores(n, 4)
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(5), effect, draws=1999)  # type: ignore[arg-type]
    theirs = stats.bootstrap((before.T, after.T), statistic, paired=True, axis=-1, n_resamples=1999, rng=np.random.default_rng(5))
    np.testing.assert_allclose(ours.low, theirs.confidence_interval.low, rtol=1e-11)
    np.testing.assert_allclose(ours.high, theirs.confidence_interval.high, rtol=1e-11)


def test_resamples_equal_to_the_estimate_count_half_as_in_scipy() -> None:
    after = np.array([[1.0, 2, 2, 3, 3, 4, 5, 4]]).T  # eighths have no rounding, so scipy sees the ties too
    ours = compute_bootstrap_changes(np.zeros((8, 1)), after, np.random.default_rng(9), "mean", draws=999)
    theirs = stats.bootstrap((after[:, 0],), np.mean, n_resamples=999, rng=np.random.default_rng(9)).confidence_interval
    np.testing.assert_allclose([ours.low[0], ours.high[0]], [theirs.low, theirs.high], rtol=1e-12)
    shifted = compute_bootstrap_changes(np.full((8, 1), 0.1), after + 0.3, np.random.default_rng(9), "mean", draws=999)
    np.testing.assert_allclose(shifted.low - 0.2, ours.low, rtol=1e-12)


def test_the_estimate_is_that_of_the_closed_formula() -> None:
    before, after = scores(15, 3)
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(1), draws=99)
    np.testing.assert_allclose(ours.estimate, [compute_paired_effects(before[:, k], after[:, k]).g_av.estimate for k in range(3)])


def test_a_scale_with_gaps_uses_the_people_it_has() -> None:
    before, after = scores(30, 2)
    before[20:, 1] = np.nan
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(2), draws=4999)
    alone = compute_bootstrap_changes(before[:20, [1]], after[:20, [1]], np.random.default_rng(3), draws=4999)
    assert list(ours.n) == [30, 20]
    assert ours.estimate[1] == pytest.approx(alone.estimate[0])
    assert ours.high[1] - ours.low[1] == pytest.approx(alone.high[0] - alone.low[0], rel=0.15)


def test_drawing_within_schools_leaves_out_the_spread_between_them() -> None:
    rng = np.random.default_rng(34)
    school = np.repeat(np.arange(4), 15)
    before = rng.normal(size=(60, 1))
    after = before + 3 * school[:, None] + 0.3 * rng.normal(size=(60, 1))
    free, within = (compute_bootstrap_changes(before, after, rng, "mean", 1999, strata=strata) for strata in (None, school))
    assert (within.high - within.low)[0] < 0.3 * (free.high - free.low)[0]
    spread = np.sqrt(sum(np.var((after - before)[school == s]) for s in range(4)) / 4 / 60)
    assert (within.high - within.low)[0] == pytest.approx(2 * 1.96 * spread, rel=0.1)


def test_the_interval_of_a_skewed_mean_contains_the_truth_nearly_as_often_as_it_says() -> None:
    rng = np.random.default_rng(35)
    after = rng.standard_exponential((40, 1000))
    ours = compute_bootstrap_changes(np.zeros_like(after), after, rng, "mean", draws=1999)
    assert np.mean((ours.low < 1) & (ours.high > 1)) == pytest.approx(0.94, abs=0.02)


def test_the_size_of_the_blocks_does_not_matter() -> None:
    before, after = scores(12, 3)
    wide = [np.tile(wave, (1, 300)) for wave in (before, after)]
    few = compute_bootstrap_changes(before, after, np.random.default_rng(6), draws=501)
    many = compute_bootstrap_changes(*wide, np.random.default_rng(6), draws=501)
    np.testing.assert_allclose(few.low, many.low[:3], rtol=1e-12)


@pytest.mark.parametrize(("n", "effect"), [(0, "g_av"), (1, "g_av"), (2, "g_av"), (0, "mean"), (1, "mean")])
def test_too_few_people_have_no_interval(n: int, effect: str) -> None:
    before, after = scores(n, 2)
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(1), effect, draws=50)  # type: ignore[arg-type]
    assert np.isnan(ours.low).all() and np.isnan(ours.high).all()


def test_a_scale_without_spread_has_no_interval_and_does_not_disturb_the_others() -> None:
    before, after = scores(20, 2)
    before[:, 0], after[:, 0] = 0.1, 0.3
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(1), draws=200)
    assert np.isnan(ours.low[0]) and np.isfinite(ours.low[1])
    assert list(ours.failed) == [200, 0]
    same = compute_bootstrap_changes(before, before + 0.2, np.random.default_rng(1), "mean", draws=200)
    assert np.isnan(same.low).all() and same.estimate == pytest.approx(0.2)


def test_resamples_without_a_statistic_are_counted() -> None:
    before, after = scores(5, 1)
    ours = compute_bootstrap_changes(before, after, np.random.default_rng(7), draws=20_000)
    assert ours.failed[0] == pytest.approx(20_000 * 5 / 5**5, abs=25)  # all five draws are the same person
    assert np.isfinite(ours.low[0])


def test_any_statistic_of_sums_has_an_interval() -> None:
    values = np.random.default_rng(36).standard_exponential((50, 1))
    coefficient: Statistic = lambda sums: np.sqrt(sums[2] / sums[0] - (sums[1] / sums[0]) ** 2) / (sums[1] / sums[0])  # noqa: E731
    ours = compute_bca(np.stack([np.ones_like(values), values, values**2]), coefficient, np.random.default_rng(8), draws=999)
    theirs = stats.bootstrap((values[:, 0],), stats.variation, n_resamples=999, rng=np.random.default_rng(8)).confidence_interval
    np.testing.assert_allclose([ours.low[0], ours.high[0]], [theirs.low, theirs.high], rtol=1e-9)


def test_waves_of_another_shape_are_named() -> None:
    with pytest.raises(ValueError, match="same shape"):
        compute_bootstrap_changes(np.zeros((3, 2)), np.zeros((3, 1)), np.random.default_rng(1))
