"""The inner scale of the mixed models: orthogonal columns of X and a standardised residual of y, all with root mean square 1.

On this scale sums neither cancel nor overflow, whatever the scale and the origin of the answers; degrees of freedom, F and p are the same.
"""

from __future__ import annotations

import contextlib
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

    The inner X is X times `to_units`; `log_det_x` is log|X'X| - p log n, `n` the number of rows.
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
    """Return the units, the inner X (rows x coefficients) and the standardised residual of y (zero if y has no spread).

    Raises ValueError if a number is missing, the lengths differ, or a column of `x` depends on those before it.
    """
    outcome, columns = np.asarray(y, dtype=np.float64), np.atleast_2d(np.asarray(x, dtype=np.float64))
    if outcome.ndim != 1 or columns.shape[0] != outcome.size:
        raise ValueError(f"The mixed model needs one row of X per score: y has shape {outcome.shape}, X has shape {columns.shape}.")
    if not (np.isfinite(outcome).all() and np.isfinite(columns).all()):
        raise ValueError("The mixed model needs complete rows: y or X holds missing or infinite numbers. Leave those rows out first.")
    r, n = _triangulate(columns), outcome.size
    to_units = np.linalg.inv(r) * math.sqrt(n)
    inner = columns @ to_units
    residual, beta = outcome, np.zeros(r.shape[0])
    for _ in range(2):
        step = inner.T @ residual / n
        beta, residual = beta + step, residual - inner @ step
    spread = math.sqrt(float(residual @ residual) / n)
    y_scale = spread if spread > 1e-12 * float(np.abs(outcome).max(initial=0.0)) else 0.0
    log_det_x = 2 * float(np.log(np.abs(np.diag(r))).sum()) - r.shape[0] * math.log(n)
    return Units(to_units @ beta, to_units, y_scale, log_det_x, n), inner, residual / (y_scale or math.inf)


def _triangulate(x: Floats) -> Floats:
    """Return the upper triangular R of X = QR, from X'X where that is accurate enough."""
    size = np.sqrt(np.einsum("na,na->a", x, x))
    scaled = x / np.where(size > 0, size, 1.0)
    with contextlib.suppress(np.linalg.LinAlgError):
        root = np.linalg.cholesky(scaled.T @ scaled)
        if np.diag(root).min() > 1e-3:
            return np.asarray(root.T * size)
    r = np.linalg.qr(scaled, mode="r")
    weak = np.flatnonzero((size == 0) | (np.abs(np.diag(r)) < 1e-10)) if x.shape[0] >= x.shape[1] else np.arange(x.shape[1])
    if weak.size:
        raise ValueError(f"X has {x.shape[1]} columns and {x.shape[0]} rows; columns {weak.tolist()} depend on those before them.")
    return np.asarray(r * size)
