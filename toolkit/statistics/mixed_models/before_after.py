"""Change in groups of persons who answered before, after, or both: the change of each school.

All answers count: REML of `y ~ post + (1|teacher)` with Kenward-Roger error and degrees of freedom (1997). The teacher variance may be
negative (compound symmetry), so that with everybody matched the result is the paired t test whatever the correlation. With nobody
matched, or a single person, who can't tell a correlation, it is Welch's t test (1947, Biometrika 34:28). Groups have nothing in common;
they are estimated at once because that takes little longer than one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from toolkit.statistics.mixed_models.before_after__pair_model import fit_pairs
from toolkit.statistics.mixed_models.before_after__wave_sums import WaveSums, compute_pair_sums, compute_wave_sums
from toolkit.statistics.mixed_models.design__mixed_units import Floats, Integers

SPREAD = 1e-12
"""Scores that differ by less than this part of the largest have no spread."""

LEAST_DF = 0.99
"""Below so many degrees of freedom a t interval says nothing."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The change in a group: estimate, standard error, degrees of freedom, interval, t and two-sided p-value.

    `method` is "mixed_model", "welch" or "none"; `reason` is "" or says why there is no interval: "no_answers" (in a wave), "too_few",
    "no_spread", "no_residual_variance" or "not_converged". `n_pairs` persons answered both times. `mean_before` is the mean of the same
    model, so that `mean_before + estimate` is its mean after; both with their own errors and degrees of freedom.
    """

    mean_before: float
    mean_before_error: float
    mean_before_df: float
    mean_after_error: float
    mean_after_df: float
    estimate: float
    std_error: float
    df: float
    low: float
    high: float
    statistic: float
    p_value: float
    n_before: int
    n_after: int
    n_pairs: int
    method: str
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class GroupChanges:
    """The change in many groups, one element per group; the meaning is that of `GroupChange`."""

    mean_before: Floats
    mean_before_error: Floats
    mean_before_df: Floats
    mean_after_error: Floats
    mean_after_df: Floats
    estimate: Floats
    std_error: Floats
    df: Floats
    low: Floats
    high: Floats
    statistic: Floats
    p_value: Floats
    n_before: Integers
    n_after: Integers
    n_pairs: Integers
    method: NDArray[np.str_]
    reason: NDArray[np.str_]

    def take(self, group: int) -> GroupChange:
        """Return the change in one group."""
        return GroupChange(**{part.name: getattr(self, part.name)[group].item() for part in fields(self)})


class _Found(NamedTuple):
    """What a model says of every group: level before, change, errors and df of the change and both levels, and why there are none."""

    mean_before: Floats
    estimate: Floats
    error: Floats
    df: Floats
    before_error: Floats
    before_df: Floats
    after_error: Floats
    after_df: Floats
    reason: NDArray[np.str_]


def estimate_change_in_group(
    before: ArrayLike, after: ArrayLike, before_ids: ArrayLike | None = None, after_ids: ArrayLike | None = None, level: float = 0.95
) -> GroupChange:
    """Return the change from the scores `before` to the scores `after`; equal ids mark the same person, a missing id nobody known.

    Raises ValueError for missing scores and for an id that occurs twice in a wave.
    """
    x, y = np.asarray(before, dtype=np.float64).ravel(), np.asarray(after, dtype=np.float64).ravel()
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("Scores are missing. Leave persons without a score out of the wave first.")
    persons = _match_persons(x.size, y.size, before_ids, after_ids)
    scores = np.full((2, int(persons.max(initial=-1)) + 1), math.nan)
    scores[0, persons[: x.size]], scores[1, persons[x.size :]] = x, y
    return estimate_change_in_groups(scores[0], scores[1], np.zeros(scores.shape[1], dtype=np.intp), 1, level).take(0)


def estimate_change_in_groups(before: ArrayLike, after: ArrayLike, group: ArrayLike, n_groups: int, level: float = 0.95) -> GroupChanges:
    """Return the change in each of `n_groups` groups.

    One element per person: the score in either wave, NaN where there is none, and the code of the group, 0 to `n_groups` - 1. Raises
    ValueError for infinite scores, other codes and arrays of different lengths.
    """
    waves = compute_wave_sums(*_check(before, after, group, n_groups), n_groups)
    few = waves.pairs < 2
    found = _Found(*(np.where(few, *parts) for parts in zip(_estimate_welch(waves), _estimate_mixed(waves), strict=True)))
    error = np.where(found.reason == "", found.error, math.nan)
    df = np.where(found.reason == "", found.df, math.nan)
    statistic, reach = found.estimate / error, stdtrit(df, 0.5 + level / 2) * error
    n_before, n_after = waves.count.astype(np.intp)
    return GroupChanges(
        mean_before=found.mean_before,
        mean_before_error=found.before_error,
        mean_before_df=found.before_df,
        mean_after_error=found.after_error,
        mean_after_df=found.after_df,
        estimate=found.estimate,
        std_error=error,
        df=df,
        low=found.estimate - reach,
        high=found.estimate + reach,
        statistic=statistic,
        p_value=2 * stdtr(df, -np.abs(statistic)),
        n_before=n_before,
        n_after=n_after,
        n_pairs=waves.pairs,
        method=np.where(waves.count.min(axis=0) == 0, "none", np.where(few, "welch", "mixed_model")),
        reason=found.reason,
    )


def _match_persons(n_before: int, n_after: int, before_ids: ArrayLike | None, after_ids: ArrayLike | None) -> Integers:
    """Return a code 0, 1, ... per score, equal for the same person."""
    n = n_before + n_after
    if before_ids is None or after_ids is None:
        return np.arange(n)
    ids = [np.asarray(wave, dtype=object).ravel() for wave in (before_ids, after_ids)]
    if ids[0].size != n_before or ids[1].size != n_after:
        raise ValueError(f"Every score needs one id: {n_before} and {n_after} scores, {ids[0].size} and {ids[1].size} ids came.")
    codes = pd.factorize(np.concatenate(ids))[0]
    known = codes >= 0
    persons = np.where(known, codes, n + np.arange(n))
    twice = [wave.size - np.unique(wave).size for wave in (persons[:n_before], persons[n_before:])]
    if any(twice):
        raise ValueError(f"{twice[0]} ids occur twice before and {twice[1]} after. Keep one score per person and wave.")
    return np.unique(persons, return_inverse=True)[1]


def _check(before: ArrayLike, after: ArrayLike, group: ArrayLike, n_groups: int) -> tuple[Floats, Integers]:
    x, y, codes = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64), np.asarray(group, dtype=np.intp)
    if x.ndim != 1 or not x.shape == y.shape == codes.shape:
        raise ValueError(f"Every person needs one score or NaN per wave and one group: shapes {x.shape}, {y.shape} and {codes.shape} came.")
    if codes.size and not 0 <= codes.min() <= codes.max() < n_groups:
        raise ValueError(f"Groups are numbered 0 to {n_groups - 1}; codes from {codes.min()} to {codes.max()} came.")
    if np.isinf(x).any() or np.isinf(y).any():
        raise ValueError("Scores are infinite. Give NaN where a person has no score.")
    return np.stack([x, y]), codes


def _estimate_welch(waves: WaveSums) -> _Found:
    n = waves.count
    free = np.maximum(n - 1, 1)
    parts = waves.square / free / np.maximum(n, 1)
    variance = parts.sum(axis=0)
    flat = ~(np.sqrt(variance) > SPREAD * waves.largest)
    reason = np.select([n.min(axis=0) == 0, n.min(axis=0) < 2, flat], ["no_answers", "too_few", "no_spread"], "")
    df = variance**2 / np.where(reason == "", (parts**2 / free).sum(axis=0), math.nan)
    errors = np.sqrt(parts)
    return _Found(waves.mean[0], waves.mean[1] - waves.mean[0], np.sqrt(variance), df, errors[0], free[0], errors[1], free[1], reason)


def _estimate_mixed(waves: WaveSums) -> _Found:
    spread = np.sqrt(waves.square.sum(axis=0) / np.maximum(waves.count.sum(axis=0), 1))
    fitted = (waves.pairs >= 2) & (spread > SPREAD * waves.largest)
    fits = fit_pairs(compute_pair_sums(waves, spread, fitted))
    error, df = np.full((2, 3, spread.size), math.nan)
    reason = np.full(spread.size, "no_spread", dtype="<U20")
    level, change = np.stack([waves.mean[0], waves.mean[1] - waves.mean[0]])
    level[fitted] += spread[fitted] * (fits.beta[:, 0] - fits.beta[:, 1] / 2)
    change[fitted] += spread[fitted] * fits.beta[:, 1]
    error[:, fitted], df[:, fitted] = spread[fitted] * fits.std_error.T, fits.df.T
    reason[fitted] = np.where((fits.reason == "") & ~(fits.df[:, 0] > LEAST_DF), "too_few", fits.reason)
    return _Found(level, change, error[0], df[0], error[1], df[1], error[2], df[2], reason)
