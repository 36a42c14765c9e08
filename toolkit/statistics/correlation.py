"""The correlation of two columns, or of their ranks, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri, stdtr

from toolkit.statistics.arrays import check_share

#: Of fewer rows each order is too common to tell anything.
SMALLEST_ORDER = 5


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


def compute_rank_correlation(first: ArrayLike, second: ArrayLike, level: float = 0.95) -> Correlation:
    """Return Spearman's correlation with the interval of Bonett and Wright (2000), without a p-value; NaN under five rows or no spread.

    Fisher's interval with a standard error of sqrt((1 + r^2 / 2) / (n - 3)). A perfect order of few rows is common enough by chance that it
    is no certainty: its interval ends at 1, and begins where that of an order with two neighbours exchanged would. Assumes rows that are
    independent, and few ties. Bonett, D.G., & Wright, T.A. (2000), Psychometrika 65, 23-28.
    """
    from scipy.stats import rankdata

    check_share(level, "level")
    x, y = (rankdata(np.asarray(column, dtype=np.float64)) for column in (first, second))
    n = len(x)
    if n < SMALLEST_ORDER or not x.std() or not y.std():
        return Correlation(math.nan, math.nan, math.nan, math.nan, n)
    found = float(np.corrcoef(x, y)[0, 1])
    most = 1 - 12 / (n * (n**2 - 1))
    inside = min(most, max(-most, found))
    reach = float(ndtri((1 + level) / 2)) * math.sqrt((1 + inside**2 / 2) / (n - 3))
    low, high = (math.tanh(math.atanh(inside) + side * reach) for side in (-1, 1))
    whole = abs(found) > most
    return Correlation(found, -1.0 if whole and found < 0 else low, 1.0 if whole and found > 0 else high, math.nan, n)
