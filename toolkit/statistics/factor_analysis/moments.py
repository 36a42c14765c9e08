"""Means and covariances of answers, whole or with holes, and how well given ones fit them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, as_matrix


@dataclass(frozen=True, slots=True)
class Moments:
    """Sufficient statistics of normal data: per pattern of answered items its size, mean and covariance (divisor n).

    For P patterns of p items: `sizes` P; `answered` P x p (1 or 0); `means` P x p and `covariances` P x p x p, 0 where missing.
    """

    sizes: Floats
    answered: Floats
    means: Floats
    covariances: Floats

    @property
    def n(self) -> int:
        """The number of persons with at least one answer."""
        return int(self.sizes.sum())

    @property
    def complete(self) -> bool:
        """Whether every person answered every item."""
        return bool(self.answered.all())


@dataclass(frozen=True, slots=True)
class Saturated:
    """Means and covariances without a model, and minus twice their log-likelihood."""

    mean: Floats
    covariance: Floats
    deviance: float
    converged: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """What a model is fitted to: the moments of one group's answers, and the means and covariances that fit them best."""

    moments: Moments
    saturated: Saturated


def compute_sample(items: ArrayLike) -> Sample:
    """Compute the sample of one group from n x p answers, NaN where missing; persons without any answer are left out."""
    moments = compute_moments(items)
    return Sample(moments, compute_saturated(moments))


def compute_moments(items: ArrayLike) -> Moments:
    """Compute the sufficient statistics of n x p answers, NaN where missing; persons without any answer are left out."""
    answers = as_matrix(items, "items")
    answers = answers[~np.isnan(answers).all(axis=1)]
    patterns, place = np.unique(~np.isnan(answers), axis=0, return_inverse=True)
    parts = [np.where(pattern, answers[place.ravel() == index], 0.0) for index, pattern in enumerate(patterns)]
    p = answers.shape[1]
    return Moments(
        sizes=np.array([len(part) for part in parts], dtype=float),
        answered=patterns.astype(float),
        means=np.array([part.mean(axis=0) for part in parts]).reshape(-1, p),
        covariances=np.array([np.cov(part.T, bias=True) for part in parts]).reshape(-1, p, p),
    )


def compute_weights(moments: Moments, covariance: Floats) -> tuple[Floats, Floats]:
    """Return log-determinants (P) and inverses (P x p x p, 0 where missing) of the covariance of each pattern's items."""
    seen = moments.answered[:, :, None] * moments.answered[:, None, :]
    padded = seen * covariance + np.eye(len(covariance)) * (1 - moments.answered)[:, None, :]
    return np.linalg.slogdet(padded)[1], seen * np.linalg.inv(padded)


def compute_deviance(moments: Moments, mean: Floats, covariance: Floats) -> float:
    """Return minus twice the normal log-likelihood at `mean` and `covariance`; infinite if that is not positive definite."""
    try:
        np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        return np.inf
    logs, weights = compute_weights(moments, covariance)
    distance = np.einsum("pij,pij->p", weights, compute_scatter(moments, mean)[1])
    return float(moments.sizes @ (logs + distance + moments.answered.sum(axis=1) * np.log(2 * np.pi)))


def compute_scatter(moments: Moments, mean: Floats) -> tuple[Floats, Floats]:
    """Return each pattern's mean deviation (P x p) and mean square around `mean` (P x p x p), 0 where missing."""
    gap = (moments.means - mean) * moments.answered
    return gap, moments.covariances + gap[:, :, None] * gap[:, None, :]


def compute_saturated(moments: Moments, *, tolerance: float = 1e-10, max_steps: int = 5000) -> Saturated:
    """Compute the maximum-likelihood means and covariances; with missing answers by EM (Little & Rubin 2002, ch. 11.2).

    `converged` is False when the answers do not determine a positive definite covariance matrix: fewer persons than items, an item
    without variance, items that are combinations of others or that nobody answered together.
    """
    nothing = np.full(moments.answered.shape[1], np.nan)
    failed = Saturated(nothing, np.diag(nothing), np.nan, False)
    if moments.n <= len(nothing) or not (moments.sizes @ moments.answered).all():
        return failed
    mean, spread, _ = compute_baseline(moments)
    covariance = moments.covariances[0] if moments.complete else np.diag(spread)
    converged = moments.complete
    for _ in range(0 if converged else max_steps):
        if not _is_regular(covariance):
            return failed
        before = (mean, covariance)
        (mean, covariance) = _compute_em_step(moments, mean, covariance)
        scale = np.sqrt(spread)
        moved = np.abs(mean - before[0]) / scale, np.abs(covariance - before[1]) / np.outer(scale, scale)
        converged = bool(max(moved[0].max(), moved[1].max()) < tolerance)
        if converged:
            break
    if not (converged and _is_regular(covariance)):
        return failed
    return Saturated(mean, covariance, compute_deviance(moments, mean, covariance), True)


def _is_regular(covariance: Floats) -> bool:
    """Return whether no item is constant or a combination of others."""
    scale = np.sqrt(np.diag(covariance))
    return bool((scale > 0).all() and np.linalg.eigvalsh(covariance / np.outer(scale, scale))[0] > 1e-8)


def _compute_em_step(moments: Moments, mean: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """Return the next mean and covariance of EM."""
    weights = compute_weights(moments, covariance)[1]
    gap, scatter = compute_scatter(moments, mean)
    share = moments.sizes / moments.n
    predict = covariance @ weights
    move = np.einsum("p,pij,pj->i", share, predict, gap)
    unseen = covariance - predict @ covariance
    expected = predict @ scatter @ predict.transpose(0, 2, 1) + unseen
    return mean + move, np.einsum("p,pij->ij", share, expected) - np.outer(move, move)


def compute_baseline(moments: Moments) -> tuple[Floats, Floats, float]:
    """Return means, variances and minus twice the log-likelihood of the model in which no two items have anything in common."""
    count = moments.sizes @ moments.answered
    mean = moments.sizes @ moments.means / count
    spread = moments.sizes @ np.einsum("pii->pi", compute_scatter(moments, mean)[1]) / count
    with np.errstate(divide="ignore"):
        return mean, spread, float(count @ (np.log(2 * np.pi * spread) + 1))
