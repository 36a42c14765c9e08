"""Maximum-likelihood one-factor models, many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.statistics.arrays import ROUNDING, Floats

FLOOR = 0.005
"""Smallest residual variance as a share of the item's variance: the bound of R's `factanal` (Joreskog 1967)."""


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
    logs, converged = found[0][best], found[2][best]
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
    damping, converged, open_ = np.full(len(best), 1e-3), np.zeros(len(best), dtype=bool), np.arange(len(best))
    for _ in range(max_steps):
        held = (best[open_] <= np.log(FLOOR)) & (gradient[open_] > 0)
        converged[open_] = np.abs(np.where(held, 0.0, gradient[open_])).max(axis=1) < tolerance
        keep = ~converged[open_]
        open_, held = open_[keep], held[keep]
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
    root, vector = roots[:, -1], vectors[:, :, -1]
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
