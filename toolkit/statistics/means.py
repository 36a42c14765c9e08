"""Means and their differences: within people, between groups, over schools, as a ratio; with intervals and standardised effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtri, stdtr, stdtrit

from toolkit.statistics.arrays import (
    NAN,
    Floats,
    Integers,
    as_codes,
    as_pairs,
    as_present,
    as_vector,
    check_lengths,
    check_share,
    compute_sd,
    divide,
)
from toolkit.statistics.power import compute_noncentrality


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its standard error, degrees of freedom, t interval and two-sided p-value."""

    estimate: float
    std_error: float
    df: float
    low: float
    high: float
    p_value: float


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Mean change over `n` pairs with its t interval, and the spread it was made of (units of the scores)."""

    estimate: float
    std_error: float
    df: float
    low: float
    high: float
    p_value: float
    n: int
    sd_before: float
    sd_after: float
    sd_change: float
    correlation: float


@dataclass(frozen=True, slots=True)
class Effect:
    """A standardised effect and its interval, in SD units."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PairedEffects:
    """The change in three units: SD of the changes (d_z, g_z) and average SD of the two waves (d_av, g_av)."""

    d_z: Effect
    g_z: Effect
    d_av: Effect
    g_av: Effect
    n: int


@dataclass(frozen=True, slots=True)
class Equivalence:
    """Two one-sided tests of an estimate against `lower` and `upper`; `p_value` is the larger of the two."""

    p_lower: float
    p_upper: float
    p_value: float
    low: float
    high: float


def compute_interval(estimate: float, std_error: float, df: float = np.inf, level: float = 0.95) -> Interval:
    """Return the t interval and the p-value against 0; normal when `df` is infinite, NaN without spread or df."""
    check_share(level, "level")
    if not (0 < std_error < np.inf and df > 0 and abs(estimate) < np.inf):
        return Interval(estimate, std_error, df, NAN, NAN, NAN)
    margin = float(stdtrit(df, (1 + level) / 2)) * std_error
    p_value = 2 * float(stdtr(df, -abs(estimate / std_error)))
    return Interval(estimate, std_error, df, estimate - margin, estimate + margin, p_value)


def compute_mean(values: ArrayLike, level: float = 0.95) -> Interval:
    """Return the mean of the values that are present, with its one-sample t interval on n - 1 degrees of freedom."""
    present = as_present(values, "values")
    mean = float(present.mean()) if present.size else NAN
    return compute_interval(mean, compute_sd(present) / np.sqrt(max(present.size, 1)), max(present.size - 1, 0), level)


