"""Wilcoxon's signed rank test of paired scores, exact with ties and zeros, with its effect size and its estimate of the median."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import NAN, ROUNDING, Floats, Integers, as_pairs, divide

LARGEST = 1000
"""Up to this many pairs the exact p-value and the Hodges-Lehmann median are computed; they take time and memory in n²."""


@dataclass(frozen=True, slots=True)
class SignedRank:
    """V = W+, the two-sided p-value exactly and by the normal distribution, rank-biserial r, and the Hodges-Lehmann median.

    `p_normal_corrected` has the continuity correction; `n` counts the pairs, `n_nonzero` those that changed.
    """

    v: float
    p_exact: float
    p_normal: float
    p_normal_corrected: float
    rank_biserial: float
    hodges_lehmann: float
    n: int
    n_nonzero: int


def compute_signed_rank(before: ArrayLike, after: ArrayLike) -> SignedRank:
    """Return the signed rank test of after - before over complete pairs.

    Zeros are dropped, ties share their mean rank (Wilcoxon). The exact p-value is twice the smaller tail over all 2^n signs, at
    most 1; r = (W+ - W-) / (W+ + W-) (Kerby 2014); the median is that of all pairwise means, zeros included. Differences that
    differ by rounding only are tied. No change at all gives NaN.
    """
    from scipy.stats import rankdata

    change = _subtract(*as_pairs(before, after, ("before", "after")))
    nonzero = change[change != 0]
    ranks = rankdata(np.abs(nonzero))
    plus, minus = float(ranks[nonzero > 0].sum()), float(ranks[nonzero < 0].sum())
    p_normal, p_corrected = (_compute_normal_p(nonzero, correction) for correction in (False, True))
    return SignedRank(
        plus if nonzero.size else NAN,
        _compute_exact_p(plus, minus, ranks),
        p_normal,
        p_corrected,
        divide(plus - minus, plus + minus),
        _compute_hodges_lehmann(change),
        change.size,
        nonzero.size,
    )


def _subtract(before: Floats, after: Floats) -> Floats:
    """Return after - before on a grid just above rounding, so that 3.3 - 3.0 ties with 4.3 - 4.0."""
    grid = ROUNDING * float(np.max(np.abs([before, after]), initial=0))
    return np.round((after - before) / grid) * grid if grid else after - before


def _compute_exact_p(plus: float, minus: float, ranks: Floats) -> float:
    """Return the exact two-sided p-value: the lower tail of the smaller rank sum, doubled.

    Adding one rank at a time, with either sign equally likely, is a convolution; only sums up to the observed one are kept.
    """
    if not 0 < ranks.size <= LARGEST:
        return NAN
    steps, unit = _as_whole_numbers(ranks)
    smaller = round(min(plus, minus) / unit)
    tail = np.zeros(smaller + 1)
    tail[0] = 1
    for step in np.sort(steps):
        with_rank = np.zeros_like(tail)
        with_rank[step:] = tail[: max(tail.size - step, 0)]
        tail = (tail + with_rank) / 2
    return min(1.0, 2 * float(tail.sum()))


def _as_whole_numbers(ranks: Floats) -> tuple[Integers, float]:
    """Return the ranks in units of a half, or of one where no rank is halved."""
    unit = 1.0 if np.all(ranks == np.floor(ranks)) else 0.5
    return (ranks / unit).astype(np.int64), unit


def _compute_normal_p(nonzero: Floats, correction: bool) -> float:
    """Return the two-sided normal p-value, which takes account of ties."""
    from scipy.stats import wilcoxon

    return float(wilcoxon(nonzero, correction=correction, method="asymptotic").pvalue) if nonzero.size else NAN


def _compute_hodges_lehmann(change: Floats) -> float:
    if not 0 < change.size <= LARGEST:
        return NAN
    first, second = np.triu_indices(change.size)
    return float(np.median((change[first] + change[second]) / 2))
