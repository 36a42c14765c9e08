"""Teachers in schools by sufficient statistics: `y ~ x + (1|school) + (1|teacher)` or `(1 + x|school) + (1|teacher)`, in linear time.

Strata. With V0 = sigma^2 I + tau^2 (1 for rows of the same teacher), the vectors that differ within a teacher have variance sigma^2, and
the mean of a teacher with n rows has n times variance v_n = sigma^2 + n tau^2. So for every function f

    M' f(V0) M = f(sigma^2) M_0 + sum_n f(v_n) M_n

where M_0 holds the products within teachers and M_n those of the means of teachers with n rows: the rows are read once.

Criterion. Write Z for a school's random columns, G for their covariance matrix, N = Z'V0^-1 Z. Then (Henderson & Searle
1981, SIAM Rev 23:53)

    V^-1 = V0^-1 - V0^-1 Z C Z'V0^-1,     C = (I + G N)^-1 G,     log|V| = log|V0| + log|I + G N|

and every sum over rows is one of products of Z'f(V0)M, a few numbers per school. Arrays per school have the schools last. The random
effects belong to the first columns of X; on the inner scale these are X times the first block of `to_units`, B, so that their covariance
matrix in units of the data is B G B'.

With coefficients of its own for every school the formulas are those of `likelihood`; Phi, P_k and Q_kl are block diagonal over the schools.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.mixed_models.design import Floats, Integers, Units, pair_effects, split_theta, standardise
from toolkit.statistics.mixed_models.likelihood import Criterion, Sums, derive_criterion
from toolkit.statistics.mixed_models.model import MixedFit, Model, VarianceComponent, solve_model

TINY = 1e-14
"""A variance below this share of the variance of y is not looked at: V is singular for all purposes."""


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    effects: tuple[str, ...]
    negative: bool = False


def fit_nested(
    y: ArrayLike,
    x: ArrayLike,
    school: ArrayLike,
    teacher: ArrayLike,
    names: Sequence[str] = (),
    *,
    school_effects: int = 1,
    reml: bool = True,
) -> MixedFit:
    """Return the mixed model of `y` (rows) on `x` (rows x coefficients), teachers in schools.

    The first `school_effects` columns of `x` vary over schools with a full covariance matrix: 1 for `(1|school)` if the first column is
    the intercept, 2 for `(1 + post|school)` if `post` follows. Raises ValueError as `fit_mixed`, and for a teacher in two schools.
    """
    units, q, residual = standardise(y, x)
    labels = tuple(names) or tuple(f"x{i}" for i in range(units.start.size))
    (_, school_code) = code_labels(school)
    (_, teacher_code) = code_labels(teacher)
    statistics = summarise_strata(compute_strata(np.column_stack([q, residual]), school_code, teacher_code), school_effects)
    groups = [_Group("school", labels[:school_effects]), _Group("teacher", labels[:1])]
    evaluate = partial(_compute_criterion, statistics, groups, units.n, reml)
    list_components = partial(_list_components, units, groups)
    return solve_model(Model(labels, reml, units, groups, evaluate, list_components, start=guess_variances(statistics, units.n)))


def _list_components(units: Units, groups: Sequence[_Group], theta: Floats) -> tuple[VarianceComponent, ...]:
    inner, teacher, residual = split_theta(theta, groups)
    effects = groups[0].effects
    back = units.to_units[: len(effects), : len(effects)]
    g = back @ inner @ back.T
    values = [("school", effects[a], effects[b], g[a, b]) for a, b in pair_effects(len(effects))]
    values += [("teacher", effects[0], effects[0], teacher[0, 0]), ("Residual", "", "", residual[0, 0])]
    return tuple(VarianceComponent(group, one, other, float(value) * units.y_scale**2) for group, one, other, value in values)


def _compute_criterion(statistics: Statistics, groups: Sequence[_Group], n: int, reml: bool, theta: Floats) -> Criterion | None:
    g, teacher, residual = split_theta(theta, groups)
    sums = sum_schools(statistics, g, float(teacher[0, 0]), float(residual[0, 0]))
    return None if sums is None else derive_criterion(sums, n, reml)


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """Products of M = [X, y] per stratum: over all schools (`total`), and the rows of Z per school (`own`: strata x effects x columns x
    schools); Z holds the first columns of X.
    """

    total: Floats
    own: Floats
    rows: Floats
    dims: Floats

    def weigh(self, weights: Floats) -> _Weighted:
        """Return M'f(V0)M and Z'f(V0)M for the function f with these values in the strata."""
        own: Floats = np.asarray(weights @ self.own.reshape(weights.size, -1)).reshape(self.own.shape[1:])
        total: Floats = np.asarray(weights @ self.total.reshape(weights.size, -1)).reshape(self.total.shape[1:])
        return _Weighted(total, own, own[:, : own.shape[0]])


@dataclass(frozen=True, slots=True, eq=False)
class _Weighted:
    total: Floats
    own: Floats
    square: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Base:
    """Of every school at one theta: Z'V0^-1 M, its first columns N = Z'V0^-1 Z, C, and C Z'V0^-1 M; `v` is the variance per stratum."""

    v: Floats
    n: Floats
    c: Floats
    cn: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Slope:
    """For D, the derivative of V0 by one variance: M'V^-1 D V^-1 M, Z'V0^-1 D V^-1 M, Z'V^-1 D V^-1 M, Z'V0^-1 D V0^-1 Z C, tr(V^-1 D).

    `d` is the derivative per stratum.
    """

    d: Floats
    total: Floats
    half: Floats
    full: Floats
    shrunk: Floats
    trace: float