def compute_paired_change(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> PairedChange:
    """Return the mean of after - before over complete pairs, with its paired t interval.

    Pairs with a missing value are left out. Fewer than two pairs, or changes that are all the same, leave the interval NaN.
    """
    first, second = as_pairs(before, after, ("before", "after"))
    change = second - first
    n = first.size
    sd_change = compute_sd(change, np.concatenate([first, second]))
    interval = compute_interval(float(change.mean()) if n else NAN, sd_change / np.sqrt(max(n, 1)), max(n - 1, 0), level)
    sd_before = compute_sd(first)
    sd_after = compute_sd(second)
    return PairedChange(
        interval.estimate, interval.std_error, interval.df, interval.low, interval.high, interval.p_value, n,
        sd_before, sd_after, sd_change, divide(_covariance(first, second), sd_before * sd_after),
    )  # fmt: skip


def compute_paired_effects(before: ArrayLike, after: ArrayLike, level: float = 0.95) -> PairedEffects:
    """Return the standardised change over complete pairs; NaN below two pairs and where the SD divided by is 0.

    d_z = mean / SD of the changes, with the exact noncentral-t interval; g_z is d_z times the small-sample factor at n - 1.
    d_av = mean / sqrt((s1² + s2²) / 2), with the large-sample variance of Bonett (2008, Psychological Methods 13:99);
    g_av is d_av times the factor at 2 (n - 1) / (1 + r²) (Cousineau & Goulet-Pelletier 2021).
    """
    return standardise_change(compute_paired_change(before, after, level), level)


def standardise_change(change: PairedChange, level: float = 0.95) -> PairedEffects:
    """Return the effects of `compute_paired_effects` from a change that is known already."""
    df = change.n - 1
    root_n = np.sqrt(max(change.n, 1))
    t = divide(change.estimate, change.std_error)
    low, high = compute_noncentrality(t, df, level)
    d_z = Effect(t / root_n, low / root_n, high / root_n)
    d_av = _compute_d_av(change, level)
    return PairedEffects(
        d_z,
        _shrink(d_z, compute_hedges_factor(df)),
        d_av,
        _shrink(d_av, compute_hedges_factor(2 * df / (1 + change.correlation**2))),
        change.n,
    )


def _compute_d_av(change: PairedChange, level: float) -> Effect:
    df = change.n - 1
    v1 = change.sd_before**2
    v2 = change.sd_after**2
    average = (v1 + v2) / 2
    d = divide(change.estimate, float(np.sqrt(average)))
    covariance = change.correlation * change.sd_before * change.sd_after
    variance = divide(d**2 * (v1**2 + v2**2 + 2 * covariance**2), 8 * df * average**2) + divide(change.sd_change**2, df * average)
    margin = float(ndtri((1 + level) / 2) * np.sqrt(variance))
    return Effect(d, d - margin, d + margin)


def compute_equivalence(estimate: float, std_error: float, df: float, lower: float, upper: float, alpha: float = 0.05) -> Equivalence:
    """Return the two one-sided tests (Lakens 2017) and the interval that goes with them: 90 % at `alpha` = 0.05.

    The estimate is equivalent to 0 within `lower` and `upper` when `p_value` < `alpha`, that is when the interval lies inside them.
    """
    if lower >= upper:
        raise ValueError(f"`lower` is {lower} and `upper` is {upper}; the lower bound must be the smaller one.")
    interval = compute_interval(estimate, std_error, df, 1 - 2 * alpha)
    if np.isnan(interval.low):
        return Equivalence(NAN, NAN, NAN, NAN, NAN)
    p_lower = float(stdtr(df, (lower - estimate) / std_error))
    p_upper = float(stdtr(df, (estimate - upper) / std_error))
    return Equivalence(p_lower, p_upper, max(p_lower, p_upper), interval.low, interval.high)


def compute_hedges_factor(df: float) -> float:
    """Return Hedges' exact small-sample factor Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)); NaN below two degrees of freedom."""
    return float(np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) * np.sqrt(2 / df)) if df > 1 else NAN


def _shrink(effect: Effect, factor: float) -> Effect:
    return Effect(factor * effect.estimate, factor * effect.low, factor * effect.high)


def _covariance(first: Floats, second: Floats) -> float:
    return float(np.dot(first - first.mean(), second - second.mean()) / (first.size - 1)) if first.size > 1 else NAN


@dataclass(frozen=True, slots=True)
class TwoGroups:
    """Mean of the first group minus mean of the second, by Welch and by the pooled t; d_s and g_s in pooled SDs."""

    welch: Interval
    pooled: Interval
    d_s: Effect
    g_s: Effect
    n_first: int
    n_second: int


