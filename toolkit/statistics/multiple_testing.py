"""Several tests at once: p-values adjusted for their number."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, as_vector

Method = Literal["holm", "bh"]


def compute_adjusted_p(p_values: ArrayLike, method: Method = "holm") -> Floats:
    """Return the adjusted p-values (k,) in the order given; missing ones stay missing and do not count.

    Holm holds the chance of one false claim, Benjamini-Hochberg (`bh`) the expected share of false claims. Holm (1979, Scand J Stat
    6:65): the i-th smallest of k p-values times k - i + 1, never below the one before.
    """
    p = as_vector(p_values, "p_values")
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"`p_values` holds {p[(p < 0) | (p > 1)][0]}; a p-value lies between 0 and 1.")
    if method not in get_args(Method):
        raise ValueError(f"`method` is {method!r}; it must be one of {', '.join(get_args(Method))}.")
    adjusted = np.full(p.shape, np.nan)
    present = ~np.isnan(p)
    if present.any():
        adjusted[present] = _adjust_holm(p[present]) if method == "holm" else _adjust_bh(p[present])
    return adjusted


def _adjust_holm(p: Floats) -> Floats:
    order = np.argsort(p, kind="stable")
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1)), 1)
    return adjusted


def _adjust_bh(p: Floats) -> Floats:
    # statsmodels takes a second to import and collects garbage at every call, 0.1 s each: too slow for Holm, which every page needs.
    from statsmodels.stats.multitest import multipletests

    return np.asarray(multipletests(p, method="fdr_bh")[1], dtype=np.float64)