def summarise_strata(strata: Strata, effects: int) -> Statistics:
    """Return the statistics for random effects that belong to the first `effects` columns."""
    own = np.ascontiguousarray(strata.products[:, :, :effects].transpose(0, 2, 3, 1))
    return Statistics(strata.products.sum(axis=1), own, strata.rows, strata.dims)


def guess_variances(statistics: Statistics, n: int) -> Floats:
    """Return a start: the residual from within teachers, the schools from the sums along the first column, the teachers the rest."""
    residual = min(max(float(statistics.total[0, -1, -1]) / max(statistics.dims[0], 1.0), 0.05), 0.9)
    per_teacher = n / statistics.dims[1:].sum()
    size = statistics.own[:, 0, 0].sum(axis=0)
    along = statistics.own[:, 0, -1].sum(axis=0)
    seen = float((along[size > 0] ** 2 / size[size > 0]).mean())
    rest = 1 - residual
    school = (seen - residual - per_teacher * rest) / max(float(size.mean()) - per_teacher, 1.0)
    school = min(max(school, 0.05 * rest), 0.8 * rest)
    pairs = pair_effects(statistics.own.shape[1])
    return np.array([*((school if a == 0 else 0.3 * school) * (a == b) for a, b in pairs), rest - school, residual])


def sum_schools(statistics: Statistics, g: Floats, var_teacher: float, var_residual: float) -> Sums | None:
    """Return the sums at one theta, the parameters in the order G, teacher, residual; None if V is not positive definite."""
    used = statistics.dims > 0
    v = var_residual + statistics.rows * var_teacher
    if v[used].min() < TINY:
        return None
    v = np.where(used, v, 1.0)
    weighted = statistics.weigh(1 / v)
    c, log_det = _shrink(g, weighted.square)
    base = _Base(v, weighted.square, c, _multiply(c, weighted.own))
    slopes = [_differentiate(statistics, base, d) for d in (statistics.rows, np.ones_like(v))]
    pairs = [[(a, b)] if a == b else [(a, b), (b, a)] for a, b in pair_effects(g.shape[0])]
    sums = _allocate(len(pairs) + 2, weighted.total.shape[0])
    _fill_school_part(sums, pairs, weighted.own - _multiply(base.n, base.cn), slopes)
    for k, one in enumerate(slopes, start=len(pairs)):
        sums.a[k], sums.trace[k] = one.total, one.trace
        for m, other in enumerate(slopes[: k - len(pairs) + 1], start=len(pairs)):
            sums.q[k, m], sums.traces[k, m] = _differentiate_twice(statistics, base, one, other)
            sums.q[m, k], sums.traces[m, k] = sums.q[k, m].T, sums.traces[k, m]
    total = weighted.total - _add_products(weighted.own, base.cn)
    log_det += float(statistics.dims @ np.log(v))
    return Sums(log_det, total, sums.a, sums.q, sums.trace, sums.traces, float(v[used].min()))


def _differentiate(statistics: Statistics, base: _Base, d: Floats) -> _Slope:
    f = statistics.weigh(d / base.v**2)
    half = f.own - _multiply(f.square, base.cn)
    shrunk = _multiply(f.square, base.c)
    total = f.total - _add_products(base.cn, f.own) - _add_products(half, base.cn)
    full = half - _multiply(base.n, _multiply(base.c, half))
    return _Slope(d, total, half, full, shrunk, float((statistics.dims * d / base.v).sum() - np.einsum("aaj->", shrunk)))


