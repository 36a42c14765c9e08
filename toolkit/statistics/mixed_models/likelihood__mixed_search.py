"""The search for the variance parameters: Newton steps on factors of the covariance matrices (`mixed_factors`).

Steps use the absolute curvature, so that none climbs towards a saddle, and are halved until the criterion falls.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from toolkit.statistics.mixed_models.design import Shape, pair_effects, split_theta
from toolkit.statistics.mixed_models.design__mixed_units import Floats
from toolkit.statistics.mixed_models.likelihood__mixed_factors import ZERO, FactorMap, factor_triangles, map_triangles


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
    parts, moved = [], False
    slopes = split_theta(gradient, shapes)
    for matrix, g, shape in zip(split_theta(theta, shapes)[:-1], slopes[:-1], shapes, strict=True):
        values, vectors = np.linalg.eigh(matrix)
        empty = vectors[:, values < ZERO]
        if empty.size and not shape.negative:
            falls, axes = np.linalg.eigh(empty.T @ (g + np.diag(np.diag(g))) @ empty / 2)
            if falls[0] < -1e-4:
                outward = empty @ axes[:, 0]
                matrix, moved = matrix + 1e-3 * np.outer(outward, outward), True
        parts += [matrix[a, b] for a, b in pair_effects(matrix.shape[0])]
    return np.array([*parts, theta[-1]]) if moved else None
