"""The data of a mixed model, cut into independent blocks and put on an inner scale: `y = X b + sum_t Z_t u_t + e`.

Rows that share a group in any random term belong to one block (a school); blocks of equal size are stacked, so that one array
operation serves them all. On the inner scale the columns of X are orthogonal and y is a standardised residual; they and every column of Z
have root mean square 1. So sums neither cancel nor overflow, whatever the scale and the origin of the answers; degrees of freedom, F and
p are the same.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class RandomTerm:
    """One random term `(z | group)`: intercepts if `z` is left out, otherwise one effect per column of `z` (rows x effects).

    `negative` lets the variance of a single effect fall below zero (compound symmetry), as far as V stays positive definite.
    """

    name: str
    groups: ArrayLike
    z: ArrayLike | None = None
    effects: tuple[str, ...] = ("(Intercept)",)
    negative: bool = False


class Shape(Protocol):
    """The covariance matrix of a random term: its effects, and whether its variance may be negative."""

    @property
    def effects(self) -> tuple[str, ...]: ...
    @property
    def negative(self) -> bool: ...


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A random term made ready: group codes per row, the labels they stand for, scaled columns and their scale."""

    name: str
    effects: tuple[str, ...]
    negative: bool
    labels: NDArray[np.generic]
    codes: Integers
    z: Floats
    scale: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Blocks of equal size: row numbers (blocks x rows), `m` = [X, y] and per term one sparse Z per effect (all rows x groups)."""

    rows: Integers
    m: Floats
    z: tuple[tuple[csr_array, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class MixedDesign:
    """A mixed model's data in blocks, its terms, and the way back to the units of the data."""

    stacks: tuple[Stack, ...]
    terms: tuple[Term, ...]
    units: Units


def make_design(y: ArrayLike, x: ArrayLike, random: Sequence[RandomTerm]) -> MixedDesign:
    """Return the blocks of a mixed model of `y` (rows) on `x` (rows x coefficients) with the terms `random`.

    Raises ValueError if a number is missing, the lengths differ, or a column of `x` depends on the others.
    """
    units, q, residual = standardise(y, x)
    terms = tuple(_prepare_term(term, units.n) for term in random)
    return MixedDesign(_stack_blocks(np.column_stack([q, residual]), terms), terms, units)


def list_parameters(terms: Sequence[Term]) -> list[tuple[str, str, str]]:
    """Return (group, effect, effect) for every variance parameter, in the order of theta; the last one is the residual."""
    pairs = [(term.name, term.effects[a], term.effects[b]) for term in terms for a, b in pair_effects(len(term.effects))]
    return [*pairs, ("Residual", "", "")]


def pair_effects(q: int) -> list[tuple[int, int]]:
    """Return the positions (a, b), b <= a, of the lower triangle of a q x q covariance matrix, row by row."""
    return [(a, b) for a in range(q) for b in range(a + 1)]


def build_v(rows: Integers, terms: Sequence[Term], covariances: Sequence[Floats]) -> Floats:
    """Return V of every block (blocks x rows x rows) for the covariance matrices of the terms, the residual variance last."""
    v = np.broadcast_to(covariances[-1] * np.eye(rows.shape[1]), (*rows.shape, rows.shape[1])).copy()
    for term, covariance in zip(terms, covariances, strict=False):
        code = term.codes[rows]
        z = term.z[rows]
        v += (code[:, :, None] == code[:, None, :]) * (z @ covariance @ z.swapaxes(1, 2))
    return v


def multiply_d(stack: Stack, right: Floats) -> Floats:
    """Return D_k times `right` (rows of the stack x columns) for every variance parameter, the residual (D = I) last."""
    products = []
    for columns in stack.z:
        sums = [column.T @ right for column in columns]
        for a, b in pair_effects(len(columns)):
            product = columns[a] @ sums[b]
            products.append(product if a == b else product + columns[b] @ sums[a])
    return np.stack([*products, right])


