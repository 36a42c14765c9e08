"""Variance parameters as functions of factors that can take any value.

Each random term has a covariance matrix S = B B', so that S stays positive semi-definite and a solution on the boundary (a variance at
zero, a correlation of one) is an ordinary stationary point. A variance that may be negative is its own factor. Theta is then a
quadratic function of all entries u of the factors: theta_k = linear_k u + u'quadratic_k u / 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.statistics.mixed_models.design import Shape, pair_effects, split_theta
from toolkit.statistics.mixed_models.design__mixed_units import Floats

ZERO = 1e-8
"""A variance below this share of the variance of y around X counts as zero (the square of lme4's tolerance, 1e-4)."""


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
    n_theta, n_entries = sum(q * (q + 1) // 2 for q in sizes), sum(map(len, blocks))
    linear, quadratic = np.zeros((n_theta, n_entries)), np.zeros((n_theta, n_entries, n_entries))
    k, first = 0, 0
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
