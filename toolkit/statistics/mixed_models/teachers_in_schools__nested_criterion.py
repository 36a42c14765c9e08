"""The sums of `mixed_criterion` for teachers in schools, from strata.

Write V0 for teachers and residual, Z for a school's random columns, G for their covariance matrix, N = Z'V0^-1 Z. Then (Henderson &
Searle 1981, SIAM Rev 23:53)

    V^-1 = V0^-1 - V0^-1 Z C Z'V0^-1,     C = (I + G N)^-1 G,     log|V| = log|V0| + log|I + G N|

and every sum over rows is one of products of Z'f(V0)M, a few numbers per school. Arrays per school have the schools last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.statistics.mixed_models.design import pair_effects
from toolkit.statistics.mixed_models.design__mixed_units import Floats
from toolkit.statistics.mixed_models.likelihood import Sums
from toolkit.statistics.mixed_models.teachers_in_schools__mixed_strata import Strata
from toolkit.statistics.mixed_models.teachers_in_schools__school_criterion import TINY


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
    size, along = statistics.own[:, 0, 0].sum(axis=0), statistics.own[:, 0, -1].sum(axis=0)
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
    half, shrunk = f.own - _multiply(f.square, base.cn), _multiply(f.square, base.c)
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
