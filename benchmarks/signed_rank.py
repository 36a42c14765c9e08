"""How much faster the exact signed rank test is than scipy's enumeration of all signs, at equal p-values.

Scores with ties and zeros, as school scores have. Up to 13 pairs scipy enumerates 2^n sign patterns; above that it turns to the normal
approximation, where the toolkit stays exact. CPU seconds, rounds taken in turn; "all" is the toolkit's whole result, not the p-value only.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from toolkit.statistics.rank_tests import compute_signed_rank

ROUNDS, REPEATS, SEED = 5, 200, 2


def draw_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores with at least one tie and one zero."""
    rng = np.random.default_rng(SEED)
    before, after = rng.integers(9, 36, size=(2, n)) / 9
    after[:3] = before[:3] + np.array([0, 1, -1])
    return before, after


def time_cpu(call: Callable[[], Any], repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        call()
    return (time.process_time() - start) / repeats


def main() -> None:
    for n in (8, 10, 13):
        before, after = draw_pairs(n)
        grid = np.round(9 * (after - before))  # whole numbers, so that scipy sees the same ties
        exact = stats.PermutationMethod()
        compute_signed_rank(before, after)
        ratios, own, theirs = [], [], []
        for _ in range(ROUNDS):
            theirs.append(time_cpu(lambda: stats.wilcoxon(grid, method=exact), 1))  # noqa: B023
            own.append(time_cpu(lambda: compute_signed_rank(before, after), REPEATS))  # noqa: B023
            ratios.append(theirs[-1] / own[-1])
        equal = compute_signed_rank(before, after).p_exact == stats.wilcoxon(grid, method=exact).pvalue
        print(
            f"n = {n:2}: scipy {statistics.median(theirs):.4f} s, toolkit {1000 * statistics.median(own):.3f} ms, "
            f"{statistics.median(ratios):.0f}x [{min(ratios):.0f}-{max(ratios):.0f}]; p-values {'equal' if equal else 'DIFFER'}"
        )
    for n in (25, 100, 400, 1000):
        before, after = draw_pairs(n)
        print(f"n = {n:4}: toolkit {1000 * time_cpu(lambda: compute_signed_rank(before, after), 3):.2f} ms, exact")  # noqa: B023


if __name__ == "__main__":
    main()
