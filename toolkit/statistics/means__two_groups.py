"""Difference between two independent groups: Welch and pooled t, and Hedges' g."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, as_present, compute_sd, divide
from toolkit.statistics.means import Effect, Interval, compute_hedges_factor, compute_interval
from toolkit.statistics.power__noncentral_t import compute_noncentrality

NAN = float("nan")


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
    x, y = as_present(first, "first"), as_present(second, "second")
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
    v1, v2 = divide(compute_sd(x) ** 2, x.size), divide(compute_sd(y) ** 2, y.size)
    df = divide((v1 + v2) ** 2, divide(v1**2, x.size - 1) + divide(v2**2, y.size - 1))
    return compute_interval(difference, float(np.sqrt(v1 + v2)), df, level)


def _compute_pooled(difference: float, x: Floats, y: Floats, level: float) -> Interval:
    df = max(x.size + y.size - 2, 0)
    squares = sum(compute_sd(group) ** 2 * (group.size - 1) for group in (x, y) if group.size > 1)
    scale = float(np.sqrt(divide(1, x.size) + divide(1, y.size)))
    return compute_interval(difference, float(np.sqrt(divide(squares, df))) * scale, df, level)
