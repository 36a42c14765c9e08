"""How much of a score belongs to the team: ICC(1) and ICC(2) of people in teams, by analysis of variance and by REML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import fdtrc, fdtri

from toolkit.statistics.arrays import ROUNDING, Floats, as_codes, as_vector, check_lengths, check_share, divide

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class TeamICC:
    """ICC(1) with the size k0 and its F interval, ICC(1) with the mean size, ICC(2) with its interval, and their mean squares."""

    icc1: float
    low: float
    high: float
    icc1_mean_size: float
    icc2: float
    icc2_low: float
    icc2_high: float
    f: float
    df_between: int
    df_within: int
    p_value: float
    ms_between: float
    ms_within: float
    k0: float
    mean_size: float
    teams: int
    n: int


@dataclass(frozen=True, slots=True)
class TeamVariance:
    """Variance between and within teams by REML; `at_boundary` tells that no variance between teams was found."""

    icc1: float
    between: float
    within: float
    at_boundary: bool
    teams: int
    n: int


@dataclass(frozen=True, slots=True)
class _Teams:
    """The sufficient statistics of people in teams: sizes, means and the sum of squares within teams."""

    sizes: Floats
    means: Floats
    within: float

    @property
    def n(self) -> int:
        return int(self.sizes.sum())


def compute_team_icc(values: ArrayLike, teams: Any, level: float = 0.95) -> TeamICC:
    """Return the analysis-of-variance ICCs of `values` (n,) in `teams` (n,); people who miss either are left out.

    ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB (Bliese 2000), with the exact F interval;
    k0 = (N - sum n_j² / N) / (J - 1), for comparison also k = N / J. Fewer than two teams, no team of two, or no spread give NaN.
    """
    check_share(level, "level")
    t = _summarise_teams(values, teams)
    df_b, df_w = max(t.sizes.size - 1, 0), t.n - t.sizes.size
    grand = divide(float(t.sizes @ t.means), t.n)
    ms_b, ms_w = divide(float(t.sizes @ (t.means - grand) ** 2), df_b), divide(t.within, df_w)
    k0, k = divide(t.n - divide(float(t.sizes @ t.sizes), t.n), df_b), divide(t.n, t.sizes.size)
    f = divide(ms_b, ms_w)
    f_low, f_high = (f / float(fdtri(df_b, df_w, q)) if f > 0 else NAN for q in ((1 + level) / 2, (1 - level) / 2))
    icc1, icc1_k = (divide(ms_b - ms_w, ms_b + (size - 1) * ms_w) for size in (k0, k))
    p_value = float(fdtrc(df_b, df_w, f)) if f >= 0 else NAN
    return TeamICC(
        icc1, (f_low - 1) / (f_low + k0 - 1), (f_high - 1) / (f_high + k0 - 1), icc1_k,
        divide(ms_b - ms_w, ms_b), 1 - divide(1, f_low), 1 - divide(1, f_high),
        f, df_b, df_w, p_value, ms_b, ms_w, k0, k, t.sizes.size, t.n,
    )  # fmt: skip


def compute_team_variance(values: ArrayLike, teams: Any) -> TeamVariance:
    """Return the REML variances of `values` (n,) between and within `teams` (n,), and ICC(1) = between / (between + within).

    The residual likelihood is profiled over the ratio of the two variances, so that one number is searched; at its best value
    the derivative is 0, or the ratio is 0 (`at_boundary`). Degenerate input as in `compute_team_icc`.
    """
    t = _summarise_teams(values, teams)
    if t.sizes.size < 2 or t.n == t.sizes.size or t.within == 0:
        return TeamVariance(NAN, NAN, NAN, False, t.sizes.size, t.n)
    icc = _search_icc(t)
    ratio = icc / (1 - icc)
    _, q = _weigh_teams(t, ratio)
    within = q / (t.n - 1)
    return TeamVariance(icc, ratio * within, within, icc == 0, t.sizes.size, t.n)


def compute_mean_reliability(icc1: float, size: ArrayLike) -> Floats:
    """Return the reliability n ICC(1) / (1 + (n - 1) ICC(1)) of the mean of teams of each `size`; NaN where ICC(1) is negative."""
    n = np.asarray(size, dtype=np.float64)
    return n * icc1 / (1 + (n - 1) * icc1) if icc1 >= 0 else np.full(n.shape, NAN)


def _summarise_teams(values: ArrayLike, teams: Any) -> _Teams:
    y = as_vector(values, "values")
    codes, _ = as_codes(teams, "teams")
    check_lengths(values=y, teams=codes)
    present = ~np.isnan(y) & (codes >= 0)
    y, codes = y[present], np.unique(codes[present], return_inverse=True)[1]
    sizes = np.bincount(codes).astype(np.float64)
    means = np.bincount(codes, y) / sizes
    residuals = y - means[codes]
    within = float(residuals @ residuals)
    rounding = y.size * (ROUNDING * float(np.max(np.abs(y), initial=0))) ** 2
    return _Teams(sizes, means, within if within > rounding else 0.0)


def _weigh_teams(t: _Teams, ratio: float) -> tuple[Floats, float]:
    """Return the weights n / (1 + n ratio) and the weighted residual sum of squares."""
    weights = t.sizes / (1 + t.sizes * ratio)
    mean = weights @ t.means / weights.sum()
    return weights, t.within + float(weights @ (t.means - mean) ** 2)


def _search_icc(t: _Teams) -> float:
    """Return the ICC with the lowest -2 log residual likelihood: a grid finds the valley, the derivative its floor."""

    def criterion(icc: float) -> float:
        weights, q = _weigh_teams(t, icc / (1 - icc))
        return float(np.sum(np.log(t.sizes / weights)) + np.log(weights.sum()) + (t.n - 1) * np.log(q))

    def slope(icc: float) -> float:
        weights, q = _weigh_teams(t, icc / (1 - icc))
        mean = weights @ t.means / weights.sum()
        return float(weights.sum() - weights @ weights / weights.sum() - (t.n - 1) * (weights**2 @ (t.means - mean) ** 2) / q)

    grid = np.concatenate([[0.0], np.geomspace(1e-6, 0.5, 60), 1 - np.geomspace(0.5, 1e-9, 60)[1:]])
    best = int(np.argmin([criterion(icc) for icc in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    if slope(low) >= 0:
        return 0.0
    return float(brentq(slope, low, high, xtol=1e-15, rtol=1e-14)) if slope(high) > 0 else float(high)
