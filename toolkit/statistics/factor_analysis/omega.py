"""How reliable the sum of a scale's items is: omega total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, Integers, as_codes, as_matrix, check_lengths, check_share
from toolkit.statistics.factor_analysis.omega__one_factor import OneFactor, estimate_one_factor

SMALLEST_SCALE = 3  # a one-factor model of two items is not identified
SMALLEST_SAMPLE = 3
THOROUGH_BELOW = 100  # persons; above, a second minimum was never seen
_METHOD = "omega total, one-factor maximum likelihood"


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
