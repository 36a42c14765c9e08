"""Where each school stands, and where a new school would: the heterogeneity tau integrated out instead of plugged in.

Model: d_j ~ N(theta_j, s_j^2), theta_j ~ N(mu, tau^2), mu flat, tau half-normal with scale A (half the pooled within-school SD is the
default of the reports; Gelman 2006, Bayesian Analysis 1:515). Given tau everything is normal, so each result is a mixture of normals over
tau, integrated with Gauss-Legendre nodes on (0, 2A) and (2A, 12A). Intervals that take an estimated tau as known miss far too often.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from toolkit.formulas.mixed_units import Floats

NODES = 200
"""Nodes per panel; doubling them changes no digit of the reference case."""


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Posterior mean and the limits of the interval, one element per school."""

    mean: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SchoolPositions:
    """The schools' true values (`schools`), their distance from the mean (`deviations`), the mean mu, a new school, and tau.

    The new school has the mean of mu as its centre.
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

    def compare_with_average(self) -> NDArray[np.str_]:
        """Return "above", "below" or "unclear" for every school: on which side of zero the interval of its deviation lies."""
        return np.where(self.deviations.low > 0, "above", np.where(self.deviations.high < 0, "below", "unclear"))


def estimate_positions(estimates: ArrayLike, variances: ArrayLike, prior_scale: float, level: float = 0.95) -> SchoolPositions:
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
    error = np.sqrt(1 / total)
    schools = (1 - keep) * mu[:, None] + keep * y, np.sqrt(keep * v + (1 - keep) ** 2 / total[:, None])
    deviations = keep * (y - mu[:, None]), np.sqrt(keep * v + keep**2 / total[:, None])
    centre = _mix(weight, mu[:, None], error[:, None], level)
    new = _mix(weight, mu[:, None], np.sqrt(error**2 + tau**2)[:, None], level)
    return SchoolPositions(
        prior_scale=prior_scale,
        tau_mean=float(weight @ tau),
        mu_mean=float(centre.mean[0]),
        mu_low=float(centre.low[0]),
        mu_high=float(centre.high[0]),
        new_low=float(new.low[0]),
        new_high=float(new.high[0]),
        schools=_mix(weight, *schools, level),
        deviations=_mix(weight, *deviations, level),
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
    return tau, weight / weight.sum()


def _mix(weight: Floats, mean: Floats, sd: Floats, level: float) -> Position:
    """Return mean and quantiles of mixtures of normals (nodes x schools)."""
    tail = (1 - level) / 2
    return Position(weight @ mean, _find_quantile(weight, mean, sd, tail), _find_quantile(weight, mean, sd, 1 - tail))


def _find_quantile(weight: Floats, mean: Floats, sd: Floats, p: float) -> Floats:
    """Return the p-quantile of every mixture by Newton steps kept inside a shrinking bracket."""
    low, high = (mean - 9 * sd).min(axis=0), (mean + 9 * sd).max(axis=0)
    at, width = weight @ mean, high - low
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
