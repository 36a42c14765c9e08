"""Regression of people in schools, with whole schools as clusters: CR0 to CR3 with Satterthwaite df, and the wild cluster bootstrap.

All of it is computed from sums per cluster. With an orthonormal basis Q of the design, the hat matrix of cluster j is Q_j Q_j'; the
eigenvectors V and values s of Q_j'Q_j (p, p) turn the residual adjustments (I - H_jj)^a of Bell & McCaffrey (2002) into V (1 - s)^a V',
without a matrix of the size of the cluster. The bootstrap asks how often a coefficient as far from its null value would arise if whole
schools had changed sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from toolkit.statistics.arrays import NAN, ROUNDING, Floats, Integers, as_codes, as_matrix, as_vector, check_lengths, check_share

Variant = Literal["CR0", "CR1", "CR2", "CR3"]
REDUNDANT = 1e-10
"""Columns of the design, scaled to length 1, are redundant below this ratio of the singular values."""

POWERS: dict[str, float] = {"CR0": 0.0, "CR1": 0.0, "CR2": -0.5, "CR3": -1.0}
"""Power of I - H_jj by which residuals are adjusted. CR1 is CR0 times J / (J - 1); CR3 has no further factor, as in clubSandwich."""


Scheme = Literal["rademacher", "webb"]
WEIGHTS: dict[str, tuple[float, ...]] = {
    "rademacher": (-1.0, 1.0),
    "webb": (-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5),
}
"""Equally likely weights of a cluster: two signs, or the six points of Webb (2023) for few clusters."""
ENUMERATED = 4096
"""All weight vectors are used up to this number: 2^12 for Rademacher, 6^4 for Webb. Beyond it they are drawn."""


@dataclass(frozen=True, slots=True)
class RobustRegression:
    """Coefficients in the order of the columns, with cluster-robust errors and Satterthwaite t intervals; arrays of shape (p,)."""

    coefficients: Floats
    std_error: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats
    covariance: Floats
    variant: Variant
    clusters: int
    n: int


@dataclass(frozen=True, slots=True)
class _Sums:
    """Least squares per cluster: b = L'Q'y with `loadings` L, `eigenvalues` (J, p), `vectors` (J, p, p), `scores` Q_j'e_j (J, p)."""

    coefficients: Floats
    loadings: Floats
    eigenvalues: Floats
    vectors: Floats
    scores: Floats
    n: int

    def adjust(self, power: float) -> Floats:
        """Return (1 - s)^power (J, p), 0 where the cluster alone determines the direction."""
        free = 1 - self.eigenvalues
        adjusted: Floats = np.where(free > 1e-10, np.where(free > 1e-10, free, 1) ** power, 0)
        return adjusted


def compute_robust_regression(
    outcome: ArrayLike, design: ArrayLike, clusters: Any, variant: Variant = "CR2", level: float = 0.95
) -> RobustRegression:
    """Return least squares of `outcome` (n,) on `design` (n, p, constant included) with errors robust to `clusters` (n,).

    Intervals are t intervals with the Satterthwaite degrees of freedom of Bell & McCaffrey (2002), for independent errors as working
    model. Rows with a missing entry are left out. A single cluster, redundant columns or no rows leave everything NaN.
    """
    check_share(level, "level")
    sums = _sum_clusters(outcome, design, clusters)
    j, p = sums.scores.shape
    if j < 2 or np.isnan(sums.loadings).any():
        empty = np.full(p, NAN)
        return RobustRegression(sums.coefficients, empty, empty, empty, empty, empty, np.full((p, p), NAN), variant, j, sums.n)
    covariance = _compute_covariance(sums, variant)
    error = np.sqrt(np.diag(covariance))
    error = np.where(error > 0, error, NAN)
    df = _compute_df(sums, sums.loadings, variant)
    margin = stdtrit(df, (1 + level) / 2) * error
    b = sums.coefficients
    return RobustRegression(b, error, df, b - margin, b + margin, 2 * stdtr(df, -np.abs(b / error)), covariance, variant, j, sums.n)


