"""Formulas beside those of scipy and pingouin: the exact signed rank test, paired changes with their effect size, and alpha.

Scores with ties and zeros, as school scores have. Up to 13 pairs scipy enumerates 2^n sign patterns; above that it turns to the normal
approximation, where the toolkit stays exact.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.harness import Contest, Spent, call
from toolkit.statistics.means import compute_paired_change, compute_paired_effects
from toolkit.statistics.rank_tests import compute_signed_rank
from toolkit.statistics.reliability import compute_alpha

REPEATS, SEED, PAIRS = 200, 2, (8, 13)
#: What a cohort of schools asks: a test per school and scale, and an alpha per scale.
TESTS, PEOPLE, SCALES, ITEMS = 100, 22, 16, 8


def list_contests() -> Iterator[Contest]:
    """Yield the formulas, each with who computes the same."""
    for n in PAIRS:
        yield compare_signed_rank(n)
    yield compare_changes()
    yield compare_alphas()


def compare_signed_rank(n: int) -> Contest:
    """Return the exact test of `n` pairs."""
    before, after = draw_pairs(n)
    grid = np.round(9 * (after - before))  # whole numbers, so that scipy sees the same ties
    compute_signed_rank(before, after)
    return Contest(
        f"signed rank test, exact, {n} pairs with ties",
        lambda: call(lambda: compute_signed_rank(before, after).p_exact, REPEATS),
        {"scipy": lambda: call(lambda: stats.wilcoxon(grid, method=stats.PermutationMethod()).pvalue)},
        compare=lambda ours, theirs: "equal" if ours == theirs else f"DIFFER: {ours} and {theirs}",
    )


def draw_pairs(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return scores with at least one tie and one zero."""
    rng = np.random.default_rng(SEED)
    before, after = rng.integers(9, 36, size=(2, n)) / 9
    after[:3] = before[:3] + np.array([0, 1, -1])
    return before, after


def compare_changes() -> Contest:
    """Return paired changes with interval, test and effect size, one per school and scale."""
    rng = np.random.default_rng(SEED)
    before = rng.normal(3, 0.7, size=(TESTS, PEOPLE))
    after = before + rng.normal(0.2, 0.5, size=before.shape)
    pairs = list(zip(before, after, strict=True))

    def ours() -> list[float]:
        found = [(compute_paired_change(*pair), compute_paired_effects(*pair)) for pair in pairs]
        return [change.p_value for change, _ in found]

    def theirs() -> list[float]:
        import pingouin

        tests = [pingouin.ttest(second, first, paired=True) for first, second in pairs]
        for first, second in pairs:
            pingouin.compute_effsize(second, first, paired=True, eftype="hedges")
        return [float(test["p_val"].iloc[0]) for test in tests]

    task = f"{TESTS} paired changes: test, interval, effect size"
    return Contest(task, lambda: call(ours, 5), {"pingouin": _quietly(theirs)}, compare=_tell)


def compare_alphas() -> Contest:
    """Return alpha with its interval, one per scale."""
    rng = np.random.default_rng(SEED)
    level = rng.normal(3, 0.6, size=(SCALES, 300, 1))
    answers = [np.clip(np.rint(each + rng.normal(0, 0.9, size=(300, ITEMS))), 1, 5) for each in level]
    frames = [pd.DataFrame(each) for each in answers]

    def theirs() -> list[float]:
        import pingouin

        return [float(pingouin.cronbach_alpha(frame)[0]) for frame in frames]

    return Contest(
        f"{SCALES} alphas with interval, {ITEMS} items, 300 people",
        lambda: call(lambda: [compute_alpha(each).alpha for each in answers], 5),
        {"pingouin": _quietly(theirs)},
        compare=_tell,
    )


def _quietly(work: Any) -> Any:
    """Return a way that has imported what it needs before it is timed, without its warnings."""

    def way() -> Spent:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pingouin  # noqa: F401

            return call(work)

    return way


def _tell(ours: list[float], theirs: list[float]) -> str:
    return f"within {max(abs(first - second) for first, second in zip(ours, theirs, strict=True)):.0e}"
