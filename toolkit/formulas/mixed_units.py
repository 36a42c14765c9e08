"""The inner scale of the mixed models: X orthonormal, y as standardised residual of an ordinary regression.

On this scale sums neither cancel nor overflow, whatever the scale and the origin of the answers; degrees of freedom, F and p are the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The way back to the units of y and X: coefficients are `start` (of ordinary regression) + `to_units` beta `y_scale`.

    The orthonormal X is X times `to_units`; `log_det_x` is log|X'X|, `n` the number of rows.
    """

    start: Floats
    to_units: Floats
    y_scale: float
    log_det_x: float
    n: int

    def restore(self, beta: Floats) -> Floats:
        """Return coefficients in the units of the data."""
        return self.start + self.to_units @ beta * self.y_scale

    def turn(self, contrast: Floats) -> Floats:
        """Return a contrast (or rows of contrasts) of the coefficients for use on the inner scale."""
        return contrast @ self.to_units


def standardise(y: ArrayLike, x: ArrayLike) -> tuple[Units, Floats, Floats]:
    """Return the units, the orthonormal X (rows x coefficients) and the standardised residual of y (zero if y has no spread).

    Raises ValueError if a number is missing, the lengths differ, or a column of `x` depends on those before it.
    """
    outcome, columns = np.asarray(y, dtype=np.float64), np.atleast_2d(np.asarray(x, dtype=np.float64))
    if outcome.ndim != 1 or columns.shape[0] != outcome.size:
        raise ValueError(f"The mixed model needs one row of X per score: y has shape {outcome.shape}, X has shape {columns.shape}.")
    if not (np.isfinite(outcome).all() and np.isfinite(columns).all()):
        raise ValueError("The mixed model needs complete rows: y or X holds missing or infinite numbers. Leave those rows out first.")
    q, r = _decompose(columns)
    residual = outcome
    beta = np.zeros(q.shape[1])
    for _ in range(2):
        step = q.T @ residual
        beta, residual = beta + step, residual - q @ step
    spread = math.sqrt(float(residual @ residual) / outcome.size)
    y_scale = spread if spread > 1e-12 * float(np.abs(outcome).max(initial=0.0)) else 0.0
    to_units = np.linalg.inv(r)
    units = Units(to_units @ beta, to_units, y_scale, 2 * float(np.log(np.abs(np.diag(r))).sum()), outcome.size)
    return units, q, residual / y_scale if y_scale else np.zeros_like(residual)


def _decompose(x: Floats) -> tuple[Floats, Floats]:
    size = np.sqrt((x**2).sum(axis=0))
    q, r = np.linalg.qr(x / np.where(size > 0, size, 1.0))
    weak = np.flatnonzero((size == 0) | (np.abs(np.diag(r)) < 1e-10)) if x.shape[0] >= x.shape[1] else np.arange(x.shape[1])
    if weak.size:
        raise ValueError(f"X has {x.shape[1]} columns and {x.shape[0]} rows; columns {weak.tolist()} depend on those before them.")
    return q, r * size
