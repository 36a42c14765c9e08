"""Wild cluster bootstrap: how often a coefficient as far from its null value would arise if whole schools had changed sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats
from toolkit.statistics.cluster_robust import as_rows, find_starts

NAN = float("nan")

Scheme = Literal["rademacher", "webb"]
WEIGHTS: dict[str, tuple[float, ...]] = {
    "rademacher": (-1.0, 1.0),
    "webb": (-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5),
}
"""Equally likely weights of a cluster: two signs, or the six points of Webb (2023) for few clusters."""

ENUMERATED = 4096
"""All weight vectors are used up to this number: 2^12 for Rademacher, 6^4 for Webb. Beyond it they are drawn."""


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
    top, bottom = np.abs(weights @ numerator), np.sqrt(np.sum(scores**2, axis=1))
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
