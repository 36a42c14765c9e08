"""What a change is worth: reliable change of persons, regression to the mean, position against a norm group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from toolkit.statistics.arrays import as_pairs, as_vector, check_lengths, compute_sd, divide
from toolkit.statistics.means import compute_paired_change

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """How many of `n` persons changed by more than measurement error; `by_chance` of them on each side without any change."""

    improved: int
    deteriorated: int
    by_chance: float
    smallest_change: float
    sd_difference: float
    sd_baseline: float
    n: int


@dataclass(frozen=True, slots=True)
class RegressionToMean:
    """The change expected in a selected group without any effect, in scale points and in SDs of the baseline."""

    expected_change: float
    expected_change_sd: float
    correlation: float
    mean: float
    mean_selected: float
    n_selected: int
    n: int


def compute_reliable_change(
    before: ArrayLike, after: ArrayLike, reliability: float, sd_baseline: float | None = None, level: float = 0.95
) -> ReliableChange:
    """Return the counts of the reliable change index (x2 - x1) / (sqrt(2) s1 sqrt(1 - r_xx)), Jacobson & Truax (1991).

    `sd_baseline` is that of the complete pairs unless another group's is given. An SD of 0 or a `reliability` outside [0, 1)
    leaves the thresholds NaN and counts nobody.
    """
    first, second = as_pairs(before, after, ("before", "after"))
    sd = compute_sd(first) if sd_baseline is None else sd_baseline
    error = float(np.sqrt(2 * (1 - reliability))) * sd if 0 <= reliability < 1 and sd > 0 else NAN
    cut = float(ndtri((1 + level) / 2))
    index = (second - first) / error
    return ReliableChange(
        int(np.sum(index > cut)), int(np.sum(index < -cut)), first.size * (1 - level) / 2, cut * error, error, sd, first.size
    )  # fmt: skip


def compute_regression_to_mean(before: ArrayLike, after: ArrayLike, selected: ArrayLike) -> RegressionToMean:
    """Return (1 - r) (mean - mean of the selected) at baseline, the change that selection alone brings if both SDs are equal.

    `selected` (n,) is true for the persons chosen on their baseline. Everything is computed over complete pairs.
    """
    first, second = as_vector(before, "before"), as_vector(after, "after")
    chosen = np.asarray(selected, dtype=bool)
    check_lengths(before=first, after=second, selected=chosen)
    complete = ~(np.isnan(first) | np.isnan(second))
    baseline, group = first[complete], first[complete & chosen]
    correlation = compute_paired_change(first, second).correlation
    mean, mean_selected = (float(part.mean()) if part.size else NAN for part in (baseline, group))
    expected = (1 - correlation) * (mean - mean_selected)
    return RegressionToMean(
        expected, divide(expected, compute_sd(baseline)), correlation, mean, mean_selected, group.size, baseline.size
    )  # fmt: skip