def as_rows(outcome: ArrayLike, design: ArrayLike, clusters: Any) -> tuple[Floats, Floats, Integers]:
    """Return outcome, design and cluster codes 0, 1, ... of the rows where nothing is missing, sorted by cluster."""
    y = as_vector(outcome, "outcome")
    x = as_matrix(design, "design")
    codes, _ = as_codes(clusters, "clusters")
    check_lengths(outcome=y, design=x, clusters=codes)
    present = ~(np.isnan(y) | np.isnan(x).any(axis=1)) & (codes >= 0)
    rows = np.flatnonzero(present)[np.argsort(codes[present], kind="stable")]
    return y[rows], x[rows], np.unique(codes[rows], return_inverse=True)[1]


def find_starts(codes: Integers) -> Integers:
    """Return the first row of each cluster, for rows sorted by cluster."""
    return np.flatnonzero(np.diff(codes, prepend=-1)).astype(np.int64)


def _sum_clusters(outcome: ArrayLike, design: ArrayLike, clusters: Any) -> _Sums:
    y, x, codes = as_rows(outcome, design, clusters)
    n, p = x.shape
    j = int(codes.max(initial=-1)) + 1
    size = np.sqrt(np.sum(x**2, axis=0))
    basis, singular, turn = np.linalg.svd(x / np.where(size > 0, size, 1), full_matrices=False)
    if n < p or singular.min(initial=1) <= REDUNDANT * singular.max(initial=1):
        return _Sums(np.full(p, NAN), np.full((p, p), NAN), np.full((j, p), NAN), np.full((j, p, p), NAN), np.full((j, p), NAN), n)
    loadings = turn / singular[:, None] / size
    residuals = y - basis @ (basis.T @ y)
    residuals = np.where(np.abs(residuals) > ROUNDING * np.abs(y).max(), residuals, 0)
    starts = find_starts(codes)
    eigenvalues, vectors = np.linalg.eigh(np.stack([rows.T @ rows for rows in np.split(basis, starts[1:])]))
    parts = basis * residuals[:, None]
    scores = np.add.reduceat(parts, starts)
    largest = np.add.reduceat(np.abs(parts), starts)
    scores = np.where(np.abs(scores) > ROUNDING * largest, scores, 0)  # clusters whose residuals cancel have no spread
    return _Sums(loadings.T @ (basis.T @ y), loadings, eigenvalues, vectors, scores, n)


def _compute_covariance(sums: _Sums, variant: Variant) -> Floats:
    """Return sum_j u_j u_j', where u_j = (X'X)^-1 X_j' (I - H_jj)^power e_j."""
    turned = np.einsum("jpk,jp->jk", sums.vectors, sums.scores)
    influence = np.einsum("jpk,jk->jp", sums.vectors, sums.adjust(POWERS[variant]) * turned) @ sums.loadings
    factor = len(influence) / (len(influence) - 1) if variant == "CR1" else 1.0
    covariance: Floats = factor * influence.T @ influence
    return covariance


def _compute_parts(sums: _Sums, directions: Floats, power: float) -> tuple[Floats, Floats]:
    """Return h (J, q, p) and d (J, q, q), the parts of the covariance d_i [i = j] - h_i'h_j of the adjusted contrasts of clusters i, j."""
    adjusted = sums.adjust(power)
    s = sums.eigenvalues
    turned = np.einsum("jpk,pq->jqk", sums.vectors, directions)
    h = np.einsum("jpk,jqk->jqp", sums.vectors, (s * adjusted)[:, None, :] * turned)
    d = np.einsum("jqk,jrk->jqr", turned * (s * adjusted**2)[:, None, :], turned)
    return h, d


def _compute_df(sums: _Sums, directions: Floats, variant: Variant) -> Floats:
    """Return tr(G)² / tr(G²) for each column of `directions`, G_ij = d_i [i = j] - h_i'h_j."""
    h, d = _compute_parts(sums, directions, POWERS[variant])
    d = np.einsum("jqq->jq", d)
    squares = np.sum(h**2, axis=2)
    crossed = np.einsum("jqp,jqr->qpr", h, h)
    trace = np.sum(d - squares, axis=0)
    trace_of_square = np.sum(d**2 - 2 * d * squares, axis=0) + np.sum(crossed**2, axis=(1, 2))
    df: Floats = trace**2 / np.where(trace_of_square > 0, trace_of_square, NAN)
    return df


@dataclass(frozen=True, slots=True)
class WildBootstrap:
    """The coefficient, and the share `p_value` of `vectors` weight vectors whose |t| is at least as large as the observed one."""

    estimate: float
    statistic: float
    p_value: float
    vectors: int
    enumerated: bool
    clusters: int