def _differentiate_twice(statistics: Statistics, base: _Base, one: _Slope, other: _Slope) -> tuple[Floats, float]:
    """Return M'V^-1 D V^-1 E V^-1 M and tr(V^-1 D V^-1 E) for two derivatives D and E of V0."""
    f = statistics.weigh(one.d * other.d / base.v**3)
    half = f.own - _multiply(f.square, base.cn)
    total = f.total - _add_products(base.cn, f.own) - _add_products(half, base.cn)
    lost = 2 * np.einsum("abj,baj->", f.square, base.c) - np.einsum("abj,baj->", one.shrunk, other.shrunk)
    trace = float((statistics.dims * one.d * other.d / base.v**2).sum() - lost)
    return total - _add_products(one.half, _multiply(base.c, other.half)), trace


def _fill_school_part(sums: Sums, pairs: list[list[tuple[int, int]]], school: Floats, slopes: list[_Slope]) -> None:
    """Fill in what the derivatives by G contribute: Z_a Z_b' (+ Z_b Z_a') in place of D."""
    for k, pair in enumerate(pairs):
        for a, b in pair:
            sums.a[k] += school[a] @ school[b].T
            sums.trace[k] += school[a, b].sum()
            for m, other in enumerate(pairs):
                for c, d in other:
                    sums.q[k, m] += (school[a] * school[b, c]) @ school[d].T
                    sums.traces[k, m] += school[b, c] @ school[d, a]
            for m, slope in enumerate(slopes, start=len(pairs)):
                part = school[a] @ slope.full[b].T
                sums.q[k, m] += part
                sums.q[m, k] += part.T
                sums.traces[k, m] = sums.traces[m, k] = sums.traces[k, m] + slope.full[b, a].sum()


def _allocate(k: int, m: int) -> Sums:
    return Sums(0.0, np.zeros((m, m)), np.zeros((k, m, m)), np.zeros((k, k, m, m)), np.zeros(k), np.zeros((k, k)), 0.0)


def _shrink(g: Floats, n: Floats) -> tuple[Floats, float]:
    """Return C = (I + G N)^-1 G of every school and the sum of log|I + G N|."""
    if g.shape[0] == 1:
        det = 1 + g[0, 0] * n[0, 0]
        return (g[0, 0] / det)[None, None], float(np.log(det).sum())
    inner = np.eye(g.shape[0]) + (g @ n.transpose(2, 0, 1))
    c = np.linalg.solve(inner, np.broadcast_to(g, inner.shape)).transpose(1, 2, 0)
    return np.ascontiguousarray(c), float(np.log(np.linalg.det(inner)).sum())


def _multiply(k: Floats, w: Floats) -> Floats:
    """Return the matrix product per school (a x b x schools times b x m x schools)."""
    product: Floats = k[:, 0, None] * w[0]
    for b in range(1, w.shape[0]):
        product += k[:, b, None] * w[b]
    return product


def _add_products(u: Floats, w: Floats) -> Floats:
    """Return sum over schools of u'w (a x m x schools, a x k x schools)."""
    total: Floats = u[0] @ w[0].T
    for a in range(1, u.shape[0]):
        total = total + u[a] @ w[a].T
    return total


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
    columns = np.array(m.T, order="C")
    n_rows = np.bincount(teacher)
    home = np.zeros(n_rows.size, dtype=np.intp)
    home[teacher] = school
    moved = home.take(teacher) != school
    if moved.any():
        raise ValueError(
            f"{np.unique(teacher[moved]).size} persons have answers in two schools. Give the persons of each school own codes."
        )
    sums = np.stack([np.bincount(teacher, column, n_rows.size) for column in columns])
    n_schools = int(school.max(initial=-1)) + 1
    sizes = np.flatnonzero(np.bincount(n_rows)[1:]) + 1
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
        beta = beta + step
        residual = residual - (q * step[school]).sum(axis=1)
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
    p_k = a[:, :, :p, :p]
    q_kl = q[:, :, :, :p, :p]
    shifted = phi @ p_k
    a_xr = np.einsum("kjab,jb->kja", a[:, :, :p, :], w)
    traces = (strata.dims / v**2 * d) @ d.T
    expected = traces - 2 * np.einsum("jab,kljba->kl", phi, q_kl) + np.einsum("kjab,ljba->kl", shifted, shifted)
    curved = 2 * (np.einsum("ja,kljab,jb->kl", w, q, w) - np.einsum("kja,jab,ljb->kl", a_xr, phi, a_xr))
    log_det = float(strata.dims @ np.log(v)) + float(np.log(np.linalg.det(information)).sum())
    value = log_det + float(np.einsum("ja,jab,jb->", w, c, w)) + freedom * math.log(2 * math.pi)
    gradient = (strata.dims / v) @ d.T - np.einsum("kjaa->k", shifted) - np.einsum("ja,kjab,jb->k", w, a, w)
    return SchoolCriterion(value, gradient, curved - expected, expected, traces, float(v[used].min()), beta, phi, p_k, q_kl)