def split_theta(theta: Floats, terms: Sequence[Shape]) -> list[Floats]:
    """Return the covariance matrix of every term, the residual variance (1 x 1) last."""
    matrices: list[Floats] = []
    first = 0
    for q in [*(len(term.effects) for term in terms), 1]:
        matrix = np.zeros((q, q))
        for (a, b), value in zip(pair_effects(q), theta[first:], strict=False):
            matrix[a, b] = matrix[b, a] = value
        matrices.append(matrix)
        first += q * (q + 1) // 2
    return matrices


def unit_factors(design: MixedDesign) -> Floats:
    """Return for every variance parameter the factor that brings it from the inner scale to squared units of `y`."""
    factors = [1 / (term.scale[a] * term.scale[b]) for term in design.terms for a, b in pair_effects(len(term.effects))]
    return np.array([*factors, 1.0]) * design.units.y_scale**2


def _prepare_term(term: RandomTerm, n: int) -> Term:
    labels, codes = np.unique(np.asarray(term.groups), return_inverse=True)
    z = np.ones((n, 1)) if term.z is None else np.asarray(term.z, dtype=np.float64).reshape(n, -1)
    if codes.size != n or z.shape[1] != len(term.effects):
        raise ValueError(f"Term '{term.name}' needs {n} group labels and {len(term.effects)} columns: {codes.size} and {z.shape[1]} came.")
    if term.negative and len(term.effects) > 1:
        raise ValueError(f"Term '{term.name}' has {len(term.effects)} effects; only a single variance may be negative.")
    size = np.sqrt((z**2).mean(axis=0))
    scale = np.where(size > 0, size, 1.0)
    return Term(term.name, term.effects, term.negative, labels, codes.reshape(-1), z / scale, scale)


def _find_blocks(n: int, terms: Sequence[Term]) -> Integers:
    rows = []
    columns = []
    first = n
    for term in terms:
        rows.append(np.arange(n))
        columns.append(first + term.codes)
        first += term.labels.size
    if not terms:
        return np.arange(n)
    from scipy.sparse import coo_array  # with their solvers: only who fits a model waits for them
    from scipy.sparse.csgraph import connected_components

    links = coo_array((np.ones(n * len(terms)), (np.concatenate(rows), np.concatenate(columns))), shape=(first, first))
    return np.asarray(connected_components(links, directed=False)[1][:n], dtype=np.intp)


def _stack_blocks(m: Floats, terms: Sequence[Term]) -> tuple[Stack, ...]:
    block = _find_blocks(m.shape[0], terms)
    _, block, sizes = np.unique(block, return_inverse=True, return_counts=True)
    order = np.argsort(block, kind="stable")
    size_of_row = sizes[block[order]]
    stacks = []
    for size in np.unique(sizes):
        rows = order[size_of_row == size].reshape(-1, size)
        stacks.append(Stack(rows, m[rows], tuple(_sparse_columns(rows, term) for term in terms)))
    return tuple(stacks)


def _sparse_columns(rows: Integers, term: Term) -> tuple[csr_array, ...]:
    from scipy.sparse import csr_array

    flat = rows.ravel()
    codes = term.codes[flat]
    at = np.arange(flat.size)
    shape = (flat.size, term.labels.size)
    return tuple(csr_array((column[flat], (at, codes)), shape=shape) for column in term.z.T)


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
    outcome = np.asarray(y, dtype=np.float64)
    columns = np.atleast_2d(np.asarray(x, dtype=np.float64))
    if outcome.ndim != 1 or columns.shape[0] != outcome.size:
        raise ValueError(f"The mixed model needs one row of X per score: y has shape {outcome.shape}, X has shape {columns.shape}.")
    if not (np.isfinite(outcome).all() and np.isfinite(columns).all()):
        raise ValueError("The mixed model needs complete rows: y or X holds missing or infinite numbers. Leave those rows out first.")
    r = _triangulate(columns)
    n = outcome.size
    to_units = np.linalg.inv(r) * math.sqrt(n)
    inner = columns @ to_units
    residual = outcome
    beta = np.zeros(r.shape[0])
    for _ in range(2):
        step = inner.T @ residual / n
        beta = beta + step
        residual = residual - inner @ step
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
