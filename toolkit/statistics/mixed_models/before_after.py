"""Change in groups of persons who answered before, after, or both: the change of each school.

All answers count: REML of `y ~ post + (1|teacher)` with Kenward-Roger error and degrees of freedom (1997). The teacher variance may be
negative (compound symmetry), so that with everybody matched the result is the paired t test whatever the correlation. With nobody
matched, or a single person, who can't tell a correlation, it is Welch's t test (1947, Biometrika 34:28). Groups have nothing in common;
they are estimated at once because that takes little longer than one.

Turn the two answers of a person into their difference (y2 - y1) / sqrt 2, with variance a = sigma^2, and their sum (y1 + y2) / sqrt 2,
with variance b = sigma^2 + 2 tau^2; an answer that stands alone has variance (a + b) / 2. So V is diagonal over four classes, and the
restricted likelihood, its derivatives and the quantities of Kenward & Roger (1997, Biometrics 53:983) are sums over the classes of counts,
means and sums of squares. With theta = (b, a) positive V is positive definite, whether or not tau^2 is negative. A group needs two pairs:
then differences and sums each tell one variance, so that theta is identified. Others who vary much more than a few pairs do can give the
criterion a second minimum (a or b large, their mean being told); the search starts at a = b and takes the one it comes to.

Shapes: g groups, c and d classes, i and j coefficients (the level halfway and the change), k and l parameters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from toolkit.statistics.mixed_models.design import Floats, Integers
from toolkit.statistics.mixed_models.inference import LARGE
from toolkit.statistics.mixed_models.likelihood import ZERO
from toolkit.statistics.mixed_models.teachers_in_schools import TINY

SPREAD = 1e-12
"""Scores that differ by less than this part of the largest have no spread."""

LEAST_DF = 0.99
"""Below so many degrees of freedom a t interval says nothing."""


#: The classes in this order: differences, sums, before only, after only. Rows of X, and dV / dtheta.
DESIGN = np.array([[0.0, math.sqrt(0.5)], [math.sqrt(2.0), 0.0], [1.0, -0.5], [1.0, 0.5]])
SHARES = np.array([[0.0, 1.0, 0.5, 0.5], [1.0, 0.0, 0.5, 0.5]])
#: The change, the level before and the level after, as contrasts of the coefficients.
CONTRASTS = np.array([[0.0, 1.0], [1.0, -0.5], [1.0, 0.5]])
STEP = 1e-10
"""The search ends with a step smaller than this part of the standard errors of theta (the root of the fall it promises)."""


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
    x = np.asarray(before, dtype=np.float64).ravel()
    y = np.asarray(after, dtype=np.float64).ravel()
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
    statistic = found.estimate / error
    reach = stdtrit(df, 0.5 + level / 2) * error
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
    x = np.asarray(before, dtype=np.float64)
    y = np.asarray(after, dtype=np.float64)
    codes = np.asarray(group, dtype=np.intp)
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


@dataclass(frozen=True, slots=True, eq=False)
class PairCriterion:
    """-2 log restricted likelihood per group but for a constant, its derivatives by theta, and what they are made of.

    `leverage` is x_c' Phi x_d; `value` is infinite where V is singular for all purposes.
    """

    value: Floats
    gradient: Floats
    hessian: Floats
    expected: Floats
    variance: Floats
    beta: Floats
    phi: Floats
    leverage: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PairFits:
    """Level halfway and change (groups x 2) with Kenward-Roger errors and degrees of freedom of the change, the level before and after.

    `std_error` and `df` are groups x 3, in that order (`CONTRASTS`).

    `reason` is "", "not_converged" or "no_residual_variance"; then error and df are NaN, as they are where the adjusted variance is not
    positive.
    """

    theta: Floats
    beta: Floats
    std_error: Floats
    df: Floats
    reason: NDArray[np.str_]


def fit_pairs(sums: PairSums) -> PairFits:
    """Return the model in every group; scores are residuals of the means per wave, divided by their root mean square."""
    theta, converged = _search(sums)
    at = compute_pair_criterion(sums, theta)
    singular = theta.min(axis=1) < ZERO
    reason = np.where(singular, "no_residual_variance", np.where(converged, "", "not_converged"))
    adjusted, df = (np.stack(parts, axis=1) for parts in zip(*(_adjust(sums.count, at, c) for c in CONTRASTS), strict=True))
    usable = (reason == "")[:, None] & (adjusted > 0)
    error = np.sqrt(np.where(usable, adjusted, math.nan))
    return PairFits(theta, at.beta, error, np.where(usable, df, math.nan), reason)


def compute_pair_criterion(sums: PairSums, theta: Floats) -> PairCriterion:
    """Return the criterion of every group at its own `theta` (groups x 2)."""
    n = sums.count
    v = np.maximum(theta @ SHARES, TINY)
    information = np.einsum("gc,ci,cj->gij", n / v, DESIGN, DESIGN)
    phi = np.linalg.inv(information)
    beta = np.einsum("gij,gj->gi", phi, (n / v * sums.mean) @ DESIGN)
    residual = sums.mean - beta @ DESIGN.T
    square = sums.square + n * residual**2
    leverage = DESIGN @ phi @ DESIGN.T
    own = np.einsum("gcc->gc", leverage)
    value = (n * np.log(v) + square / v).sum(axis=1) + np.log(np.linalg.det(information))
    expected = _sum_over_classes(n / v**2 - 2 * n * own / v**3, n / v**2, leverage**2)
    curved = _sum_over_classes(square / v**3, n * residual / v**2, -leverage)
    return PairCriterion(
        value=np.where(theta.min(axis=1) < TINY, math.inf, value),
        gradient=(n / v - n * own / v**2 - square / v**2) @ SHARES.T,
        hessian=2 * curved - expected,
        expected=expected,
        variance=v,
        beta=beta,
        phi=phi,
        leverage=leverage,
    )


def _sum_over_classes(alone: Floats, factor: Floats, joint: Floats) -> Floats:
    """Return sum_c D_kc D_lc alone_c + sum_cd D_kc D_ld factor_c factor_d joint_cd for all parameters k and l."""
    turned = SHARES * factor[:, None, :]
    summed: Floats = (SHARES * alone[:, None, :]) @ SHARES.T + turned @ joint @ turned.transpose(0, 2, 1)
    return summed


def _adjust(n: Floats, at: PairCriterion, c: Floats) -> tuple[Floats, Floats]:
    """Return the adjusted variance of a contrast, Phi + 2 Phi {sum W_kl (Q_kl - P_k Phi P_l)} Phi, and df = 2 (c'Phi c)^2 / (g'W g)."""
    v = at.variance
    variance = at.phi @ c @ c
    w = 2 * np.linalg.inv(at.expected)
    a = at.phi @ c @ DESIGN.T
    bracket = _sum_over_classes(n * a**2 / v**3, n * a / v**2, -at.leverage)
    adjusted = variance + 2 * (w * bracket).sum(axis=(1, 2))
    g = (n * a**2 / v**2) @ SHARES.T
    spread = np.maximum(np.einsum("gk,gkl,gl->g", g, w, g), 2 * variance**2 / LARGE)
    return adjusted, 2 * variance**2 / spread


def _search(sums: PairSums) -> tuple[Floats, NDArray[np.bool_]]:
    """Return theta and whether the search came to rest: Newton steps on the roots of theta, halved until the criterion falls."""
    root = np.full((sums.count.shape[0], 2), math.sqrt(0.5))
    value, move, promise = _look_ahead(compute_pair_criterion(sums, root**2), root)
    share = np.ones(value.size)
    rested = np.zeros(value.size, dtype=bool)
    searching = np.arange(value.size)
    for _ in range(400):
        trial = root[searching] + share[searching, None] * move[searching]
        there, further, fall = _look_ahead(compute_pair_criterion(sums.take(searching), trial**2), trial)
        wanted = value[searching] + 1e-4 * share[searching] * promise[searching] + 1e-13 * (np.abs(value[searching]) + 1.0)
        falls = there <= wanted
        won = searching[falls]
        rested[won] = -promise[won] < STEP**2
        root[won], value[won], move[won], promise[won] = trial[falls], there[falls], further[falls], fall[falls]
        share[searching] = np.where(falls, 1.0, share[searching] / 2)
        stuck = (share < 0.5**40) | ((root**2).min(axis=1) < 1e-2 * ZERO)
        searching = np.flatnonzero(~rested & ~stuck)
        if searching.size == 0:
            break
    return root**2, rested


def _look_ahead(at: PairCriterion, root: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the criterion, the step by the absolute curvature, so that none climbs towards a saddle, and the fall it promises."""
    slope = 2 * root * at.gradient
    curvature = 4 * root[:, :, None] * root[:, None, :] * at.hessian + 2 * at.gradient[:, :, None] * np.eye(2)
    values, axes = np.linalg.eigh(curvature)
    size = np.abs(values)
    size = np.maximum(size, 1e-8 * np.maximum(size.max(axis=1, keepdims=True), 1.0))
    move = -np.einsum("gik,gjk,gj->gi", axes / size[:, None, :], axes, slope)
    move /= np.maximum(1.0, np.linalg.norm(move, axis=1, keepdims=True) / 2)
    return at.value, move, (slope * move).sum(axis=1)


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
    kept = chosen[waves.group]
    n_groups = int(chosen.sum())
    first, second = waves.residual[:, kept] / unit[waves.group[kept]]
    values = np.stack([(second - first) * math.sqrt(0.5), (first + second) * math.sqrt(0.5), first, second])
    before = ~np.isnan(first)
    after = ~np.isnan(second)
    used = np.stack([before & after, before & after, before & ~after, after & ~before])
    code = (np.cumsum(chosen) - 1)[waves.group[kept]] + n_groups * np.arange(4)[:, None]
    parts = _sum_by_code(values[used], code[used], 4 * n_groups)
    return PairSums(*(part.reshape(4, n_groups).T for part in parts[:3]))


def _sum_by_code(values: Floats, code: Integers, n_codes: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return number, mean (0 of nothing) and sum of squares around it per code, and the values as distance from their mean."""
    count: Floats = np.bincount(code, minlength=n_codes).astype(np.float64)
    mean = np.zeros(n_codes)
    residual = values
    for _ in range(2):  # the second time takes away the rounding of the first
        step = np.bincount(code, residual, n_codes) / np.maximum(count, 1.0)
        mean = mean + step
        residual = residual - step[code]
    return count, mean, np.bincount(code, residual**2, n_codes).astype(np.float64), residual