def compute_two_groups(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> TwoGroups:
    """Return the difference of two groups of people or schools; missing values are left out.

    Welch needs two values in each group; the pooled t needs one in each and three in all, so one treated school can be held
    against several. g_s = J(n1 + n2 - 2) d_s with the exact noncentral-t interval (Hedges 1981). Without spread all is NaN.
    """
    x = as_present(first, "first")
    y = as_present(second, "second")
    difference = float(x.mean() - y.mean()) if x.size and y.size else NAN
    pooled = _compute_pooled(difference, x, y, level)
    scale = float(np.sqrt(divide(1, x.size) + divide(1, y.size)))
    low, high = compute_noncentrality(divide(difference, pooled.std_error), pooled.df, level)
    d = divide(difference, pooled.std_error / scale)
    factor = compute_hedges_factor(pooled.df)
    return TwoGroups(
        _compute_welch(difference, x, y, level), pooled, Effect(d, low * scale, high * scale),
        Effect(factor * d, factor * low * scale, factor * high * scale), x.size, y.size,
    )  # fmt: skip


def _compute_welch(difference: float, x: Floats, y: Floats, level: float) -> Interval:
    v1 = divide(compute_sd(x) ** 2, x.size)
    v2 = divide(compute_sd(y) ** 2, y.size)
    df = divide((v1 + v2) ** 2, divide(v1**2, x.size - 1) + divide(v2**2, y.size - 1))
    return compute_interval(difference, float(np.sqrt(v1 + v2)), df, level)


def _compute_pooled(difference: float, x: Floats, y: Floats, level: float) -> Interval:
    df = max(x.size + y.size - 2, 0)
    squares = sum(compute_sd(group) ** 2 * (group.size - 1) for group in (x, y) if group.size > 1)
    scale = float(np.sqrt(divide(1, x.size) + divide(1, y.size)))
    return compute_interval(difference, float(np.sqrt(divide(squares, df))) * scale, df, level)


@dataclass(frozen=True, slots=True)
class SchoolChanges:
    """Mean change and number of pairs per school, arrays in the order of `schools`, and the unweighted mean over schools."""

    schools: NDArray[Any]
    change: Floats
    n: Integers
    average: Interval


def compute_school_changes(before: ArrayLike, after: ArrayLike, schools: Any, level: float = 0.95) -> SchoolChanges:
    """Return the mean of after - before over the complete pairs of each school, and its mean with t on J - 1 df.

    Schools without a complete pair have a missing change and do not count. This is the plain companion of the mixed model: it uses
    the matched people only.
    """
    first = as_vector(before, "before")
    second = as_vector(after, "after")
    codes, labels = as_codes(schools, "schools")
    check_lengths(before=first, after=second, schools=codes)
    groups = pd.Series(second - first)[codes >= 0].groupby(codes[codes >= 0])
    found = groups.agg(["mean", "count"]).reindex(range(labels.size))
    change = found["mean"].to_numpy(dtype=np.float64)
    return SchoolChanges(labels, change, found["count"].to_numpy(dtype=np.int64), compute_mean(change, level))


def compute_ratio(numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95) -> Interval:
    """Return mean(numerators) / mean(denominators) over n units, with Fieller's interval on n - 1 degrees of freedom.

    The interval holds every ratio r for which the t test of numerator - r denominator against 0 is not significant (Fieller 1954, JRSS B
    16:175); the p-value is that of r = 0. Where the mean denominator itself does not differ from 0 the interval has no end, and it is
    NaN. The standard error is that of the delta method.
    """
    x, y = as_pairs(numerators, denominators, ("numerators", "denominators"))
    if x.size < 2:
        return Interval(NAN, NAN, x.size - 1, NAN, NAN, NAN)
    (v_x, v_xy), (_, v_y) = np.cov(x, y) / x.size
    return divide_estimates((float(x.mean()), float(y.mean())), (float(v_x), float(v_y), float(v_xy)), x.size - 1, level)


def divide_estimates(means: tuple[float, float], variances: tuple[float, float, float], df: float, level: float = 0.95) -> Interval:
    """Return the first of two estimates divided by the second, as `compute_ratio`; `variances` are theirs and their covariance."""
    check_share(level, "level")
    mean_x, mean_y = means
    v_x, v_y, v_xy = variances
    t = float(stdtrit(df, (1 + level) / 2))
    a = mean_y**2 - t**2 * v_y
    b = mean_x * mean_y - t**2 * v_xy
    c = mean_x**2 - t**2 * v_x
    ratio = mean_x / mean_y if mean_y else NAN
    error = float(np.sqrt(max(v_x - 2 * ratio * v_xy + ratio**2 * v_y, 0.0))) / abs(mean_y) if mean_y else NAN
    if not (a > 0 and error > 0):
        return Interval(ratio, error, df, NAN, NAN, NAN)
    reach = float(np.sqrt(max(b**2 - a * c, 0.0)))
    p_value = 2 * float(stdtr(df, -abs(mean_x) / np.sqrt(v_x))) if v_x > 0 else 0.0
    return Interval(ratio, error, df, (b - reach) / a, (b + reach) / a, p_value)
