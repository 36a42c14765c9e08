"""Several tests at once: p-values adjusted for their number."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from toolkit.formulas.arrays import Floats, as_vector

Method = Literal["holm", "bh", "by", "hommel"]

_NAMES = {"holm": "holm", "bh": "fdr_bh", "by": "fdr_by", "hommel": "hommel"}


def compute_adjusted_p(p_values: ArrayLike, method: Method = "holm") -> Floats:
    """Return the adjusted p-values (k,) in the order given; missing ones stay missing and do not count.

    Holm and Hommel hold the chance of one false claim, Benjamini-Hochberg (`bh`) and Benjamini-Yekutieli (`by`) the expected
    share of false claims. Computed by statsmodels' `multipletests`.
    """
    from statsmodels.stats.multitest import multipletests  # takes a second to import

    p = as_vector(p_values, "p_values")
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"`p_values` holds {p[(p < 0) | (p > 1)][0]}; a p-value lies between 0 and 1.")
    if method not in _NAMES:
        raise ValueError(f"`method` is {method!r}; it must be one of {', '.join(_NAMES)}.")
    adjusted, present = np.full(p.shape, np.nan), ~np.isnan(p)
    if present.any():
        adjusted[present] = multipletests(p[present], method=_NAMES[method])[1]
    return adjusted
