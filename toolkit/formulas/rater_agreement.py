"""Agreement of raters who all judge the same targets: the six intraclass correlations of Shrout & Fleiss (1979)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc, fdtri

from toolkit.formulas.arrays import ROUNDING, Floats, as_matrix, check_share

TYPES = ("ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(1,k)", "ICC(A,k)", "ICC(C,k)")
"""One rater, then the mean of k raters: each target has other raters, absolute agreement, consistency."""


@dataclass(frozen=True, slots=True)
class RaterICC:
    """The six ICCs in the order of `types`, with F tests and intervals; arrays of shape (6,)."""

    types: tuple[str, ...]
    icc: Floats
    f: Floats
    p_value: Floats
    low: Floats
    high: Floats
    targets: int
    raters: int


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    n: int
    k: int
    targets: float
    raters: float
    residual: float

    @property
    def within(self) -> float:
        """Mean square within targets: raters and residual together."""
        return (self.raters + (self.n - 1) * self.residual) / self.n


def compute_rater_icc(ratings: ArrayLike, level: float = 0.95) -> RaterICC:
    """Return the six ICCs of `ratings` (targets, raters) by two-way analysis of variance.

    Intervals: Shrout & Fleiss (1979), for absolute agreement with the degrees of freedom of Satterthwaite as in McGraw & Wong (1996).
    Targets that miss a rating are left out. Fewer than two targets or raters, or no spread beside the main effects, give NaN.
    """
    check_share(level, "level")
    matrix = as_matrix(ratings, "ratings")
    matrix = matrix[~np.isnan(matrix).any(axis=1)]
    n, k = matrix.shape
    ms = _compute_mean_squares(matrix) if n > 1 and k > 1 else None
    if ms is None or ms.residual == 0 or ms.targets == 0:
        nothing = np.full(6, np.nan)
        return RaterICC(TYPES, nothing, nothing, nothing, nothing, nothing, n, k)
    f_within, f_residual = ms.targets / ms.within, ms.targets / ms.residual
    df, df_within, df_residual = n - 1, n * (k - 1), (n - 1) * (k - 1)
    single = np.array([_icc(f_within, k), _icc_agreement(ms), _icc(f_residual, k)])
    low, high = (
        np.array([
            _icc(f_within / float(fdtri(df, df_within, q)), k),
            _bound_agreement(ms, single[1], q),
            _icc(f_residual / float(fdtri(df, df_residual, q)), k),
        ])
        for q in ((1 + level) / 2, (1 - level) / 2)
    )  # fmt: skip
    f = np.array([f_within, f_residual, f_residual])
    p_value = fdtrc(df, np.array([df_within, df_residual, df_residual]), f)
    icc, low, high = (_with_mean(part, k) for part in (single, low, high))
    return RaterICC(TYPES, icc, np.tile(f, 2), np.tile(p_value, 2), low, high, n, k)


def _compute_mean_squares(matrix: Floats) -> _MeanSquares:
    n, k = matrix.shape
    targets, raters = matrix.mean(axis=1) - matrix.mean(), matrix.mean(axis=0) - matrix.mean()
    residuals = matrix - matrix.mean() - targets[:, None] - raters
    rounding = matrix.size * (ROUNDING * float(np.abs(matrix).max())) ** 2
    ss_targets, ss_raters, ss_residual = (float(ss) for ss in (k * targets @ targets, n * raters @ raters, np.sum(residuals**2)))
    return _MeanSquares(
        n, k, ss_targets / (n - 1) if ss_targets > rounding else 0.0, ss_raters / (k - 1),
        ss_residual / ((n - 1) * (k - 1)) if ss_residual > rounding else 0.0,
    )  # fmt: skip


def _icc(f: float, k: int) -> float:
    """Return the ICC of one rater that belongs to the ratio `f` of the mean squares of targets and error."""
    return (f - 1) / (f + k - 1)


def _icc_agreement(ms: _MeanSquares) -> float:
    return (ms.targets - ms.residual) / (ms.targets + (ms.k - 1) * ms.residual + ms.k * (ms.raters - ms.residual) / ms.n)


def _bound_agreement(ms: _MeanSquares, icc: float, q: float) -> float:
    """Return the end of the interval of ICC(A,1) at quantile `q`; raters and residual form the error, with Satterthwaite's df."""
    a, b = ms.k * icc / ms.n, 1 + (ms.k - 1) * icc - ms.k * icc / ms.n
    df_residual = (ms.n - 1) * (ms.k - 1)
    df = (a * ms.raters + b * ms.residual) ** 2 / ((a * ms.raters) ** 2 / (ms.k - 1) + (b * ms.residual) ** 2 / df_residual)
    f = float(fdtri(ms.n - 1, df, q))
    error = ms.k * ms.raters + (ms.k * ms.n - ms.k - ms.n) * ms.residual
    return ms.n * (ms.targets - f * ms.residual) / (f * error + ms.n * ms.targets)


def _with_mean(single: Floats, k: int) -> Floats:
    """Return the ICCs of one rater followed by those of the mean of k raters (Spearman-Brown)."""
    mean = k * single / np.where(1 + (k - 1) * single > ROUNDING, 1 + (k - 1) * single, np.nan)
    return np.concatenate([single, mean])
