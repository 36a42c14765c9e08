"""The search for the variance parameters: Newton steps on the factors of the covariance matrices.

Each random term has a covariance matrix S = L L' with L lower triangular, so that S stays positive semi-definite and a solution on
the boundary (a variance at zero, a correlation of one) is an ordinary stationary point. A variance that may be negative is its own
factor. Steps use the absolute curvature (no step climbs towards a saddle) and are halved until the criterion falls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from toolkit.formulas.mixed_design import Shape, pair_effects, split_theta
from toolkit.formulas.mixed_units import Floats

ZERO = 1e-8
"""A variance below this share of the variance of y around X counts as zero (the square of lme4's tolerance, 1e-4)."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Search(Generic[S]):
    """Where the search ended: theta on the inner scale, the criterion there, and how it came to a stop."""

    theta: Floats
    criterion: S
    converged: bool
    steps: int


def search_minimum(evaluate: Callable[[Floats], S | None], terms: Sequence[Shape]) -> Search[S] | None:
    """Return the minimum of `evaluate` over admissible theta, or None if no start has a positive definite V.

    A boundary point is left again when the criterion falls towards the interior (the Karush-Kuhn-Tucker condition fails there).
    """
    factors = _start_factors(terms)
    found = _descend(evaluate, terms, factors, 0)
    for _ in range(5):
        if found is None:
            return None
        escape = _leave_boundary(found.theta, found.criterion.gradient, terms)
        if escape is None:
            return found
        found = _descend(evaluate, terms, escape, found.steps)
    return found


def split_gradient(gradient: Floats, terms: Sequence[Shape]) -> list[Floats]:
    """Return the derivatives by every covariance matrix, as symmetric matrices G with d(criterion) = tr(G dS)."""
    return [(matrix + np.diag(np.diag(matrix))) / 2 for matrix in split_theta(gradient, terms)]


def differentiate_factors(factors: Sequence[Floats], gradient: Floats, terms: Sequence[Shape]) -> tuple[Floats, Floats]:
    """Return d theta / d factors (parameters x entries) and sum_k gradient_k d2 theta_k, over all entries of all factors.

    Factors B (q x r, S = BB') are read row by row; the factor of a term that may be negative is its variance itself.
    """
    kinds = [*(term.negative for term in terms), False]
    jacobians, curvatures = [], []
    for factor, g, linear in zip(factors, split_gradient(gradient, terms), kinds, strict=True):
        q, r = factor.shape
        jacobian = np.zeros((q * (q + 1) // 2, q, r))
        for k, (a, b) in enumerate(pair_effects(q)):
            jacobian[k, a] += 1.0 if linear else factor[b]
            jacobian[k, b] += 0.0 if linear else factor[a]
        jacobians.append(jacobian.reshape(jacobian.shape[0], q * r))
        curvatures.append(np.zeros((1, 1)) if linear else np.kron(2 * g, np.eye(r)))
    return _join_diagonal(jacobians), _join_diagonal(curvatures)


def factor_covariances(theta: Floats, terms: Sequence[Shape]) -> list[Floats]:
    """Return factors B with S = BB' of full column rank: directions in which a term does not vary are left out."""
    factors = []
    for matrix, linear in zip(split_theta(theta, terms), [*(term.negative for term in terms), False], strict=True):
        values, vectors = np.linalg.eigh(matrix)
        kept = values > ZERO
        factors.append(matrix if linear else vectors[:, kept] * np.sqrt(values[kept]))
    return factors


def _start_factors(terms: Sequence[Shape]) -> list[Floats]:
    share = 1 / (sum(len(term.effects) for term in terms) + 1)
    sizes = [(len(term.effects), term.negative) for term in terms]
    return [np.eye(q) * (share if linear else np.sqrt(share)) for q, linear in [*sizes, (1, False)]]


def _descend(evaluate: Callable[[Floats], S | None], terms: Sequence[Shape], factors: list[Floats], done: int) -> Search[S] | None:
    lower = np.concatenate([np.tril(np.ones_like(f)).ravel() > 0 for f in factors])
    point = np.concatenate([f.ravel() for f in factors])
    theta = _build_theta(point, terms)
    here = evaluate(theta)
    if here is None:
        return None
    for step in range(done, done + 200):
        jacobian, curvature = differentiate_factors(_shape_factors(point, terms), here.gradient, terms)
        slope, hessian = (here.gradient @ jacobian)[lower], (jacobian.T @ here.hessian @ jacobian + curvature)[np.ix_(lower, lower)]
        move = np.zeros_like(point)
        move[lower] = _choose_direction(slope, hessian)
        promise = float(slope @ move[lower])
        taken = _search_line(evaluate, terms, point, move, here, promise)
        if taken is None:
            return Search(theta, here, bool(np.abs(slope).max() < 1e-5), step)
        point, there = taken
        before, theta, here = theta, _build_theta(point, terms), there
        if np.abs(theta - before).max() < 1e-10 * np.abs(theta).max() or -promise < 1e-16:
            return Search(theta, here, True, step + 1)
        if here.least < 1e-2 * ZERO:
            return Search(theta, here, False, step + 1)
    return Search(theta, here, False, done + 200)


def _choose_direction(slope: Floats, hessian: Floats) -> Floats:
    values, vectors = np.linalg.eigh(hessian)
    size = np.maximum(np.abs(values), 1e-8 * max(float(np.abs(values).max()), 1.0))
    direction: Floats = -vectors @ ((vectors.T @ slope) / size)
    return direction / max(1.0, float(np.linalg.norm(direction)) / 2.0)


def _search_line(
    evaluate: Callable[[Floats], S | None], terms: Sequence[Shape], point: Floats, move: Floats, here: S, slope: float
) -> tuple[Floats, S] | None:
    """Return the first of the halved steps that brings the criterion down, rounding allowed for."""
    rounding = 1e-13 * (abs(here.value) + 1.0)
    for halving in range(40):
        trial = point + move * 0.5**halving
        there = evaluate(_build_theta(trial, terms))
        if there is not None and there.value <= here.value + 1e-4 * 0.5**halving * slope + rounding:
            return trial, there
    return None


def _leave_boundary(theta: Floats, gradient: Floats, terms: Sequence[Shape]) -> list[Floats] | None:
    """Return factors a little inside the boundary if the criterion falls in that direction, otherwise None."""
    factors, moved = [], False
    for matrix, g, term in zip(split_theta(theta, terms)[:-1], split_gradient(gradient, terms)[:-1], terms, strict=True):
        values, vectors = np.linalg.eigh(matrix)
        empty = vectors[:, values < ZERO]
        if not term.negative and empty.size:
            slopes, axes = np.linalg.eigh(empty.T @ g @ empty)
            if slopes[0] < -1e-4:
                outward = empty @ axes[:, 0]
                matrix, moved = matrix + 1e-3 * np.outer(outward, outward), True
            matrix = matrix + 1e-12 * np.eye(matrix.shape[0])
        factors.append(matrix if term.negative else np.linalg.cholesky(matrix))
    return [*factors, np.sqrt(theta[-1:]).reshape(1, 1)] if moved else None


def _shape_factors(point: Floats, terms: Sequence[Shape]) -> list[Floats]:
    factors, first = [], 0
    for q in [*(len(term.effects) for term in terms), 1]:
        factors.append(point[first : first + q * q].reshape(q, q))
        first += q * q
    return factors


def _build_theta(point: Floats, terms: Sequence[Shape]) -> Floats:
    kinds = [*(term.negative for term in terms), False]
    matrices = [f if linear else f @ f.T for f, linear in zip(_shape_factors(point, terms), kinds, strict=True)]
    return np.concatenate([[matrix[a, b] for a, b in pair_effects(matrix.shape[0])] for matrix in matrices])


def _join_diagonal(blocks: Sequence[Floats]) -> Floats:
    shape = np.array([block.shape for block in blocks])
    joined, corner = np.zeros(shape.sum(axis=0)), np.zeros(2, dtype=int)
    for block in blocks:
        joined[corner[0] : corner[0] + block.shape[0], corner[1] : corner[1] + block.shape[1]] = block
        corner = corner + block.shape
    return joined
