"""Random-effects synthesis of school changes with known errors: y_j ~ N(theta_j, v_j), theta_j ~ N(mu, tau^2).

Sources: REML and Q-profile, Viechtbauer (2005, J Educ Behav Stat 30:261; 2007, Stat Med 26:37); DerSimonian & Laird (1986, Control
Clin Trials 7:177); Paule & Mandel (1982, J Res NBS 87:377); Knapp & Hartung (2003, Stat Med 22:2693); prediction interval, Higgins,
Thompson & Spiegelhalter (2009, JRSS A 172:137).

Where each school stands, and where a new school would, takes the heterogeneity tau integrated out instead of plugged in: mu flat, tau
half-normal with scale A (half the pooled within-school SD is the default of the reports; Gelman 2006, Bayesian Analysis 1:515). Given tau
everything is normal, so each result is a mixture of normals over tau, integrated with Gauss-Legendre nodes on (0, 2A) and (2A, 12A).
Intervals that take an estimated tau as known miss far too often.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, chdtri, ndtr, ndtri, stdtr, stdtrit

from toolkit.statistics.arrays import find_root
from toolkit.statistics.mixed_models.design import Floats

#: Estimates and their error variances, by group.
Groups = Sequence[tuple[Floats, Floats]]
NODES = 200
"""Nodes per panel; doubling them changes no digit of the reference case."""
NEGLIGIBLE = 1e-18
"""Nodes that weigh less than this share of the heaviest change no digit either, and are left out."""


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


@dataclass(frozen=True, slots=True)
class Spread:
    """A standard deviation of true effects, tau, and its Q-profile limits."""

    estimate: float
    low: float
    high: float


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
    q = _cochran(y, v, 0.0)
    t = float(stdtrit(k - 1, 0.5 + level / 2))
    reach = t * hksj if hksj > 0 else math.nan
    reach_new = t * math.sqrt(tau2 + hksj**2)
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
        return _maximise_reml([(y, v)])
    if method == "dl":
        w = 1 / v
        return max(0.0, (_cochran(y, v, 0.0) - (y.size - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    if method == "pm":
        return _solve_cochran([(y, v)], y.size - 1.0)
    raise ValueError(f"'{method}' is not an estimator of tau2. Choose 'reml', 'dl' or 'pm'.")


def profile_tau2(estimates: ArrayLike, variances: ArrayLike, level: float = 0.95) -> tuple[float, float]:
    """Return the Q-profile limits of tau2: where Cochran's Q(tau2) equals the chi2 quantiles with k - 1 df."""
    y, v = _check(estimates, variances)
    if y.size < 2:
        return math.nan, math.nan
    tail = (1 - level) / 2
    upper, lower = (float(chdtri(y.size - 1, p)) for p in (tail, 1 - tail))
    return _solve_cochran([(y, v)], upper), _solve_cochran([(y, v)], lower)


def estimate_common_spread(groups: Sequence[tuple[ArrayLike, ArrayLike]], level: float = 0.95) -> Spread:
    """Return tau of effects around the mean of their group, one for all groups: REML and Q-profile, sum of (k - 1) df.

    Every group is a pair of estimates and error variances; y_gj ~ N(mu_g, v_gj + tau^2), as a meta-regression with a mean per group.
    Groups of one effect tell nothing, and without others all is NaN.
    """
    checked = [_check(estimates, variances) for estimates, variances in groups]
    told = [(y, v) for y, v in checked if y.size > 1]
    if not told:
        return Spread(math.nan, math.nan, math.nan)
    df = sum(y.size - 1 for y, _ in told)
    upper, lower = (float(chdtri(df, tail)) for tail in ((1 - level) / 2, (1 + level) / 2))
    tau2 = (_maximise_reml(told), _solve_cochran(told, upper), _solve_cochran(told, lower))
    return Spread(*map(math.sqrt, tau2))


def shrink_effects(estimates: ArrayLike, variances: ArrayLike, tau2: float, *, hksj: bool = False) -> ShrunkenEffects:
    """Return the effects shrunken towards their mean, B_j mu + (1 - B_j) y_j with B_j = v_j / (v_j + tau2)."""
    y, v = _check(estimates, variances)
    mu, wald, adjusted = _average(y, v, tau2)
    b = v / (v + tau2)
    return ShrunkenEffects(b * mu + (1 - b) * y, np.sqrt((1 - b) * v + b**2 * (adjusted if hksj else wald) ** 2))


def _check(estimates: ArrayLike, variances: ArrayLike) -> tuple[Floats, Floats]:
    y = np.asarray(estimates, dtype=np.float64)
    v = np.asarray(variances, dtype=np.float64)
    if y.shape != v.shape or y.ndim != 1:
        raise ValueError(f"Every estimate needs one variance: {y.shape} estimates and {v.shape} variances came.")
    if not (np.isfinite(y).all() and np.isfinite(v).all() and (v > 0).all()):
        raise ValueError("Every estimate needs to be known and every variance positive. Leave out schools without a standard error.")
    return y, v


def _average(y: Floats, v: Floats, tau2: float) -> tuple[float, float, float]:
    """Return the weighted mean, its Wald error and its Knapp-Hartung error."""
    w = 1 / (v + tau2)
    mu = float(w @ y / w.sum())
    wald = float(1 / np.sqrt(w.sum()))
    return mu, wald, wald * math.sqrt(float(w @ (y - mu) ** 2) / max(y.size - 1, 1))


