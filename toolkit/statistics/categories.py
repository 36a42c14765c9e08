"""Answers that are picked, not measured: shares with their interval, and who picked otherwise the second time.

The exact test of McNemar and the interval of Wilson come from SciPy; the tests of this module hold them to statsmodels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from toolkit.statistics.arrays import NAN, Integers, as_pairs, check_share


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` people with its interval, from 0 to 1."""

    estimate: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Whether as many people went from one option to another as back: exact for two options, chi-square for more.

    `statistic` and `df` are NaN for the exact test; `p_value` is NaN where nobody switched.
    """

    statistic: float
    df: float
    p_value: float
    switched: int
    n: int


@dataclass(frozen=True, slots=True)
class Kappa:
    """Agreement of two judgements of the same `n` things beyond chance, with its error and interval; -1 to 1, 0 is chance."""

    estimate: float
    std_error: float
    low: float
    high: float
    agreed: int
    n: int


def compute_kappa(table: ArrayLike, level: float = 0.95) -> Kappa:
    """Return Cohen's kappa (1960) of a square table of counts, a row and a column per option; NaN where both only ever name one option.

    The interval is normal with the large-sample error of Fleiss, Cohen & Everitt (1969), cut off at -1 and 1: rough below some 20 things.
    Where the two agree on all, there is none.
    """
    check_share(level, "level")
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError(f"`table` has shape {counts.shape}; it must be a square of counts, a row and a column per option.")
    n = counts.sum()
    p = counts / n if n else counts
    rows = p.sum(axis=1)
    columns = p.sum(axis=0)
    chance = float(rows @ columns)
    agreed = int(np.trace(counts))
    if not n or chance == 1:
        return Kappa(NAN, NAN, NAN, NAN, agreed, int(n))
    kappa = (float(np.trace(p)) - chance) / (1 - chance)
    crossed = p * (columns[:, None] + rows[None, :]) ** 2
    on = float((np.diag(p) * (1 - (rows + columns) * (1 - kappa)) ** 2).sum())
    off = (1 - kappa) ** 2 * float(crossed.sum() - np.trace(crossed))
    variance = (on + off - (kappa - chance * (1 - kappa)) ** 2) / ((1 - chance) ** 2 * n)
    error = float(np.sqrt(max(variance, 0.0))) if agreed < n else NAN
    reach = float(ndtri(0.5 + level / 2)) * error
    low, high = np.clip([kappa - reach, kappa + reach], -1, 1)
    return Kappa(kappa, error, float(low), float(high), agreed, int(n))


def compute_share(count: int, n: int, level: float = 0.95) -> Share:
    """Return the share `count` / `n` with the interval of Wilson (1927); NaN where there is nobody.

    Its coverage is near the level from n = 5 on and also where a share is near 0 or 1 (Brown, Cai & DasGupta 2001); it never leaves 0 to 1.
    It takes the `n` people for a draw from the many who could have answered.
    """
    check_share(level, "level")
    if not 0 <= count <= n:
        raise ValueError(f"`count` is {count}; it must lie between 0 and `n`, which is {n}.")
    if n == 0:
        return Share(NAN, NAN, NAN, 0)
    from scipy.stats import binomtest  # with all distributions: only who counts shares waits for it

    interval = binomtest(count, n).proportion_ci(level, method="wilson")
    return Share(count / n, float(interval.low), float(interval.high), n)


def count_switches(before: ArrayLike, after: ArrayLike, options: Sequence[float]) -> Integers:
    """Return how many people went from each option (rows) to each option (columns); who lacks either answer is left out."""
    first, second = as_pairs(before, after, ("before", "after"))
    return np.array([[int(((first == one) & (second == other)).sum()) for other in options] for one in options], dtype=np.int64)


def compute_symmetry(table: ArrayLike) -> Symmetry:
    """Return whether people switched in one direction more than back, from a square table of counts.

    Two options: the exact test of McNemar (1947), binomial on those who switched. More: the test of Bowker (1948), chi-square with a degree
    of freedom for each pair of options between which somebody switched.
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.shape[0] < 2 or (counts < 0).any():
        raise ValueError(f"`table` has shape {counts.shape}; it must be a square of counts, a row and a column per option.")
    there, back = (part[np.triu_indices(len(counts), 1)] for part in (counts, counts.T))
    both = there + back
    switched = int(both.sum())
    if not switched:
        return Symmetry(NAN, NAN, NAN, 0, int(counts.sum()))
    if len(counts) == 2:
        from scipy.stats import binomtest

        return Symmetry(NAN, NAN, float(binomtest(int(there[0]), switched).pvalue), switched, int(counts.sum()))
    used = both > 0
    statistic = float((((there - back) ** 2)[used] / both[used]).sum())
    return Symmetry(statistic, float(used.sum()), float(chdtrc(used.sum(), statistic)), switched, int(counts.sum()))
