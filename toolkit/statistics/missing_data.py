"""Filling in who missed a wave: draws of the missing scores of two waves from what the people of a group have in common.

Scores are bivariate normal around means of the own group, with one covariance matrix. Each wave is drawn in turn from its Bayesian normal
regression on the other wave and the groups (Rubin 1987, ch. 5; chained equations, van Buuren 2018, ch. 4), which is Gibbs sampling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import ROUNDING, Floats, Integers, as_codes, as_vector, check_lengths


@dataclass(frozen=True, slots=True)
class _Wave:
    """Rows of a wave sorted by group: those with a score, the first of each group among them, and those without."""

    seen: Integers
    starts: Integers
    sizes: Integers
    unseen: Integers


def draw_missing_wave(
    before: ArrayLike, after: ArrayLike, groups: Any, generator: np.random.Generator, imputations: int = 20, rounds: int = 20
) -> Floats:
    """Return `imputations` complete data sets of the scores `before` and `after` (n,), as an array (imputations, 2, n).

    Every person has a score in one wave at least and a known group; every group needs a score in both waves. Valid where missing a
    wave depends on the group and on the other wave's score only. Without spread, or with too few scores to fit, everything is NaN.
    """
    first, second = as_vector(before, "before"), as_vector(after, "after")
    codes, labels = as_codes(groups, "groups")
    check_lengths(before=first, after=second, groups=codes)
    scores = np.array([first, second])
    _check(scores, codes, labels)
    waves = [_split(row, codes, labels.size) for row in scores]
    drawn = np.repeat(scores[None], imputations, axis=0)
    if not all(_is_possible(row[wave.seen], wave) for row, wave in zip(scores, waves, strict=True)):
        return np.full_like(drawn, np.nan)
    for number, wave in enumerate(waves):
        drawn[:, number, wave.unseen] = _start(scores[number], wave, codes, generator, imputations)
    for _ in range(rounds if np.isnan(scores).any() else 0):
        for number, wave in enumerate(waves):
            drawn[:, number, wave.unseen] = _draw(drawn[:, number], drawn[:, 1 - number], wave, codes, generator)
    return drawn


def _check(scores: Floats, codes: Integers, labels: Any) -> None:
    if (codes < 0).any() or np.isnan(scores).all(axis=0).any():
        raise ValueError("Every person needs a group and a score in one wave at least. Leave the others out first.")
    counts = np.array([np.bincount(codes[~np.isnan(row)], minlength=labels.size) for row in scores])
    if not counts.all():
        raise ValueError(f"The groups {labels[~counts.all(axis=0)].tolist()} have no score in one of the waves. Leave them out first.")


def _split(row: Floats, codes: Integers, groups: int) -> _Wave:
    order = np.argsort(codes, kind="stable")
    seen = order[~np.isnan(row[order])]
    sizes = np.bincount(codes[seen], minlength=groups)
    return _Wave(seen, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes, order[np.isnan(row[order])])


def _is_possible(row: Floats, wave: _Wave) -> bool:
    deviations = row - np.repeat(np.add.reduceat(row, wave.starts) / wave.sizes, wave.sizes)
    return wave.seen.size > wave.sizes.size + 1 and bool(np.abs(deviations).max() > ROUNDING * np.abs(row).max())


def _start(row: Floats, wave: _Wave, codes: Integers, generator: np.random.Generator, imputations: int) -> Floats:
    """Return first guesses: the mean of the own group and a draw from the spread within groups."""
    seen = row[wave.seen]
    means = np.add.reduceat(seen, wave.starts) / wave.sizes
    spread = np.sqrt(np.sum((seen - np.repeat(means, wave.sizes)) ** 2) / (seen.size - wave.sizes.size))
    guesses: Floats = means[codes[wave.unseen]] + spread * generator.standard_normal((imputations, wave.unseen.size))
    return guesses


def _draw(target: Floats, other: Floats, wave: _Wave, codes: Integers, generator: np.random.Generator) -> Floats:
    """Return draws of the missing `target` (imputations, n) given `other`, each imputation with parameters drawn for it."""
    x, y = other[:, wave.seen], target[:, wave.seen]
    mean_x, mean_y = (np.add.reduceat(part, wave.starts, axis=1) / wave.sizes for part in (x, y))
    within_x, within_y = x - np.repeat(mean_x, wave.sizes, axis=1), y - np.repeat(mean_y, wave.sizes, axis=1)
    sxx, sxy = np.sum(within_x**2, axis=1), np.sum(within_x * within_y, axis=1)
    freedom = wave.seen.size - wave.sizes.size - 1
    residual = np.maximum(np.sum(within_y**2, axis=1) - sxy**2 / sxx, 0)
    sigma = np.sqrt(residual / generator.chisquare(freedom, len(x)))
    slope = sxy / sxx + sigma / np.sqrt(sxx) * generator.standard_normal(len(x))
    intercept = mean_y - slope[:, None] * mean_x + sigma[:, None] / np.sqrt(wave.sizes) * generator.standard_normal(mean_x.shape)
    noise = sigma[:, None] * generator.standard_normal((len(x), wave.unseen.size))
    drawn: Floats = intercept[:, codes[wave.unseen]] + slope[:, None] * other[:, wave.unseen] + noise
    return drawn
