"""The restricted likelihood of a model with coefficients of its own for every school and `(1|teacher)`, from sums over strata.

Formulas as in `mixed_criterion` (Kenward & Roger 1997, Biometrics 53:983); Phi, P_k and Q_kl are block diagonal over the schools.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.statistics.mixed_models.design__mixed_units import Floats, Integers
from toolkit.statistics.mixed_models.teachers_in_schools__mixed_strata import Strata

TINY = 1e-14
"""A variance below this share of the variance of y is not looked at: V is singular for all purposes."""


@dataclass(frozen=True, slots=True, eq=False)
class SchoolBasis:
    """Orthonormal coordinates of X within every school: X_j = Q_j U_j^-1, params = start + U beta; a missing direction is a zero column.

    Differences below `noise` are rounding.
    """

    u: Floats
    sizes: Floats
    start: Floats
    y_scale: float
    noise: float

    def turn(self, c: Floats) -> Floats:
        """Return the contrast in the inner coordinates of every school."""
        turned: Floats = np.einsum("jab,a->jb", self.u, c)
        return turned

    def spans(self, c: Floats) -> NDArray[np.bool_]:
        """Return for every school whether the contrast can be estimated there."""
        seen = np.einsum("jab,jb,jb->ja", self.u, np.where(self.sizes > 0, self.sizes, 1.0), self.turn(c))
        return np.asarray(np.abs(seen - c).max(axis=1) < 1e-8 * np.abs(c).max())


@dataclass(frozen=True, slots=True, eq=False)
class SchoolCriterion:
    """-2 log restricted likelihood with its derivatives by theta (tau^2, sigma^2) and, per school, beta, Phi, P_k and Q_kl."""

    value: float
    gradient: Floats
    hessian: Floats
    expected: Floats
    traces: Floats
    least: float
    beta: Floats
    phi: Floats
    p_k: Floats
    q_kl: Floats


def reduce_schools(y: Floats, x: Floats, school: Integers, n_schools: int) -> tuple[Floats, Floats, SchoolBasis]:
    """Return X and y in the inner coordinates: X orthonormal within schools, y as residuals of the regression per school."""
    products = np.stack([[np.bincount(school, a * b, n_schools) for b in x.T] for a in x.T]).transpose(2, 0, 1)
    values, vectors = np.linalg.eigh(products)
    kept = values > 1e-12 * np.maximum(values[:, -1:], 1e-300)
    sizes = np.where(kept, values, 0.0)
    u = vectors * np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)[:, None, :]
    q = np.einsum("na,nab->nb", x, u[school])
    beta = np.zeros((n_schools, x.shape[1]))
    residual = y
    for _ in range(2):
        step = np.column_stack([np.bincount(school, column * residual, n_schools) for column in q.T])
        beta, residual = beta + step, residual - (q * step[school]).sum(axis=1)
    spread = math.sqrt(float(residual @ residual) / max(y.size, 1))
    noise = 1e-12 * float(np.abs(y).max(initial=0.0))
    return q, residual, SchoolBasis(u, sizes, np.einsum("jab,jb->ja", u, beta), spread if spread > noise else 0.0, noise)


def compute_school_criterion(strata: Strata, freedom: int, missing: NDArray[np.bool_], theta: Floats) -> SchoolCriterion | None:
    """Return the criterion at `theta`, or None where V is singular for all purposes; `missing` marks directions without data."""
    d = np.stack([strata.rows, np.ones_like(strata.rows)])
    v = theta @ d
    used = strata.dims > 0
    if v[used].min() < TINY:
        return None
    v = np.where(used, v, 1.0)
    c = strata.sum_products(1 / v)
    p = c.shape[1] - 1
    information = c[:, :p, :p] + missing[:, None, :] * np.eye(p)
    phi = np.linalg.inv(information)
    beta = np.einsum("jab,jb->ja", phi, c[:, :p, p])
    w = np.concatenate([-beta, np.ones((beta.shape[0], 1))], axis=1)
    a = np.stack([strata.sum_products(d_k / v**2) for d_k in d])
    q = np.stack([[strata.sum_products(d_k * d_l / v**3) for d_l in d] for d_k in d])
    p_k, q_kl = a[:, :, :p, :p], q[:, :, :, :p, :p]
    shifted, a_xr = phi @ p_k, np.einsum("kjab,jb->kja", a[:, :, :p, :], w)
    traces = (strata.dims / v**2 * d) @ d.T
    expected = traces - 2 * np.einsum("jab,kljba->kl", phi, q_kl) + np.einsum("kjab,ljba->kl", shifted, shifted)
    curved = 2 * (np.einsum("ja,kljab,jb->kl", w, q, w) - np.einsum("kja,jab,ljb->kl", a_xr, phi, a_xr))
    log_det = float(strata.dims @ np.log(v)) + float(np.log(np.linalg.det(information)).sum())
    value = log_det + float(np.einsum("ja,jab,jb->", w, c, w)) + freedom * math.log(2 * math.pi)
    gradient = (strata.dims / v) @ d.T - np.einsum("kjaa->k", shifted) - np.einsum("ja,kjab,jb->k", w, a, w)
    return SchoolCriterion(value, gradient, curved - expected, expected, traces, float(v[used].min()), beta, phi, p_k, q_kl)
