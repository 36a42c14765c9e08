"""The correlation of two columns, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr

from toolkit.statistics.arrays import check_share


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation over `n` rows, its interval and two-sided p-value."""

    estimate: float
    low: float
    high: float
    p_value: float
    n: int


def compute_correlation(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Correlation:
    """Return Pearson's correlation with Fisher's interval and the p-value of t; NaN under four rows or without spread.

    Assumes rows that are independent, and two normal columns.
    """
    check_share(level, "level")
    x, y = (np.asarray(column, dtype=np.float64) for column in (first, second))
    n = len(x)
    if n < 4 or not x.std() or not y.std():
        return Correlation(math.nan, math.nan, math.nan, math.nan, n)
    found = min(1.0, max(-1.0, float(np.corrcoef(x, y)[0, 1])))
    if abs(found) == 1:
        return Correlation(found, found, found, 0.0, n)
    reach = float(ndtri((1 + level) / 2)) / math.sqrt(n - 3)
    t = found * math.sqrt((n - 2) / (1 - found**2))
    low, high = (math.tanh(math.atanh(found) + side * reach) for side in (-1, 1))
    return Correlation(found, low, high, 2 * float(stdtr(n - 2, -abs(t))), n)
