"""Bootstrap intervals of many scales at once: people are resampled once, and every scale is read off the same resamples.

A statistic is a function of sums over people (of scores, squares, products). How often each person was drawn is a matrix of counts
(draws, n); its product with each matrix of moments (n, scales) gives the sums of all resamples of all scales.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr, ndtri

from toolkit.formulas.arrays import ROUNDING, Floats, Integers, as_codes, as_matrix, check_lengths, check_share

NAN = float("nan")

Statistic = Callable[[Floats], Floats]
"""From sums (moments, ..., scales) to one number per scale (..., scales); NaN where it has none."""

CACHED = 1_000_000
"""Resamples are worked off in blocks: this number over the size of the moments, so that a block stays in the processor's cache."""

FAILED = 0.05
"""With a larger share of resamples without a statistic there is no interval."""


@dataclass(frozen=True, slots=True)
class BootstrapIntervals:
    """Estimate and BCa interval of each scale, arrays (scales,); `failed` counts the resamples that had no statistic."""

    estimate: Floats
    low: Floats
    high: Floats
    n: Integers
    failed: Integers
    draws: int


def compute_bootstrap_changes(
    before: ArrayLike, after: ArrayLike, generator: np.random.Generator, effect: Literal["mean", "g_av"] = "g_av",
    draws: int = 9999, level: float = 0.95, strata: Any = None,
) -> BootstrapIntervals:  # fmt: skip
    """Return BCa intervals of the change of each scale, from scores `before` and `after` (n, scales).

    `effect` is the mean change in scale points or g_av (see `compute_paired_effects`). People who miss a wave of a scale do not count
    in that scale. With `strata` (n,), for instance schools, people are drawn within their stratum.
    """
    first, second = as_matrix(before, "before"), as_matrix(after, "after")
    if first.shape != second.shape:
        raise ValueError(f"`before` {first.shape} and `after` {second.shape} must have the same shape: people and scales.")
    pair = ~(np.isnan(first) | np.isnan(second))
    x, y = (np.where(pair, wave, 0) for wave in (first, second))
    size = np.max(np.maximum(np.abs(x), np.abs(y)), axis=0, initial=0)
    shift, d = _centre(y - x, pair, size)
    if effect == "mean":
        return compute_bca(np.stack([pair, d]), lambda sums: _mean_of(sums, shift), generator, draws, level, strata)
    x, y = (_centre(wave, pair, size)[1] for wave in (x, y))
    return compute_bca(np.stack([pair, x, y, x * x, y * y, x * y]), lambda sums: _g_av_of(sums, shift), generator, draws, level, strata)


def compute_bca(
    moments: Floats, statistic: Statistic, generator: np.random.Generator, draws: int = 9999, level: float = 0.95, strata: Any = None
) -> BootstrapIntervals:
    """Return bias-corrected and accelerated intervals (Efron 1987) of a `statistic` of sums of `moments` (moments, n, scales).

    The first moment is 1 for people who count in a scale, 0 for others. The acceleration is that of the jackknife; resamples equal to the
    estimate count half on each side. Without spread, or with too many resamples that have no statistic, the interval is NaN.
    """
    check_share(level, "level")
    _, people, scales = moments.shape
    total = moments.sum(axis=1)
    estimate = statistic(total)
    blocks = [statistic(counts @ moments) for counts in _count_resamples(people, draws, generator, strata, CACHED // (moments.size or 1))]
    resampled = np.sort(np.concatenate([np.empty((0, scales)), *blocks]).T, axis=1)  # missing ones last
    failed = np.isnan(resampled).sum(axis=1)
    left_out = np.where(moments[0] > 0, statistic(total[:, None] - moments), NAN)
    limits = np.full((scales, 2), NAN)
    for k in range(scales):
        if failed[k] <= FAILED * draws and not np.isnan(estimate[k]):
            limits[k] = _find_limits(resampled[k, : draws - failed[k]], estimate[k], left_out[:, k], level)
    return BootstrapIntervals(estimate, limits[:, 0], limits[:, 1], total[0].astype(np.int64), failed, draws)


def _centre(scores: Floats, pair: NDArray[np.bool_], size: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each scale and the deviations from it, which keep their digits when squared; rounding becomes 0."""
    mean = scores.sum(axis=0) / np.maximum(pair.sum(axis=0), 1)
    deviations = scores - mean
    return mean, np.where(pair & (np.abs(deviations) > ROUNDING * size), deviations, 0)


def _count_resamples(people: int, draws: int, generator: np.random.Generator, strata: Any, block: int) -> Iterator[Floats]:
    """Yield how often each person was drawn, as rows of blocks (block, people)."""
    codes = np.zeros(people, dtype=np.int64) if strata is None else as_codes(strata, "strata")[0]
    check_lengths(moments=np.empty(people), strata=codes)
    members = [np.flatnonzero(codes == code) for code in np.unique(codes)]
    block = max(block, 50)
    for start in range(0, draws if people else 0, block):
        rows = min(block, draws - start)
        counts = np.empty((rows, people))
        for stratum in members:
            drawn = generator.integers(0, stratum.size, (rows, stratum.size)) + stratum.size * np.arange(rows)[:, None]
            counts[:, stratum] = np.bincount(drawn.ravel(), minlength=rows * stratum.size).reshape(rows, -1)
        yield counts


def _find_limits(ordered: Floats, estimate: float, left_out: Floats, level: float) -> Floats:
    """Return the two limits from the resampled statistics in order and the statistics with one person left out."""
    known = left_out[~np.isnan(left_out)]
    deviations = known.sum() / max(known.size, 1) - known
    spread = float(np.sum(deviations**2))
    tie = ROUNDING * float(ordered[-1] - ordered[0])
    below = np.searchsorted(ordered, estimate - tie) + np.searchsorted(ordered, estimate + tie, side="right")
    bias = float(ndtri(below / (2 * ordered.size)))
    if spread == 0 or not np.isfinite(bias):
        return np.full(2, NAN)
    acceleration = float(np.sum(deviations**3)) / (6 * spread**1.5)
    reach = bias + ndtri(np.array([(1 - level) / 2, (1 + level) / 2]))
    position = ndtr(bias + reach / (1 - acceleration * reach)) * (ordered.size - 1)
    before = position.astype(np.int64)
    after = np.minimum(before + 1, ordered.size - 1)
    limits: Floats = ordered[before] + (position - before) * (ordered[after] - ordered[before])
    return limits


def _mean_of(sums: Floats, shift: Floats) -> Floats:
    n, d = sums
    mean: Floats = shift + d / np.where(n > 0, n, NAN)
    return mean


def _g_av_of(sums: Floats, shift: Floats) -> Floats:
    """Return g_av from the sums 1, x, y, x², y², xy of centred scores; NaN without two pairs or without spread."""
    n, x, y, xx, yy, xy = sums
    n = np.where(n > 1, n, NAN)
    v1, v2 = (np.where(squares - one * one / n > ROUNDING * squares, squares - one * one / n, NAN) for one, squares in ((x, xx), (y, yy)))
    half_nu = (n - 1) / (1 + (xy - x * y / n) ** 2 / (v1 * v2))
    factor = np.exp(gammaln(half_nu) - gammaln(half_nu - 0.5)) / np.sqrt(half_nu)
    g_av: Floats = factor * (shift + (y - x) / n) / np.sqrt((v1 + v2) / (2 * (n - 1)))
    return g_av
