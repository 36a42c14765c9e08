"""Treated against comparison schools: difference in differences of school changes, and its exact permutation test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import Floats, Integers, as_present
from toolkit.statistics.means import Interval
from toolkit.statistics.means__two_groups import compute_two_groups

NAN = float("nan")

ENUMERATED = 200_000
"""All assignments of schools are used up to this number; beyond it they are drawn."""


@dataclass(frozen=True, slots=True)
class SchoolComparison:
    """Mean change of treated minus comparison schools: `pooled` is the answer (J - 2 df), `welch` is kept beside it."""

    pooled: Interval
    welch: Interval
    treated: int
    comparison: int


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Share of `assignments` with a difference at least as large; `smallest` is the least p-value these schools could give."""

    p_value: float
    smallest: float
    assignments: int
    enumerated: bool


def compute_school_comparison(treated: ArrayLike, comparison: ArrayLike, level: float = 0.95) -> SchoolComparison:
    """Return the difference in differences from the changes of treated (n1,) and comparison schools (n0,).

    With one treated school the pooled t is (d - mean) / (s sqrt(1 + 1/n0)) on n0 - 1 df. Welch errs with few schools of unequal
    number; it is shown for the reader who asks. Missing changes are left out; fewer than three schools in all give NaN.
    """
    groups = compute_two_groups(treated, comparison, level)
    return SchoolComparison(groups.pooled, groups.welch, groups.n_first, groups.n_second)


def compute_permutation_test(
    treated: ArrayLike, comparison: ArrayLike, generator: np.random.Generator | None = None, draws: int = 9999
) -> PermutationTest:
    """Return the two-sided permutation test of the difference in mean change, over assignments of the schools to the two groups.

    Equal differences count as reached. All assignments are used where they are few; otherwise `draws` random ones, joined by the
    observed one, for which a `generator` is needed. An empty group gives NaN.
    """
    x, y = as_present(treated, "treated"), as_present(comparison, "comparison")
    changes, n, k = np.concatenate([x, y]), x.size + y.size, x.size
    if not x.size or not y.size:
        return PermutationTest(NAN, NAN, 0, True)
    enumerated = comb(n, k) <= ENUMERATED
    if not enumerated and generator is None:
        raise ValueError(f"{n} schools can be assigned in {comb(n, k)} ways; pass a `generator` to draw {draws} of them.")
    blocks = _list_assignments(n, k) if generator is None or enumerated else _draw_assignments(n, k, draws, generator)
    differences = np.concatenate([_compute_differences(changes, chosen) for chosen in blocks])
    observed = float(_compute_differences(changes, np.arange(k)[None])[0])
    if not enumerated:
        differences = np.append(differences, observed)
    margin = 1e-10 * float(np.abs(changes).max())
    p_value, smallest = (float(np.mean(differences >= value - margin)) for value in (observed, differences.max()))
    return PermutationTest(p_value, smallest, differences.size, enumerated)


def _list_assignments(n: int, k: int, block: int = 20_000) -> Iterator[Integers]:
    """Yield all sets of `k` treated schools out of `n`, as rows of blocks."""
    sets = combinations(range(n), k)
    while rows := list(islice(sets, block)):
        yield np.array(rows)


def _draw_assignments(n: int, k: int, draws: int, generator: np.random.Generator) -> Iterator[Integers]:
    yield np.array([generator.permutation(n)[:k] for _ in range(draws)])


def _compute_differences(changes: Floats, chosen: Integers) -> Floats:
    """Return |mean of the chosen - mean of the others| for each row of `chosen` (B, k)."""
    k = chosen.shape[1]
    inside = changes[chosen].sum(axis=1)
    differences: Floats = np.abs(inside / k - (changes.sum() - inside) / (changes.size - k))
    return differences
