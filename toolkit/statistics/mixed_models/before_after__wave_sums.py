"""Sums over persons in groups who answered before, after, or both: all that the change in a group needs of the scores."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.statistics.mixed_models.design__mixed_units import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class WaveSums:
    """Number, mean and sum of squares around it per wave and group (2 x groups), and per group the `largest` size of a score and the
    number of `pairs`.

    `residual` holds the scores as distance from these means (2 x persons, NaN where there is none), `group` the code of every person.
    """

    count: Floats
    mean: Floats
    square: Floats
    largest: Floats
    pairs: Integers
    residual: Floats
    group: Integers


@dataclass(frozen=True, slots=True, eq=False)
class PairSums:
    """Number, mean and sum of squares around it of four classes in each group (groups x classes).

    The classes are the differences (y2 - y1) / sqrt 2 and the sums (y1 + y2) / sqrt 2 of persons who answered twice, then the scores of
    those who answered before only, and after only.
    """

    count: Floats
    mean: Floats
    square: Floats

    def take(self, groups: Integers) -> PairSums:
        """Return the sums of some of the groups."""
        return PairSums(self.count[groups], self.mean[groups], self.square[groups])


def compute_wave_sums(scores: Floats, group: Integers, n_groups: int) -> WaveSums:
    """Return the sums of `scores` (2 x persons, NaN where there is none); a wave without scores has a missing mean."""
    seen = ~np.isnan(scores)
    parts = _sum_by_code(scores[seen], np.stack([group, n_groups + group])[seen], 2 * n_groups)
    count, mean, square = (part.reshape(2, n_groups) for part in parts[:3])
    residual = np.full(scores.shape, math.nan)
    residual[seen] = parts[3]
    largest = np.zeros(n_groups)
    np.maximum.at(largest, group, np.where(seen, np.abs(scores), 0.0).max(axis=0))
    pairs = np.bincount(group[seen.all(axis=0)], minlength=n_groups)
    return WaveSums(count, np.where(count > 0, mean, math.nan), square, largest, pairs, residual, group)


def compute_pair_sums(waves: WaveSums, unit: Floats, chosen: NDArray[np.bool_]) -> PairSums:
    """Return the sums over the classes of the `chosen` groups; scores count from the means of the waves, in the `unit` of their group."""
    kept, n_groups = chosen[waves.group], int(chosen.sum())
    first, second = waves.residual[:, kept] / unit[waves.group[kept]]
    values = np.stack([(second - first) * math.sqrt(0.5), (first + second) * math.sqrt(0.5), first, second])
    before, after = ~np.isnan(first), ~np.isnan(second)
    used = np.stack([before & after, before & after, before & ~after, after & ~before])
    code = (np.cumsum(chosen) - 1)[waves.group[kept]] + n_groups * np.arange(4)[:, None]
    parts = _sum_by_code(values[used], code[used], 4 * n_groups)
    return PairSums(*(part.reshape(4, n_groups).T for part in parts[:3]))


def _sum_by_code(values: Floats, code: Integers, n_codes: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return number, mean (0 of nothing) and sum of squares around it per code, and the values as distance from their mean."""
    count: Floats = np.bincount(code, minlength=n_codes).astype(np.float64)
    mean, residual = np.zeros(n_codes), values
    for _ in range(2):  # the second time takes away the rounding of the first
        step = np.bincount(code, residual, n_codes) / np.maximum(count, 1.0)
        mean, residual = mean + step, residual - step[code]
    return count, mean, np.bincount(code, residual**2, n_codes).astype(np.float64), residual
