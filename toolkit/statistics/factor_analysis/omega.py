"""How reliable the sum of a scale's items is: omega total, from maximum-likelihood one-factor models, many at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.arrays import ROUNDING, Floats, Integers, as_codes, as_matrix, check_lengths, check_share

SMALLEST_SCALE = 3  # a one-factor model of two items is not identified
SMALLEST_SAMPLE = 3
THOROUGH_BELOW = 100  # persons; above, a second minimum was never seen
_METHOD = "omega total, one-factor maximum likelihood"


FLOOR = 0.005
"""Smallest residual variance as a share of the item's variance: the bound of R's `factanal` (Joreskog 1967)."""


@dataclass(frozen=True, slots=True)
class Omega:
    """Omega total of a scale over `n` persons with complete answers, with a bootstrap interval if one was asked for.

    `estimate` divides by the variance of the sum that the model implies, `observed` by the variance that was observed. `dropped`
    counts persons with a missing answer. `reason` is empty when all is well, otherwise one of `too_few_items`, `too_few_persons`,
    `not_converged` (no estimate) or `heywood` (an item's residual variance at its lower bound: read the estimate with care).
    """

    estimate: float
    observed: float
    low: float
    high: float
    n: int
    items: int
    dropped: int
    converged: bool
    heywood: bool
    reason: str
    method: str


def estimate_omega(
    items: ArrayLike,
    *,
    groups: Any = None,
    within_groups: bool = False,
    generator: np.random.Generator | None = None,
    resamples: int = 2000,
    level: float = 0.95,
) -> Omega:
    """Estimate omega total, (sum of loadings)^2 / ((sum of loadings)^2 + sum of residual variances).

    Source: McDonald (1999), Test Theory, ch. 6. The one-factor model is fitted by maximum likelihood to the covariance matrix with
    divisor n, as lavaan does; residuals are taken to be uncorrelated. A short or small sample never raises: see `Omega.reason`.

    Args:
        items: n x k answers, NaN where missing; rows with a missing answer are left out and counted.
        groups: label of the group of each person (school); persons are resampled within groups. Those without a label form a group.
        within_groups: centre the items on their group means first (reliability within schools).
        generator: source of randomness; without it there is no interval (NaN).
        resamples: number of bootstrap samples for the percentile interval.
        level: confidence level.
    """
    answers = as_matrix(items, "items")
    codes = np.zeros(len(answers), dtype=np.int64) if groups is None else as_codes(groups, "groups")[0]
    check_lengths(items=answers, groups=codes)
    check_share(level, "level")
    complete = ~np.isnan(answers).any(axis=1)
    members = _split(answers[complete] - _centre(answers[complete]), codes[complete])
    result = _estimate(members, within_groups, len(answers) - int(complete.sum()), answers.shape[1])
    if generator is None or np.isnan(result.estimate):
        return result
    low, high = _compute_interval(members, within_groups, generator, resamples, level)
    return replace(result, low=low, high=high, method=f"{_METHOD}; percentile bootstrap, {resamples} resamples")


def _centre(answers: Floats) -> Floats:
    """Return the item means, or zeros when there are no persons."""
    return answers.mean(axis=0) if len(answers) else np.zeros(answers.shape[1])


def _split(answers: Floats, codes: Integers) -> list[Floats]:
    """Return the answers of each group."""
    order = np.argsort(codes, kind="stable")
    _, starts = np.unique(codes[order], return_index=True)
    return [part for part in np.split(answers[order], starts[1:]) if len(part)]


def _estimate(members: list[Floats], within_groups: bool, dropped: int, k: int) -> Omega:
    n = sum(len(part) for part in members)
    nothing = Omega(np.nan, np.nan, np.nan, np.nan, n, k, dropped, False, False, "", _METHOD)
    if k < SMALLEST_SCALE:
        return replace(nothing, reason="too_few_items")
    if n < SMALLEST_SAMPLE:
        return replace(nothing, reason="too_few_persons")
    covariance = _compute_covariances(members, [np.ones((1, len(part))) for part in members], within_groups)
    fit = estimate_one_factor(covariance, thorough=n < THOROUGH_BELOW)
    if fit.varying[0] < SMALLEST_SCALE:
        return replace(nothing, reason="too_few_items")
    if not fit.converged[0]:
        return replace(nothing, reason="not_converged")
    common = fit.loadings.sum(axis=1) ** 2
    return replace(
        nothing,
        estimate=float(_compute_omega(fit)[0]),
        observed=float((common / covariance.sum(axis=(1, 2)))[0]),
        converged=True,
        heywood=bool(fit.heywood[0]),
        reason="heywood" if fit.heywood[0] else "",
    )


def _compute_interval(
    members: list[Floats], within_groups: bool, generator: np.random.Generator, resamples: int, level: float
) -> tuple[float, float]:
    """Return the percentile interval; resamples that leave fewer than three varying items are left out."""
    n = sum(len(part) for part in members)
    draws = []
    for size in _list_blocks(resamples, max(1, 4_000_000 // n)):
        covariances = _compute_covariances(members, [_draw_counts(len(part), size, generator) for part in members], within_groups)
        fit = estimate_one_factor(covariances, tolerance=1e-5)
        draws.append(_compute_omega(fit)[fit.converged & (fit.varying >= SMALLEST_SCALE)])
    omegas = np.concatenate(draws)
    if len(omegas) < resamples / 2:
        return np.nan, np.nan
    low, high = np.quantile(omegas, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _list_blocks(total: int, size: int) -> Iterator[int]:
    """Yield block sizes that add up to `total`, so that memory stays small with many persons."""
    for start in range(0, total, size):
        yield min(size, total - start)


def _draw_counts(n: int, resamples: int, generator: np.random.Generator) -> Floats:
    """Return how often each of `n` persons is drawn in each resample (resamples x n)."""
    draws = generator.integers(0, n, size=(resamples, n)) + n * np.arange(resamples)[:, None]
    return np.bincount(draws.ravel(), minlength=resamples * n).reshape(resamples, n).astype(float)


def _compute_covariances(members: list[Floats], counts: list[Floats], within_groups: bool) -> Floats:
    """Return one covariance matrix (divisor n) per row of the counts, from the persons of all groups."""
    k = members[0].shape[1]
    products = np.zeros((len(counts[0]), k, k))
    sums = np.zeros((len(counts[0]), k))
    for part, weights in zip(members, counts, strict=True):
        products += (weights @ (part[:, :, None] * part[:, None, :]).reshape(len(part), -1)).reshape(-1, k, k)
        total = weights @ part
        if within_groups:
            products -= total[:, :, None] * total[:, None, :] / len(part)
        else:
            sums += total
    n = sum(len(part) for part in members)
    return products / n - sums[:, :, None] * sums[:, None, :] / n**2


def _compute_omega(fit: OneFactor) -> Floats:
    common = fit.loadings.sum(axis=1) ** 2
    total = common + fit.residuals.sum(axis=1)
    omega: Floats = common / np.where(total > 0, total, np.nan)
    return omega


@dataclass(frozen=True, slots=True)
class OneFactor:
    """Loadings and residual variances of `b` one-factor models in the units of the items, and how the search ended.

    `loadings` and `residuals` are b x k; `varying` (number of items that have variance), `converged` and `heywood` (a residual
    variance at its lower bound) have length b.
    """

    loadings: Floats
    residuals: Floats
    varying: NDArray[np.int_]
    converged: NDArray[np.bool_]
    heywood: NDArray[np.bool_]


def estimate_one_factor(covariances: Floats, *, thorough: bool = False, tolerance: float = 1e-10, max_steps: int = 200) -> OneFactor:
    """Estimate a one-factor model by maximum likelihood from each of the b x k x k `covariances`.

    The loadings are concentrated out (Joreskog 1967, Psychometrika 32:443; Lawley & Maxwell 1971, ch. 4): for residual variances
    `t` only the largest root of t^-1/2 S t^-1/2 is needed, so a singular S (fewer persons than items) is no obstacle. Newton
    steps in log t with the exact Hessian, damped after Marquardt; log t stays above the bound. Inside the bound the solution is
    that of lavaan. Items without variance get loading and residual 0. Below 20 persons there can be more than one minimum:
    `thorough` starts also at each item in turn as almost the factor itself, and takes the best.
    """
    k = covariances.shape[1]
    variances = np.einsum("bii->bi", covariances)
    varies = variances > ROUNDING * variances.max(axis=1, keepdims=True)
    scales = np.sqrt(np.where(varies, variances, 1.0))
    correlations = np.where(varies[:, :, None] & varies[:, None, :], covariances, 0.0) / (scales[:, :, None] * scales[:, None, :])
    correlations[:, np.arange(k), np.arange(k)] = 1.0
    starts = _list_starts(correlations, thorough)
    found = _search(np.concatenate([correlations] * len(starts)), np.concatenate(starts), tolerance, max_steps)
    best = np.argmin(found[1].reshape(len(starts), -1), axis=0) * len(correlations) + np.arange(len(correlations))
    logs = found[0][best]
    converged = found[2][best]
    loadings = _compute_loadings(correlations, logs)
    scales = np.where(varies, scales, 0.0)
    bound = ((logs <= np.log(FLOOR)) & varies).any(axis=1)
    return OneFactor(loadings * scales, np.exp(logs) * scales**2, varies.sum(axis=1), converged, bound)


def _list_starts(correlations: Floats, thorough: bool) -> list[Floats]:
    """List starting values (b x k) of the log residual variances: what the other items leave unexplained, and each item as factor."""
    count, k, _ = correlations.shape
    inverse = np.linalg.inv(correlations + 0.05 * np.eye(k))
    starts = [np.log(np.clip((1 - 0.5 / k) / np.einsum("bii->bi", inverse), FLOOR, 1.0))]
    if thorough:
        starts += [np.log(np.tile(np.where(np.arange(k) == item, 0.02, 0.7), (count, 1))) for item in range(k)]
    return starts


def _search(correlations: Floats, starts: Floats, tolerance: float, max_steps: int) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return log residual variances (b x k), the criterion, and whether its projected gradient came below `tolerance`."""
    best = starts.copy()
    value, gradient, hessian = _evaluate(correlations, best)
    damping = np.full(len(best), 1e-3)
    converged = np.zeros(len(best), dtype=bool)
    open_ = np.arange(len(best))
    for _ in range(max_steps):
        held = (best[open_] <= np.log(FLOOR)) & (gradient[open_] > 0)
        converged[open_] = np.abs(np.where(held, 0.0, gradient[open_])).max(axis=1) < tolerance
        keep = ~converged[open_]
        open_ = open_[keep]
        held = held[keep]
        if not open_.size:
            break
        trial = _step(best[open_], gradient[open_], hessian[open_], held, damping[open_])
        new_value, new_gradient, new_hessian = _evaluate(correlations[open_], trial)
        better = new_value <= value[open_] + 1e-11
        damping[open_] = np.where(better, damping[open_] / 10, damping[open_] * 10 + 1e-8)
        won = open_[better]
        best[won], value[won] = trial[better], new_value[better]
        gradient[won], hessian[won] = new_gradient[better], new_hessian[better]
    return best, value, converged


def _step(logs: Floats, gradient: Floats, hessian: Floats, held: NDArray[np.bool_], damping: Floats) -> Floats:
    """Return the damped Newton step, downhill in directions of negative curvature too; values held at the bound do not move."""
    free = ~held
    roots, vectors = np.linalg.eigh(np.where(free[:, :, None] & free[:, None, :], hessian, 0.0))
    slope = np.einsum("bim,bi->bm", vectors, np.where(free, gradient, 0.0))
    move = np.einsum("bim,bm->bi", vectors, slope / (np.abs(roots) + damping[:, None] + 1e-12))
    stepped: Floats = np.clip(logs - np.clip(move, -2.0, 2.0), np.log(FLOOR), np.log(2.0))
    return stepped


def _evaluate(correlations: Floats, logs: Floats) -> tuple[Floats, Floats, Floats]:
    """Return log|Sigma| + tr(R Sigma^-1) with loadings concentrated out, its gradient and its Hessian in log residuals."""
    k = logs.shape[1]
    scaled = _standardise(correlations, logs)
    roots, vectors = np.linalg.eigh(scaled)
    root = roots[:, -1]
    vector = vectors[:, :, -1]
    diagonal = np.einsum("bii->bi", scaled)
    value = logs.sum(axis=1) + diagonal.sum(axis=1) + np.log(root) - root + 1
    gradient = 1 - diagonal + (root - 1)[:, None] * vector**2
    gaps = np.maximum(root[:, None] - roots[:, :-1], 1e-12)
    resolvent = (vectors[:, :, :-1] / gaps[:, None, :]) @ vectors[:, :, :-1].transpose(0, 2, 1)
    outer = vector[:, :, None] * vector[:, None, :]
    turn = 2 * root[:, None, None] * resolvent - (np.eye(k) - outer)
    hessian = -root[:, None, None] * outer**2 - (root - 1)[:, None, None] * outer * turn
    hessian[:, np.arange(k), np.arange(k)] += diagonal
    return value, gradient, hessian


def _compute_loadings(correlations: Floats, logs: Floats) -> Floats:
    """Return the loadings that belong to the residual variances, signed so that their sum is not negative."""
    roots, vectors = np.linalg.eigh(_standardise(correlations, logs))
    loadings: Floats = np.exp(logs / 2) * vectors[:, :, -1] * np.sqrt(np.maximum(roots[:, -1:] - 1, 0.0))
    return loadings * np.where(loadings.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)


def _standardise(correlations: Floats, logs: Floats) -> Floats:
    weights = np.exp(-logs / 2)
    scaled: Floats = correlations * weights[:, :, None] * weights[:, None, :]
    return scaled
