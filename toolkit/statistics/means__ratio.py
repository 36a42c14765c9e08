"""A ratio of two means of the same units, with Fieller's interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from toolkit.statistics.arrays import as_pairs, check_share
from toolkit.statistics.means import Interval

NAN = float("nan")


def compute_ratio(numerators: ArrayLike, denominators: ArrayLike, level: float = 0.95) -> Interval:
    """Return mean(numerators) / mean(denominators) over n units, with Fieller's interval on n - 1 degrees of freedom.

    The interval holds every ratio r for which the t test of numerator - r denominator against 0 is not significant (Fieller 1954, JRSS B
    16:175); the p-value is that of r = 0. Where the mean denominator itself does not differ from 0 the interval has no end, and it is
    NaN. The standard error is that of the delta method.
    """
    check_share(level, "level")
    x, y = as_pairs(numerators, denominators, ("numerators", "denominators"))
    n, df = x.size, x.size - 1
    if n < 2:
        return Interval(NAN, NAN, df, NAN, NAN, NAN)
    (v_x, v_xy), (_, v_y) = np.cov(x, y) / n
    mean_x, mean_y, t = float(x.mean()), float(y.mean()), float(stdtrit(df, (1 + level) / 2))
    a, b, c = mean_y**2 - t**2 * v_y, mean_x * mean_y - t**2 * v_xy, mean_x**2 - t**2 * v_x
    ratio = mean_x / mean_y if mean_y else NAN
    error = float(np.sqrt(max(v_x - 2 * ratio * v_xy + ratio**2 * v_y, 0.0))) / abs(mean_y) if mean_y else NAN
    if not (a > 0 and error > 0):
        return Interval(ratio, error, df, NAN, NAN, NAN)
    reach = float(np.sqrt(max(b**2 - a * c, 0.0)))
    p_value = 2 * float(stdtr(df, -abs(mean_x) / np.sqrt(v_x))) if v_x > 0 else 0.0
    return Interval(ratio, error, df, (b - reach) / a, (b + reach) / a, p_value)
