"""Sufficient statistics of teachers in schools: all that `(1|teacher)` needs of the rows.

With V0 = sigma^2 I + tau^2 (1 for rows of the same teacher), the vectors that differ within a teacher have variance sigma^2, and the
mean of a teacher with n rows has n times variance v_n = sigma^2 + n tau^2. So for every function f

    M' f(V0) M = f(sigma^2) M_0 + sum_n f(v_n) M_n

where M_0 holds the products within teachers and M_n those of the means of teachers with n rows: the rows are read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.mixed_models.design__mixed_units import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Strata:
    """Products of M per stratum and school (strata x schools x columns x columns).

    `rows` is n, the rows per teacher of a stratum (0 within teachers); `dims` its number of dimensions over all schools.
    """

    products: Floats
    rows: Floats
    dims: Floats

    def sum_products(self, weights: Floats) -> Floats:
        """Return M' f(V0) M per school for the weights f (one per stratum)."""
        return np.asarray(weights @ self.products.reshape(weights.size, -1)).reshape(self.products.shape[1:])


def compute_strata(m: Floats, school: Integers, teacher: Integers) -> Strata:
    """Return the strata of M (rows x columns) with school and teacher codes 0, 1, ... per row.

    Raises ValueError if a teacher has rows in two schools.
    """
    columns, n_rows = np.array(m.T, order="C"), np.bincount(teacher)
    home = np.zeros(n_rows.size, dtype=np.intp)
    home[teacher] = school
    moved = home.take(teacher) != school
    if moved.any():
        raise ValueError(
            f"{np.unique(teacher[moved]).size} persons have answers in two schools. Give the persons of each school own codes."
        )
    sums = np.stack([np.bincount(teacher, column, n_rows.size) for column in columns])
    n_schools, sizes = int(school.max(initial=-1)) + 1, np.flatnonzero(np.bincount(n_rows)[1:]) + 1
    for column, total in zip(columns, sums, strict=True):
        column -= (total / np.maximum(n_rows, 1)).take(teacher)
    parts = [_sum_pairs(columns, school, n_schools)]
    for n in sizes:
        chosen = np.flatnonzero(n_rows == n)
        parts.append(_sum_pairs(sums.take(chosen, axis=1) / np.sqrt(n), home[chosen], n_schools))
    counts = [int((n_rows == n).sum()) for n in sizes]
    return Strata(np.stack(parts), np.array([0.0, *sizes]), np.array([float(teacher.size - sum(counts)), *counts]))


def code_labels(labels: ArrayLike) -> tuple[NDArray[Any], Integers]:
    """Return the sorted labels and the code of every row; whole numbers close together are counted, not sorted."""
    values = np.asarray(labels)
    if values.size and values.dtype.kind in "iu" and int(np.ptp(values)) < 4 * values.size + 100:
        first = values.min()
        seen = np.bincount(values - first) > 0
        return np.flatnonzero(seen) + first, (np.cumsum(seen) - 1)[values - first]
    known, codes = np.unique(values, return_inverse=True)
    return known, codes.reshape(-1)


def _sum_pairs(columns: Floats, school: Integers, n_schools: int) -> Floats:
    """Return M'M of every school (schools x columns x columns)."""
    products = np.empty((n_schools, columns.shape[0], columns.shape[0]))
    for a, one in enumerate(columns):
        for b, other in enumerate(columns[: a + 1]):
            products[:, a, b] = products[:, b, a] = np.bincount(school, one * other, n_schools)
    return products
