"""Sufficient statistics of teachers in schools: all that `(1|teacher)` needs of the rows.

With V0 = sigma^2 I + tau^2 (1 for rows of the same teacher), the vectors that differ within a teacher have variance sigma^2, and the
mean of a teacher with n rows has n times variance v_n = sigma^2 + n tau^2. So for every function f

    M' f(V0) M = f(sigma^2) M_0 + sum_n f(v_n) M_n

where M_0 holds the products within teachers and M_n those of the means of teachers with n rows: the rows are read once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.formulas.mixed_units import Floats, Integers


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
        return np.tensordot(weights, self.products, axes=1)


def compute_strata(m: Floats, school: Integers, teacher: Integers) -> Strata:
    """Return the strata of M (rows x columns) with school and teacher codes 0, 1, ... per row.

    Raises ValueError if a teacher has rows in two schools.
    """
    n_rows = np.bincount(teacher)
    home = np.zeros(n_rows.size, dtype=np.intp)
    home[teacher] = school
    moved = np.unique(teacher[home[teacher] != school]).size
    if moved:
        raise ValueError(f"{moved} persons have answers in two schools. Give the persons of each school codes of their own.")
    sums = np.column_stack([np.bincount(teacher, column) for column in m.T])
    n_schools, sizes = int(school.max(initial=-1)) + 1, np.unique(n_rows[n_rows > 0])
    parts = [_sum_pairs(m - (sums / np.maximum(n_rows, 1)[:, None])[teacher], school, n_schools)]
    for n in sizes:
        chosen = n_rows == n
        parts.append(_sum_pairs(sums[chosen] / np.sqrt(n), home[chosen], n_schools))
    counts = [int((n_rows == n).sum()) for n in sizes]
    return Strata(np.stack(parts), np.array([0.0, *sizes]), np.array([float(teacher.size - sum(counts)), *counts]))


def code_labels(labels: ArrayLike) -> tuple[np.ndarray, Integers]:
    """Return the sorted labels and the code of every row."""
    known, codes = np.unique(np.asarray(labels), return_inverse=True)
    return known, codes.reshape(-1)


def _sum_pairs(m: Floats, school: Integers, n_schools: int) -> Floats:
    """Return M'M of every school."""
    products = np.empty((n_schools, m.shape[1], m.shape[1]))
    for a in range(m.shape[1]):
        for b in range(a + 1):
            products[:, a, b] = products[:, b, a] = np.bincount(school, m[:, a] * m[:, b], n_schools)
    return products
