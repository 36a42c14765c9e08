"""One answer from several imputed data sets: Rubin's rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from toolkit.statistics.arrays import Floats, check_share


@dataclass(frozen=True, slots=True)
class Pooled:
    """Pooled estimates; arrays of shape (k,), or () for a single estimate.

    `within` and `between` are the variances inside and between imputations, `share` the part of the total that is due to
    missingness (lambda), `increase` its ratio to `within` (riv), `missing_information` that part with the df counted (fmi).
    """

    estimate: Floats
    std_error: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats
    within: Floats
    between: Floats
    share: Floats
    increase: Floats
    missing_information: Floats
    imputations: int


def compute_pooled(estimates: ArrayLike, variances: ArrayLike, df_complete: float = np.inf, level: float = 0.95) -> Pooled:
    """Return the estimates (m, k) or (m,) of m imputed data sets as one, by Rubin's rules.

    Total = within + (1 + 1/m) between; degrees of freedom of Barnard & Rubin (1999), where `df_complete` are those of the same
    analysis without missing values. Fewer than two imputations, or a missing one, give NaN.
    """
    check_share(level, "level")
    q, u = (np.asarray(part, dtype=np.float64) for part in (estimates, variances))
    q, u = (np.where(np.isfinite(part), part, np.nan) for part in (q, u))
    if q.shape != u.shape or q.ndim not in (1, 2):
        raise ValueError(f"`estimates` {q.shape} and `variances` {u.shape} must have the same shape: (imputations,) or (imputations, k).")
    m = len(q)
    if m < 2:
        q, u = (np.full((2, *q.shape[1:]), np.nan) for _ in range(2))
    estimate, within, between = q.mean(axis=0), u.mean(axis=0), q.var(axis=0, ddof=1)
    total = within + (1 + 1 / max(m, 1)) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total - within) / total
        df = _compute_df(share, m, df_complete)
        increase = (total - within) / within
        missing = (increase + 2 / (df + 3)) / (1 + increase)
        error = np.sqrt(total)
        p_value = 2 * stdtr(df, -np.abs(estimate / error))
    margin = stdtrit(df, (1 + level) / 2) * error
    return Pooled(estimate, error, df, estimate - margin, estimate + margin, p_value, within, between, share, increase, missing, m)


def _compute_df(share: Floats, m: int, df_complete: float) -> Floats:
    """Return 1 / (1 / df_old + 1 / df_observed), with df_old = (m - 1) / share² and df_observed shrunk by the share observed."""
    observed = np.inf if np.isinf(df_complete) else (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    df: Floats = 1 / (share**2 / max(m - 1, 1) + 1 / observed)
    return df
