"""Where each school stands, and where a new school would: the heterogeneity tau integrated out instead of plugged in.

Model: d_j ~ N(theta_j, s_j^2), theta_j ~ N(mu, tau^2), mu flat, tau half-normal with scale A (half the pooled within-school SD is the
default of the reports; Gelman 2006, Bayesian Analysis 1:515). Given tau everything is normal, so each result is a mixture of normals over
tau, integrated with Gauss-Legendre nodes on (0, 2A) and (2A, 12A). Intervals that take an estimated tau as known miss far too often.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from toolkit.statistics.mixed_models.design__mixed_units import Floats

NODES = 200
"""Nodes per panel; doubling them changes no digit of the reference case."""
NEGLIGIBLE = 1e-18
"""Nodes that weigh less than this share of the heaviest change no digit either, and are left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Posterior mean and the limits of the interval, one element per school."""

    mean: Floats
    low: Floats
    high: Floats

    def take(self, places: slice) -> Position:
        """Return the positions at some places."""
        return Position(self.mean[places], self.low[places], self.high[places])


@dataclass(frozen=True, slots=True, eq=False)
class SchoolPositions:
    """The schools' true values (`schools`), their distance from the mean (`deviations`), the mean mu, a new school, and tau.

    The new school has the mean of mu as its centre. `inner` are the schools once more, with the narrower interval of a test of equivalence.
    """

    prior_scale: float
    tau_mean: float
    mu_mean: float
    mu_low: float
    mu_high: float
    new_low: float
    new_high: float
    schools: Position
    deviations: Position
    inner: Position


def estimate_positions(
    estimates: ArrayLike, variances: ArrayLike, prior_scale: float, level: float = 0.95, inner: float = 0.90
) -> SchoolPositions:
    """Return the positions of schools with `estimates` and error `variances` (finite, positive), in the units of the estimates.

    Raises ValueError if there is no school, a variance is not positive, or `prior_scale` is not positive.
    """
    y, v = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if y.size == 0 or y.shape != v.shape or not (np.isfinite(y).all() and (v > 0).all() and prior_scale > 0):
        raise ValueError(
            "Positions need at least one school, a known estimate and a positive variance for each, and a positive prior scale."
        )
    tau, weight = _weigh_tau(y, v, prior_scale)
    w = 1 / (v + tau[:, None] ** 2)
    total = w.sum(axis=1)
    mu = w @ y / total
    keep = tau[:, None] ** 2 * w
    mean = np.column_stack([mu, mu, (1 - keep) * mu[:, None] + keep * y, keep * (y - mu[:, None])])
    spreads = [keep * v + (1 - keep) ** 2 / total[:, None], keep * v + keep**2 / total[:, None]]
    sd = np.sqrt(np.column_stack([1 / total, 1 / total + tau**2, *spreads]))
    of_schools, of_deviations = slice(2, 2 + y.size), slice(2 + y.size, None)
    mixed = _mix(weight, mean, sd, level)
    return SchoolPositions(
        prior_scale=prior_scale,
        tau_mean=float(weight @ tau),
        mu_mean=float(mixed.mean[0]),
        mu_low=float(mixed.low[0]),
        mu_high=float(mixed.high[0]),
        new_low=float(mixed.low[1]),
        new_high=float(mixed.high[1]),
        schools=mixed.take(of_schools),
        deviations=mixed.take(of_deviations),
        inner=_mix(weight, mean[:, of_schools], sd[:, of_schools], inner),
    )


@cache
def _find_nodes() -> tuple[Floats, Floats]:
    x, weight = np.polynomial.legendre.leggauss(NODES)
    return x, weight


def _weigh_tau(y: Floats, v: Floats, scale: float) -> tuple[Floats, Floats]:
    """Return nodes of tau and their posterior weights, which sum to 1."""
    x, panel = _find_nodes()
    tau = scale * np.concatenate([1 + x, 7 + 5 * x])
    w = 1 / (v + tau[:, None] ** 2)
    total = w.sum(axis=1)
    residual = y - (w @ y / total)[:, None]
    log_density = 0.5 * (np.log(w).sum(axis=1) - np.log(total) - (w * residual**2).sum(axis=1) - (tau / scale) ** 2)
    weight = np.concatenate([panel, 5 * panel]) * np.exp(log_density - log_density.max())
    matters = weight > NEGLIGIBLE * weight.max()
    return tau[matters], weight[matters] / weight[matters].sum()


def _mix(weight: Floats, mean: Floats, sd: Floats, level: float) -> Position:
    """Return mean and quantiles of mixtures of normals (nodes x mixtures)."""
    tail = np.repeat([(1 - level) / 2, (1 + level) / 2], mean.shape[1])
    low, high = np.split(_find_quantiles(weight, np.hstack([mean, mean]), np.hstack([sd, sd]), tail), 2)
    return Position(weight @ mean, low, high)


def _find_quantiles(weight: Floats, mean: Floats, sd: Floats, p: Floats) -> Floats:
    """Return the p-quantile of every mixture by Newton steps kept inside a shrinking bracket, from the normal one on."""
    low, high = (mean - 9 * sd).min(axis=0), (mean + 9 * sd).max(axis=0)
    centre, width = weight @ mean, high - low
    normal = centre + ndtri(p) * np.sqrt(weight @ (sd**2 + (mean - centre) ** 2))
    at: Floats = np.clip(normal, low, high)
    for _ in range(200):
        z = (at - mean) / sd
        excess = weight @ ndtr(z) - p
        low, high = np.where(excess < 0, at, low), np.where(excess < 0, high, at)
        density = weight @ (np.exp(-0.5 * z**2) / sd) / np.sqrt(2 * np.pi)
        step = at - excess / np.maximum(density, 1e-300)
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        if (np.abs(following - at) <= 1e-13 * width).all():
            return following
        at = following
    return at