def compute_wild_bootstrap(
    outcome: ArrayLike, design: ArrayLike, clusters: Any, coefficient: int, null: float = 0.0,
    scheme: Scheme = "rademacher", draws: int = 9999, generator: np.random.Generator | None = None,
) -> WildBootstrap:  # fmt: skip
    """Return the restricted wild cluster bootstrap-t of one `coefficient` (a column of `design`) against `null`.

    The null is imposed on the residuals; the standard error is CR0, whose factor cancels (Cameron, Gelbach & Miller 2008). Equal
    statistics count as reached, so the observed one always does; drawn vectors are joined by the observed one. `generator` is needed
    only where there are too many vectors to enumerate. Fewer than two clusters or redundant columns give NaN.
    """
    y, x, codes = as_rows(outcome, design, clusters)
    j = int(codes.max(initial=-1)) + 1
    enumerated = len(WEIGHTS[scheme]) ** j <= ENUMERATED
    if not enumerated and generator is None:
        raise ValueError(f"{j} clusters have too many weight vectors to enumerate; pass a `generator` to draw {draws} of them.")
    if j < 2 or len(y) < x.shape[1] or np.linalg.matrix_rank(x) < x.shape[1]:
        return WildBootstrap(NAN, NAN, NAN, 0, enumerated, j)
    estimate = float(np.linalg.lstsq(x, y)[0][coefficient])
    numerator, leverage, pull = _sum_scores(y, x, codes, coefficient, null)
    observed = float(_compute_t(np.ones((1, j)), numerator, leverage, pull)[0])
    if not np.isfinite(observed):
        return WildBootstrap(estimate, NAN, NAN, 0, enumerated, j)
    reached, vectors = (0, 0) if enumerated else (1, 1)
    for weights in _list_weights(scheme, j, None if enumerated else generator, draws):
        reached += int(np.sum(_compute_t(weights, numerator, leverage, pull) >= observed * (1 - 1e-10)))
        vectors += len(weights)
    return WildBootstrap(estimate, observed, reached / vectors, vectors, enumerated, j)


def _sum_scores(y: Floats, x: Floats, codes: Any, coefficient: int, null: float) -> tuple[Floats, Floats, Floats]:
    """Return per cluster z_j'r_j (J,), z_j'X_j (J, p) and M X_j'r_j (J, p).

    z is the column of the coefficient without the part that the other columns explain, r the residual under the null.
    """
    others = np.delete(x, coefficient, axis=1)
    z = x[:, coefficient] - others @ np.linalg.lstsq(others, x[:, coefficient])[0]
    restricted = y - null * x[:, coefficient]
    r = restricted - others @ np.linalg.lstsq(others, restricted)[0]
    starts = find_starts(codes)
    numerator, leverage, scores = (np.add.reduceat(part, starts) for part in (z * r, z[:, None] * x, r[:, None] * x))
    return numerator, leverage, np.asarray(np.linalg.solve(x.T @ x, scores.T).T, dtype=np.float64)


def _compute_t(weights: Floats, numerator: Floats, leverage: Floats, pull: Floats) -> Floats:
    """Return |t| for each row of `weights` (B, J): sum of scores over the root of the sum of squared refitted scores."""
    scores = weights * numerator - (weights @ pull) @ leverage.T
    top = np.abs(weights @ numerator)
    bottom = np.sqrt(np.sum(scores**2, axis=1))
    rounding = 1e-12 * np.sqrt(np.sum(numerator**2))
    at_zero = np.where(top > rounding, np.inf, 0.0)
    t: Floats = np.where(bottom > rounding, top / np.where(bottom > rounding, bottom, 1), at_zero)
    return t


def _list_weights(scheme: Scheme, clusters: int, generator: np.random.Generator | None, draws: int) -> Iterator[Floats]:
    """Yield weight vectors as rows: all of them without a generator, else `draws` in blocks that stay small."""
    points = np.array(WEIGHTS[scheme])
    if generator is None:
        yield np.array(list(product(points, repeat=clusters)))
        return
    block = max(1, 2_000_000 // clusters)
    for start in range(0, draws, block):
        yield generator.choice(points, size=(min(block, draws - start), clusters))