def _typical_variance(v: Floats) -> float:
    """Return the typical error variance of Higgins & Thompson (2002, Stat Med 21:1539)."""
    w = 1 / v
    return float((v.size - 1) / (w.sum() - (w**2).sum() / w.sum()))


def _cochran(y: Floats, v: Floats, tau2: float) -> float:
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _solve_cochran(groups: Groups, target: float) -> float:
    """Return the tau2 at which Q, which falls with tau2, equals `target`; zero if it is below from the start."""

    def compute_q(tau2: float) -> float:
        return sum(_cochran(y, v, tau2) for y, v in groups)

    if compute_q(0.0) <= target:
        return 0.0
    high = max(float(v.max()) + float(np.ptp(y)) ** 2 for y, v in groups)
    while compute_q(high) > target:
        high *= 2
    return _find_root(lambda tau2: compute_q(tau2) - target, 0.0, high)


def _maximise_reml(groups: Groups) -> float:
    """Return the tau2 with the highest restricted likelihood: the best of a grid, refined where the slope is zero."""
    top = max(float(v.max()) + 4 * float(np.var(y, ddof=1)) for y, v in groups)
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * min(float(v.min()) for _, v in groups), top, 120)])
    deviance = np.sum([_list_deviances(y, v, grid) for y, v in groups], axis=0)
    best = int(deviance.argmin())
    low = float(grid[max(best - 1, 0)])
    high = float(grid[min(best + 1, grid.size - 1)])
    if _slope_reml(groups, low) >= 0 or _slope_reml(groups, high) <= 0:
        return float(grid[best]) if best > 1 else 0.0
    return _find_root(lambda tau2: _slope_reml(groups, tau2), low, high)


def _list_deviances(y: Floats, v: Floats, grid: Floats) -> Floats:
    """Return minus twice the restricted log likelihood at every tau2 of the grid, but for a constant."""
    w = 1 / (v + grid[:, None])
    total = w.sum(axis=1)
    residual = y - (w @ y / total)[:, None]
    deviance: Floats = -np.log(w).sum(axis=1) + np.log(total) + (w * residual**2).sum(axis=1)
    return deviance


def _slope_reml(groups: Groups, tau2: float) -> float:
    """Return the slope of the deviance in tau2."""
    slope = 0.0
    for y, v in groups:
        w = 1 / (v + tau2)
        mu = w @ y / w.sum()
        slope += float(w.sum() - (w**2).sum() / w.sum() - (w**2) @ (y - mu) ** 2)
    return slope


def _find_root(function: Callable[[float], float], low: float, high: float) -> float:
    return find_root(function, low, high, xtol=1e-300, rtol=1e-14, maxiter=500)


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


def estimate_positions(
    estimates: ArrayLike,
    variances: ArrayLike,
    prior_scale: float,
    level: float = 0.95,
    average: tuple[float, float] | None = None,
) -> SchoolPositions:
    """Return the positions of schools with `estimates` and error `variances` (finite, positive), in the units of the estimates.

    Without `average` mu has a flat prior: a mean in which schools with small errors count for more. With `average`, an estimate of mu and
    its standard error, mu is normal around that, so that schools are drawn in towards an average that was estimated otherwise; tau is
    weighed in the same way.

    Raises ValueError if there is no school, a variance is not positive, or `prior_scale` is not positive.
    """
    y = np.asarray(estimates, dtype=np.float64)
    v = np.asarray(variances, dtype=np.float64)
    if y.size == 0 or y.shape != v.shape or not (np.isfinite(y).all() and (v > 0).all() and prior_scale > 0):
        raise ValueError(
            "Positions need at least one school, a known estimate and a positive variance for each, and a positive prior scale."
        )
    tau, weight = _weigh_tau(y, v, prior_scale)
    w = 1 / (v + tau[:, None] ** 2)
    total = w.sum(axis=1)
    mu, mu_variance = (
        (w @ y / total, 1 / total) if average is None else (np.full(tau.size, value) for value in (average[0], average[1] ** 2))
    )
    keep = tau[:, None] ** 2 * w
    mean = np.column_stack([mu, mu, (1 - keep) * mu[:, None] + keep * y, keep * (y - mu[:, None])])
    spreads = [keep * v + (1 - keep) ** 2 * mu_variance[:, None], keep * v + keep**2 * mu_variance[:, None]]
    sd = np.sqrt(np.column_stack([mu_variance, mu_variance + tau**2, *spreads]))
    of_schools = slice(2, 2 + y.size)
    of_deviations = slice(2 + y.size, None)
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
    low = (mean - 9 * sd).min(axis=0)
    high = (mean + 9 * sd).max(axis=0)
    centre = weight @ mean
    width = high - low
    normal = centre + ndtri(p) * np.sqrt(weight @ (sd**2 + (mean - centre) ** 2))
    at: Floats = np.clip(normal, low, high)
    for _ in range(200):
        z = (at - mean) / sd
        excess = weight @ ndtr(z) - p
        low = np.where(excess < 0, at, low)
        high = np.where(excess < 0, high, at)
        density = weight @ (np.exp(-0.5 * z**2) / sd) / np.sqrt(2 * np.pi)
        step = at - excess / np.maximum(density, 1e-300)
        following = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        if (np.abs(following - at) <= 1e-13 * width).all():
            return following
        at = following
    return at
