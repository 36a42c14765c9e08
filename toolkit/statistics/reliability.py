"""How precisely a scale measures (alpha, reliability of a difference), and what a change is worth then: reliable change, regression to
the mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri, ndtri

from toolkit.statistics.arrays import (
    NAN,
    ROUNDING,
    Floats,
    as_codes,
    as_matrix,
    as_pairs,
    as_vector,
    check_lengths,
    check_share,
    compute_sd,
    divide,
)
from toolkit.statistics.means import compute_paired_change


@dataclass(frozen=True, slots=True)
class Alpha:
    """Cronbach's alpha with Feldt's interval and the item statistics; `if_dropped` and `item_rest` have shape (items,)."""

    alpha: float
    low: float
    high: float
    standardised: float
    g6: float
    mean_r: float
    if_dropped: Floats
    item_rest: Floats
    n: int
    items: int


def compute_alpha(answers: ArrayLike, level: float = 0.95) -> Alpha:
    """Return alpha of the `answers` (n, items) of one scale, over the people who answered all items.

    alpha = k / (k - 1) (1 - sum of item variances / variance of the sum), with the F interval of Feldt (1965);
    standardised alpha from the mean correlation; g6 = 1 - sum(1 - smc) / sum(R) (Guttman 1945). Fewer than two items or people,
    or a sum without spread, give NaN; an item without spread leaves all that rests on correlations NaN.
    """
    check_share(level, "level")
    matrix = _complete(answers)
    n, k = matrix.shape
    covariance = _covariances(matrix)
    alpha = _alpha_of(covariance)
    df = (n - 1, (n - 1) * (k - 1))
    low, high = (1 - (1 - alpha) * float(fdtri(*df, q)) for q in ((1 + level) / 2, (1 - level) / 2))
    correlations = _correlations(covariance)
    mean_r = divide(float(correlations.sum()) - k, k * (k - 1))
    return Alpha(
        alpha, low, high, divide(k * mean_r, 1 + (k - 1) * mean_r), _g6_of(correlations), mean_r,
        np.array([_alpha_of(np.delete(np.delete(covariance, item, 0), item, 1)) for item in range(k)]),
        _item_rest(covariance), n, k,
    )  # fmt: skip


def compute_difference_reliability(current: ArrayLike, desired: ArrayLike, reliability_current: float, reliability_desired: float) -> float:
    """Return the reliability of the difference desired - current within persons, over people who have both scores (n,).

    (s_c² r_cc + s_d² r_dd - 2 s_cd) / (s_c² + s_d² - 2 s_cd), the classical formula under uncorrelated errors
    (Lord & Novick 1968). NaN without spread of the difference; it can be negative.
    """
    c, d = as_pairs(current, desired, ("current", "desired"))
    total = compute_sd(d - c, np.concatenate([c, d])) ** 2
    covariance = float(np.cov(c, d)[0, 1]) if c.size > 1 else NAN
    return divide(compute_sd(c) ** 2 * reliability_current + compute_sd(d) ** 2 * reliability_desired - 2 * covariance, total)


def compute_within_deviations(values: ArrayLike, groups: Any) -> Floats:
    """Return `values` (n,) or (n, k) minus the mean of the own group; missing stays missing, as does a missing group."""
    array = np.asarray(values, dtype=np.float64)
    columns = as_matrix(array[:, None] if array.ndim == 1 else array, "values")
    codes, labels = as_codes(groups, "groups")
    check_lengths(values=columns, groups=codes)
    present = ~np.isnan(columns) & (codes >= 0)[:, None]
    sums, counts = np.zeros((2, labels.size + 1, columns.shape[1]))  # the last row collects the people without a group
    np.add.at(sums, codes, np.where(present, columns, 0))
    np.add.at(counts, codes, present)
    deviations: Floats = np.where(present, columns - (sums / np.maximum(counts, 1))[codes], np.nan).reshape(array.shape)
    return deviations


def _complete(answers: ArrayLike) -> Floats:
    matrix = as_matrix(answers, "answers")
    return matrix[~np.isnan(matrix).any(axis=1)]


def _covariances(matrix: Floats) -> Floats:
    """Return the covariance matrix; exactly 0 for items without spread, NaN below two people."""
    n, k = matrix.shape
    if n < 2:
        return np.full((k, k), NAN)
    centred = matrix - matrix.mean(axis=0)
    spread = np.ptp(matrix, axis=0) > ROUNDING * np.abs(matrix).max(axis=0)
    centred = np.where(spread, centred, 0)
    covariances: Floats = centred.T @ centred / (n - 1)
    return covariances


def _alpha_of(covariance: Floats) -> float:
    k = len(covariance)
    return divide(k * (1 - divide(float(np.trace(covariance)), float(covariance.sum()))), k - 1)


def _correlations(covariance: Floats) -> Floats:
    sd = np.sqrt(np.where(np.diag(covariance) > 0, np.diag(covariance), NAN))
    correlations: Floats = covariance / np.outer(sd, sd)
    return correlations


def _g6_of(correlations: Floats) -> float:
    if len(correlations) < 2 or np.isnan(correlations).any() or np.linalg.cond(correlations) > 1 / ROUNDING:
        return NAN
    unexplained = 1 / np.diag(np.linalg.inv(correlations))
    return 1 - float(unexplained.sum() / correlations.sum())


def _item_rest(covariance: Floats) -> Floats:
    """Return the correlation of each item with the sum of the other items."""
    variances = np.diag(covariance)
    with_rest = covariance.sum(axis=0) - variances
    rest = covariance.sum() - 2 * with_rest - variances
    possible = (variances > 0) & (rest > ROUNDING * covariance.sum())
    return np.where(possible, with_rest / np.sqrt(np.where(possible, variances * rest, 1)), NAN)


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """How many of `n` persons changed by more than measurement error; `by_chance` of them on each side without any change."""

    improved: int
    deteriorated: int
    by_chance: float
    smallest_change: float
    sd_difference: float
    sd_baseline: float
    n: int


@dataclass(frozen=True, slots=True)
class RegressionToMean:
    """The change expected in a selected group without any effect, in scale points and in SDs of the baseline."""

    expected_change: float
    expected_change_sd: float
    correlation: float
    mean: float
    mean_selected: float
    n_selected: int
    n: int


def compute_reliable_change(
    before: ArrayLike, after: ArrayLike, reliability: float, sd_baseline: float | None = None, level: float = 0.95
) -> ReliableChange:
    """Return the counts of the reliable change index (x2 - x1) / (sqrt(2) s1 sqrt(1 - r_xx)), Jacobson & Truax (1991).

    `sd_baseline` is that of the complete pairs unless another group's is given. An SD of 0 or a `reliability` outside [0, 1)
    leaves the thresholds NaN and counts nobody.
    """
    first, second = as_pairs(before, after, ("before", "after"))
    sd = compute_sd(first) if sd_baseline is None else sd_baseline
    error = float(np.sqrt(2 * (1 - reliability))) * sd if 0 <= reliability < 1 and sd > 0 else NAN
    cut = float(ndtri((1 + level) / 2))
    index = (second - first) / error
    return ReliableChange(
        int(np.sum(index > cut)), int(np.sum(index < -cut)), first.size * (1 - level) / 2, cut * error, error, sd, first.size
    )  # fmt: skip


def compute_regression_to_mean(before: ArrayLike, after: ArrayLike, selected: ArrayLike) -> RegressionToMean:
    """Return (1 - r) (mean - mean of the selected) at baseline, the change that selection alone brings if both SDs are equal.

    `selected` (n,) is true for the persons chosen on their baseline. Everything is computed over complete pairs.
    """
    first = as_vector(before, "before")
    second = as_vector(after, "after")
    chosen = np.asarray(selected, dtype=bool)
    check_lengths(before=first, after=second, selected=chosen)
    complete = ~(np.isnan(first) | np.isnan(second))
    baseline = first[complete]
    group = first[complete & chosen]
    correlation = compute_paired_change(first, second).correlation
    mean, mean_selected = (float(part.mean()) if part.size else NAN for part in (baseline, group))
    expected = (1 - correlation) * (mean - mean_selected)
    return RegressionToMean(
        expected, divide(expected, compute_sd(baseline)), correlation, mean, mean_selected, group.size, baseline.size
    )  # fmt: skip
