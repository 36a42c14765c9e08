"""Random-effects synthesis of school changes with known errors: y_j ~ N(theta_j, v_j), theta_j ~ N(mu, tau^2).

Sources: REML and Q-profile, Viechtbauer (2005, J Educ Behav Stat 30:261; 2007, Stat Med 26:37); DerSimonian & Laird (1986, Control
Clin Trials 7:177); Paule & Mandel (1982, J Res NBS 87:377); Knapp & Hartung (2003, Stat Med 22:2693); prediction interval, Higgins,
Thompson & Spiegelhalter (2009, JRSS A 172:137).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, stdtr, stdtrit

from toolkit.statistics.mixed_models.design__mixed_units import Floats


@dataclass(frozen=True, slots=True)
class RandomEffects:
    """The mean of `k` effects with its Knapp-Hartung interval (t, k - 1 df) and the variance between them, tau2, by REML.

    `tau2_low` and `tau2_high` are the Q-profile limits, `q` with `q_p_value` Cochran's test that all effects are equal, `i2` the share
    (0 to 1) of tau2 in the total variance. `new_low` and `new_high` hold a new effect (t, k - 1 df). NaN where k is too small.
    """

    k: int
    mu: float
    std_error: float
    std_error_wald: float
    low: float
    high: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    q: float
    q_p_value: float
    new_low: float
    new_high: float


@dataclass(frozen=True, slots=True, eq=False)
class ShrunkenEffects:
    """Best linear unbiased predictions of the effects and their standard errors, tau2 taken as known (too small for a report)."""

    estimate: Floats
    std_error: Floats


def estimate_random_effects(estimates: ArrayLike, variances: ArrayLike, level: float = 0.95) -> RandomEffects:
    """Return the random-effects mean and heterogeneity of `estimates` with error `variances`.

    Raises ValueError for a missing estimate or a variance that is not positive.
    """
    y, v = _check(estimates, variances)
    k = y.size
    if k == 0:
        return RandomEffects(0, *([math.nan] * 14))
    if k == 1:
        return RandomEffects(1, float(y[0]), math.nan, math.sqrt(v[0]), *([math.nan] * 11))
    tau2 = estimate_tau2(y, v, "reml")
    mu, wald, hksj = _average(y, v, tau2)
    tau2_low, tau2_high = profile_tau2(y, v, level)
    q, t = _cochran(y, v, 0.0), float(stdtrit(k - 1, 0.5 + level / 2))
    reach, reach_new = (t * hksj if hksj > 0 else math.nan), t * math.sqrt(tau2 + hksj**2)
    return RandomEffects(
        k=k,
        mu=mu,
        std_error=hksj,
        std_error_wald=wald,
        low=mu - reach,
        high=mu + reach,
        p_value=2 * float(stdtr(k - 1, -abs(mu / hksj))) if hksj > 0 else math.nan,
        tau2=tau2,
        tau2_low=tau2_low,
        tau2_high=tau2_high,
        i2=tau2 / (tau2 + _typical_variance(v)),
        q=q,
        q_p_value=float(chdtrc(k - 1, q)),
        new_low=mu - reach_new,
        new_high=mu + reach_new,
    )


def estimate_tau2(estimates: ArrayLike, variances: ArrayLike, method: str = "reml") -> float:
    """Return the variance between effects by "reml", "dl" (DerSimonian-Laird) or "pm" (Paule-Mandel); zero at the boundary."""
    y, v = _check(estimates, variances)
    if y.size < 2:
        return math.nan
    if method == "reml":
        return _maximise_reml(y, v)
    if method == "dl":
        w = 1 / v
        return max(0.0, (_cochran(y, v, 0.0) - (y.size - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    if method == "pm":
        return _solve_cochran(y, v, y.size - 1.0)
    raise ValueError(f"'{method}' is not an estimator of tau2. Choose 'reml', 'dl' or 'pm'.")


def profile_tau2(estimates: ArrayLike, variances: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Return the Q-profile limits of tau2: where Cochran's Q(tau2) equals the chi2 quantiles with k - 1 df."""
    y, v = _check(estimates, variances)
    if y.size < 2:
        return math.nan, math.nan
    tail = (1 - level) / 2
    upper, lower = (float(chdtri(y.size - 1, p)) for p in (tail, 1 - tail))
    return _solve_cochran(y, v, upper), _solve_cochran(y, v, lower)


def shrink_effects(estimates: ArrayLike, variances: ArrayLike, tau2: float, *, hksj: bool = False) -> ShrunkenEffects:
    """Return the effects drawn in towards their mean, B_j mu + (1 - B_j) y_j with B_j = v_j / (v_j + tau2)."""
    y, v = _check(estimates, variances)
    mu, wald, adjusted = _average(y, v, tau2)
    b = v / (v + tau2)
    return ShrunkenEffects(b * mu + (1 - b) * y, np.sqrt((1 - b) * v + b**2 * (adjusted if hksj else wald) ** 2))


def _check(estimates: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    y, v = np.asarray(estimates, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    if y.shape != v.shape or y.ndim != 1:
        raise ValueError(f"Every estimate needs one variance: {y.shape} estimates and {v.shape} variances came.")
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError("Every estimate needs to be known and every variance positive. Leave out schools without a standard error.")
    return y, v


def _average(y: Floats, v: Floats, tau2: float) -> tuple[float, float, float]:
    """Return the weighted mean, its Wald error and its Knapp-Hartung error."""
    w = 1 / (v + tau2)
    mu, wald = float(w @ y / w.sum()), float(1 / np.sqrt(w.sum()))
    return mu, wald, wald * math.sqrt(float(w @ (y - mu) ** 2) / max(y.size - 1, 1))


def _typical_variance(v: Floats) -> float:
    """Return the typical error variance of Higgins & Thompson (2002, Stat Med 21:1539)."""
    w = 1 / v
    return float((v.size - 1) / (w.sum() - (w**2).sum() / w.sum()))


def _cochran(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _solve_cochran(y: Floats, v: Floats, target: float) -> float:
    """Return the tau2 at which Q, which falls with tau2, equals `target`; zero if it is below from the start."""
    if _cochran(y, v, 0.0) <= target:
        return 0.0
    high = float(v.max()) + float(np.ptp(y)) ** 2
    while _cochran(y, v, high) > target:
        high *= 2
    return _find_root(lambda tau2: _cochran(y, v, tau2) - target, 0.0, high)


def _maximise_reml(y: Floats, v: Floats) -> float:
    """Return the tau2 with the highest restricted likelihood: the best of a grid, refined where the slope is zero."""
    top = float(v.max()) + 4 * float(np.var(y, ddof=1))
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * float(v.min()), top, 120)])
    w = 1 / (v + grid[:, None])
    total = w.sum(axis=1)
    residual = y - (w @ y / total)[:, None]
    deviance = -np.log(w).sum(axis=1) + np.log(total) + (w * residual**2).sum(axis=1)
    best = int(deviance.argmin())
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, grid.size - 1)])
    if _slope_reml(y, v, low) >= 0 or _slope_reml(y, v, high) <= 0:
        return float(grid[best]) if best > 1 else 0.0
    return _find_root(lambda tau2: _slope_reml(y, v, tau2), low, high)


def _slope_reml(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    mu = w @ y / w.sum()
    return float(w.sum() - (w**2).sum() / w.sum() - (w**2) @ (y - mu) ** 2)


def _find_root(function: Callable[[float], float], low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-300, rtol=1e-14, maxiter=500))
