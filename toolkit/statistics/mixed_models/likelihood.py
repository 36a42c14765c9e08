"""The (restricted) likelihood of a mixed model with V = sum_k theta_k D_k, its variance parameters, and the search for them.

Notation of Kenward & Roger (1997, Biometrics 53:983) and Searle, Casella & McCulloch (1992, ch. 6). With
P = V^-1 - V^-1 X Phi X' V^-1 and r = y - X b:

    -2 l (REML) = log|V| + log|X'V^-1 X| + r'V^-1 r + (N - p) log 2 pi
    gradient_k  = tr(P D_k) - r'V^-1 D_k V^-1 r
    Hessian_kl  = -tr(P D_k P D_l) + 2 y'P D_k P D_l P y          expected: E_kl = tr(P D_k P D_l)

Each random term has a covariance matrix S = B B', so that S stays positive semi-definite and a solution on the boundary (a variance at
zero, a correlation of one) is an ordinary stationary point. A variance that may be negative is its own factor. Theta is then a
quadratic function of all entries u of the factors: theta_k = linear_k u + u'quadratic_k u / 2.

The search takes Newton steps on the factors. They use the absolute curvature, so that none climbs towards a saddle, and are halved until
the criterion falls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic, Protocol, TypeVar

import numpy as np

from toolkit.statistics.mixed_models.design import Floats, MixedDesign, Shape, Stack, build_v, multiply_d, pair_effects, split_theta

ZERO = 1e-8
"""A variance below this share of the variance of y around X counts as zero (the square of lme4's tolerance, 1e-4)."""


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """-2 log likelihood at one theta (inner scale), with all that inference needs.

    `p_k` is X'V^-1 D_k V^-1 X (parameters x p x p; Kenward and Roger's P_k has the opposite sign) and `q_kl` is
    X'V^-1 D_k V^-1 D_l V^-1 X; `expected` is E, the matrix tr(P D_k P D_l), and `traces` the matrix tr(V^-1 D_k V^-1 D_l): what E
    would be if b were known. `least` is the smallest variance of a row given those before it; zero means that V is singular.
    """

    value: float
    gradient: Floats
    hessian: Floats
    expected: Floats
    traces: Floats
    beta: Floats
    phi: Floats
    p_k: Floats
    q_kl: Floats
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Over all blocks, with M = [X, y]: log|V|, M'V^-1 M, M'V^-1 D_k V^-1 M, M'V^-1 D_k V^-1 D_l V^-1 M, tr(V^-1 D_k),
    tr(V^-1 D_k V^-1 D_l), and the smallest squared pivot of V's Cholesky factors.
    """

    log_det: float
    c: Floats
    a: Floats
    q: Floats
    trace: Floats
    traces: Floats
    least: float


def compute_criterion(design: MixedDesign, theta: Floats, reml: bool = True) -> Criterion | None:
    """Return the criterion and its derivatives at `theta`, or None where V is not positive definite."""
    sums = _sum_blocks(design, theta)
    return None if sums is None else derive_criterion(sums, design.units.n, reml)


def derive_criterion(sums: Sums, n: int, reml: bool) -> Criterion | None:
    """Return the criterion and its derivatives from the sums over `n` rows, or None where X'V^-1 X is singular."""
    p = sums.c.shape[0] - 1
    sign, log_det_x = np.linalg.slogdet(sums.c[:p, :p])
    if sign <= 0:
        return None
    phi = np.linalg.inv(sums.c[:p, :p])
    phi = (phi + phi.T) / 2
    beta = phi @ sums.c[:p, p]
    w = np.append(-beta, 1.0)
    a_xr = sums.a[:, :p, :] @ w
    q_rr = sums.q @ w @ w
    p_k = sums.a[:, :p, :p]
    q_kl = sums.q[:, :, :p, :p]
    shifted = phi @ p_k
    expected = sums.traces - 2 * np.einsum("ij,klji->kl", phi, q_kl) + np.einsum("kij,lji->kl", shifted, shifted)
    curved = 2 * (q_rr - a_xr @ phi @ a_xr.T)
    freedom = n - p if reml else n
    value = sums.log_det + (float(log_det_x) if reml else 0.0) + float(w @ sums.c @ w) + freedom * math.log(2 * math.pi)
    trace = sums.trace - np.einsum("kii->k", shifted) if reml else sums.trace
    hessian = curved - (expected if reml else sums.traces)
    gradient = trace - sums.a @ w @ w
    hessian = (hessian + hessian.T) / 2
    expected = (expected + expected.T) / 2
    return Criterion(value, gradient, hessian, expected, sums.traces, beta, phi, p_k, q_kl, sums.least)


def _sum_blocks(design: MixedDesign, theta: Floats) -> Sums | None:
    """Add up what the stacks contribute; None if a V is not positive definite."""
    covariances = split_theta(theta, design.terms)
    parts = [_sum_stack(stack, build_v(stack.rows, design.terms, covariances)) for stack in design.stacks]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return reduce(_add_sums, found)


def _add_sums(one: Sums, other: Sums) -> Sums:
    return Sums(
        log_det=one.log_det + other.log_det,
        c=one.c + other.c,
        a=one.a + other.a,
        q=one.q + other.q,
        trace=one.trace + other.trace,
        traces=one.traces + other.traces,
        least=min(one.least, other.least),
    )


def _sum_stack(stack: Stack, v: Floats) -> Sums | None:
    m = stack.m.shape[-1]
    try:
        pivots = np.linalg.cholesky(v).diagonal(axis1=1, axis2=2)
        inverse = np.linalg.inv(v)
    except np.linalg.LinAlgError:
        return None
    white = (inverse @ stack.m).reshape(-1, m)
    turned = multiply_d(stack, white)
    k = turned.shape[0]
    whiter = (inverse @ turned.reshape(k, *stack.m.shape)).reshape(turned.shape)
    products = multiply_d(stack, inverse.reshape(white.shape[0], -1)).reshape(k, *inverse.shape)
    return Sums(
        log_det=2 * float(np.log(pivots).sum()),
        c=stack.m.reshape(-1, m).T @ white,
        a=white.T @ turned,
        q=turned.swapaxes(1, 2)[:, None] @ whiter[None],
        trace=np.einsum("kbii->k", products),
        traces=products.reshape(k, -1) @ products.swapaxes(2, 3).reshape(k, -1).T,
        least=float(pivots.min()) ** 2,
    )


@dataclass(frozen=True, slots=True, eq=False)
class FactorMap:
    """Theta as a function of the entries u: `linear` is parameters x entries, `quadratic` parameters x entries x entries."""

    linear: Floats
    quadratic: Floats

    def build(self, u: Floats) -> Floats:
        """Return theta."""
        return self.linear @ u + 0.5 * (self.quadratic @ u @ u)

    def differentiate(self, u: Floats) -> Floats:
        """Return d theta / d u (parameters x entries)."""
        return self.linear + self.quadratic @ u

    def bend(self, gradient: Floats) -> Floats:
        """Return sum_k gradient_k d2 theta_k / du du'."""
        return np.tensordot(gradient, self.quadratic, axes=1)


def map_triangles(shapes: Sequence[Shape]) -> FactorMap:
    """Return theta as a function of lower triangular factors, the residual last."""
    return _map_entries([_list_entries(len(shape.effects), None) for shape in shapes], shapes)


def factor_triangles(theta: Floats, shapes: Sequence[Shape]) -> Floats:
    """Return the entries of lower triangular factors of `theta`."""
    parts = []
    for matrix, linear in zip(split_theta(theta, shapes), _list_linear(shapes), strict=True):
        root = matrix if linear else np.linalg.cholesky(matrix + 1e-12 * np.eye(matrix.shape[0]))
        parts += [root[a, c] for a, c in _list_entries(root.shape[0], None)]
    return np.array(parts)


def map_ranks(theta: Floats, shapes: Sequence[Shape]) -> tuple[FactorMap, Floats]:
    """Return theta as a function of factors without the directions in which it is zero, and their entries at `theta`."""
    parts: list[Floats] = []
    entries = []
    for matrix, linear in zip(split_theta(theta, shapes), _list_linear(shapes), strict=True):
        values, vectors = np.linalg.eigh(matrix)
        kept = values > ZERO
        factor = matrix if linear else vectors[:, kept] * np.sqrt(values[kept])
        parts.append(factor.ravel())
        entries.append(_list_entries(*factor.shape))
    return _map_entries(entries[:-1], shapes, entries[-1]), np.concatenate(parts)


def _list_linear(shapes: Sequence[Shape]) -> list[bool]:
    return [*(shape.negative for shape in shapes), False]


def _list_entries(rows: int, columns: int | None) -> list[tuple[int, int]]:
    """Return the places of the entries of a factor, read row by row; without a number of columns, of a lower triangle."""
    return [(a, c) for a in range(rows) for c in range(a + 1 if columns is None else columns)]


def _map_entries(
    entries: Sequence[list[tuple[int, int]]], shapes: Sequence[Shape], residual: Sequence[tuple[int, int]] = ((0, 0),)
) -> FactorMap:
    blocks = [*entries, list(residual)]
    sizes = [*(len(shape.effects) for shape in shapes), 1]
    n_theta = sum(q * (q + 1) // 2 for q in sizes)
    n_entries = sum(map(len, blocks))
    linear = np.zeros((n_theta, n_entries))
    quadratic = np.zeros((n_theta, n_entries, n_entries))
    k = 0
    first = 0
    for q, block, is_linear in zip(sizes, blocks, _list_linear(shapes), strict=True):
        place = {entry: first + number for number, entry in enumerate(block)}
        for a, b in pair_effects(q):
            for c in range(q):
                if is_linear:
                    linear[k, first] = 1.0
                elif (a, c) in place and (b, c) in place:
                    quadratic[k, place[a, c], place[b, c]] += 1.0
                    quadratic[k, place[b, c], place[a, c]] += 1.0
            k += 1
        first += len(block)
    return FactorMap(linear, quadratic)


class Surface(Protocol):
    """What the search sees of a criterion at one theta; `least` close to zero means that V is singular."""

    @property
    def value(self) -> float: ...
    @property
    def gradient(self) -> Floats: ...
    @property
    def hessian(self) -> Floats: ...
    @property
    def least(self) -> float: ...


S = TypeVar("S", bound=Surface)
Evaluate = Callable[[Floats], S | None]


@dataclass(frozen=True, slots=True, eq=False)
class Search(Generic[S]):
    """Where the search ended: theta on the inner scale, the criterion there, and how it came to a stop."""

    theta: Floats
    criterion: S
    converged: bool
    steps: int


def search_minimum(evaluate: Evaluate[S], shapes: Sequence[Shape], start: Floats | None = None) -> Search[S] | None:
    """Return the minimum of `evaluate` over admissible theta, or None if V is not positive definite at the start.

    Without a start the variance is shared out evenly. A boundary point is left again when the criterion falls towards the interior (the
    Karush-Kuhn-Tucker condition fails there).
    """
    factors = map_triangles(shapes)
    found = _descend(evaluate, factors, factor_triangles(_share_evenly(shapes) if start is None else start, shapes), 0)
    for _ in range(5):
        inside = None if found is None else _leave_boundary(found.theta, found.criterion.gradient, shapes)
        if found is None or inside is None:
            return found
        found = _descend(evaluate, factors, factor_triangles(inside, shapes), found.steps)
    return found


def _share_evenly(shapes: Sequence[Shape]) -> Floats:
    pairs = [pair for shape in shapes for pair in pair_effects(len(shape.effects))]
    share = 1 / (sum(a == b for a, b in pairs) + 1)
    return np.array([*(share * (a == b) for a, b in pairs), share])


def _descend(evaluate: Evaluate[S], factors: FactorMap, point: Floats, done: int) -> Search[S] | None:
    theta = factors.build(point)
    here = evaluate(theta)
    if here is None:
        return None
    for step in range(done + 1, done + 201):
        jacobian = factors.differentiate(point)
        slope = here.gradient @ jacobian
        move = _choose_direction(slope, jacobian.T @ here.hessian @ jacobian + factors.bend(here.gradient))
        promise = float(slope @ move)
        taken = _search_line(evaluate, factors, point, move, here, promise)
        if taken is None:
            return Search(theta, here, bool(np.abs(slope).max() < 1e-5), step)
        before = theta
        point, theta, here = taken
        if np.abs(theta - before).max() < 1e-10 * np.abs(theta).max() or -promise < 1e-16:
            return Search(theta, here, True, step)
        if here.least < 1e-2 * ZERO:
            return Search(theta, here, False, step)
    return Search(theta, here, False, done + 200)


def _choose_direction(slope: Floats, hessian: Floats) -> Floats:
    values, vectors = np.linalg.eigh(hessian)
    size = np.abs(values)
    direction: Floats = -vectors @ ((slope @ vectors) / np.maximum(size, 1e-8 * max(float(size.max()), 1.0)))
    return direction / max(1.0, float(np.linalg.norm(direction)) / 2.0)


def _search_line(
    evaluate: Evaluate[S], factors: FactorMap, point: Floats, move: Floats, here: S, promise: float
) -> tuple[Floats, Floats, S] | None:
    """Return point, theta and criterion after the first of the halved steps that brings the criterion down, rounding allowed for."""
    rounding = 1e-13 * (abs(here.value) + 1.0)
    for halving in range(40):
        share = 0.5**halving
        trial = point + share * move
        theta = factors.build(trial)
        there = evaluate(theta)
        if there is not None and there.value <= here.value + 1e-4 * share * promise + rounding:
            return trial, theta, there
    return None


def _leave_boundary(theta: Floats, gradient: Floats, shapes: Sequence[Shape]) -> Floats | None:
    """Return a theta a little inside the boundary if the criterion falls in that direction, otherwise None."""
    parts = []
    moved = False
    slopes = split_theta(gradient, shapes)
    for matrix, g, shape in zip(split_theta(theta, shapes)[:-1], slopes[:-1], shapes, strict=True):
        values, vectors = np.linalg.eigh(matrix)
        empty = vectors[:, values < ZERO]
        if empty.size and not shape.negative:
            falls, axes = np.linalg.eigh(empty.T @ (g + np.diag(np.diag(g))) @ empty / 2)
            if falls[0] < -1e-4:
                outward = empty @ axes[:, 0]
                matrix = matrix + 1e-3 * np.outer(outward, outward)
                moved = True
        parts += [matrix[a, b] for a, b in pair_effects(matrix.shape[0])]
    return np.array([*parts, theta[-1]]) if moved else None
