"""Sums over four classes against the same formulas with full matrices."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.statistics.mixed_models.before_after import (
    PairCriterion,
    PairSums,
    compute_pair_criterion,
    compute_pair_sums,
    compute_wave_sums,
    fit_pairs,
)


def draw(seed: int, correlation: float = 0.5, pairs: int = 6, before: int = 3, after: int = 4) -> np.ndarray:
    """Return scores (2 x persons), NaN where there is none."""
    rng = np.random.default_rng(seed)
    first = rng.normal(0, 1, pairs + before + after)
    second = 0.3 + correlation * first + np.sqrt(1 - correlation**2) * rng.normal(0, 1, first.size)
    scores = np.stack([first, second])
    scores[1, pairs : pairs + before] = scores[0, pairs + before :] = np.nan
    return scores


def sum_pairs(groups: list[np.ndarray]) -> PairSums:
    code = np.repeat(np.arange(len(groups)), [scores.shape[1] for scores in groups])
    waves = compute_wave_sums(np.concatenate(groups, axis=1), code, len(groups))
    return compute_pair_sums(waves, np.ones(len(groups)), np.ones(len(groups), dtype=bool))


class Dense:
    """The criterion by its definition, with V of all answers; y is taken as distance from the means of the waves."""

    def __init__(self, scores: np.ndarray, b: float, a: float) -> None:
        wave, person = np.nonzero(~np.isnan(scores))
        same = (person[:, None] == person).astype(float)
        y = (scores - np.nanmean(scores, axis=1, keepdims=True))[wave, person]
        x = np.column_stack([np.ones(y.size), wave - 0.5])
        parts = [same / 2, np.eye(y.size) - same / 2]
        v = b * parts[0] + a * parts[1]
        inverse = np.linalg.inv(v)
        self.phi = np.linalg.inv(x.T @ inverse @ x)
        p = inverse - inverse @ x @ self.phi @ x.T @ inverse
        self.beta = self.phi @ x.T @ inverse @ y
        self.value = np.linalg.slogdet(v)[1] - np.linalg.slogdet(self.phi)[1] + y @ p @ y
        self.gradient = np.array([np.trace(p @ d) - y @ p @ d @ p @ y for d in parts])
        self.expected = np.array([[np.trace(p @ d @ p @ e) for e in parts] for d in parts])
        self.hessian = 2 * np.array([[y @ p @ d @ p @ e @ p @ y for e in parts] for d in parts]) - self.expected


@pytest.mark.parametrize("variances", [(1.4, 0.6), (0.5, 1.5), (1.0, 1.0), (3.0, 0.01)])
def test_the_criterion_and_its_derivatives_are_those_of_full_matrices(variances: tuple[float, float]) -> None:
    groups = [draw(1), draw(2, -0.6, pairs=9, before=0), draw(3, 0.0, before=0, after=0), draw(4, 0.9, pairs=2, before=8)]
    ours = compute_pair_criterion(sum_pairs(groups), np.tile(variances, (4, 1)))
    other = compute_pair_criterion(sum_pairs(groups), np.tile((1.0, 2.0), (4, 1)))
    for number, scores in enumerate(groups):
        known = Dense(scores, *variances)
        assert ours.value[number] - other.value[number] == pytest.approx(known.value - Dense(scores, 1.0, 2.0).value, rel=1e-10)
        for name in ("gradient", "hessian", "expected", "phi", "beta"):
            np.testing.assert_allclose(getattr(ours, name)[number], getattr(known, name), rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("correlation", [0.99999, 0.9, 0.3, 0.0, -0.5, -0.99999])
def test_the_search_ends_where_the_criterion_is_flat_and_curved_upwards(correlation: float) -> None:
    sums = sum_pairs([draw(seed, correlation) for seed in range(30)])
    fits = fit_pairs(sums)
    at: PairCriterion = compute_pair_criterion(sums, fits.theta)
    size = fits.theta[:, :, None] * fits.theta[:, None, :]
    assert set(fits.reason.tolist()) == {""}
    np.testing.assert_allclose(fits.theta * at.gradient, 0, atol=1e-9)
    assert (np.linalg.eigvalsh(at.hessian * size) > 0).all()


def test_a_variance_that_vanishes_is_named_and_the_others_are_not_kept_waiting() -> None:
    equal, opposite = draw(1), draw(2)
    equal[1, :6], opposite[1, :6] = equal[0, :6] + 0.5, 0.5 - opposite[0, :6]
    fits = fit_pairs(sum_pairs([equal, draw(3), opposite]))
    assert fits.reason.tolist() == ["no_residual_variance", "", "no_residual_variance"]
    assert np.isfinite(fits.df).all(axis=1).tolist() == [False, True, False]


def test_where_v_is_singular_the_criterion_is_infinite() -> None:
    at = compute_pair_criterion(sum_pairs([draw(1), draw(1)]), np.array([[1.0, 0.0], [1.0, 1.0]]))
    assert np.isinf(at.value).tolist() == [True, False]
