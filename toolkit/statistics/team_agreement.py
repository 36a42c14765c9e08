"""How far the people of a team agree and how much of a score is the team: rwg(j), average deviation, ICC(1) and ICC(2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtrc, fdtri

from toolkit.statistics.arrays import (
    NAN,
    ROUNDING,
    Floats,
    Integers,
    as_codes,
    as_matrix,
    as_vector,
    check_lengths,
    check_share,
    divide,
    find_root,
)

Null = Literal["uniform", "slight_skew"]

SLIGHT_SKEW = {5: 1.34, 7: 2.90}
"""Variance of answers with a slight skew, by number of answer options (LeBreton & Senter 2008, table 2)."""


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """Agreement of each team, arrays of shape (teams,) in the order of `teams`; NaN for teams of one."""

    teams: NDArray[Any]
    n: Integers
    item_variance: Floats
    rwgj: Floats
    rwg_star: Floats
    average_deviation: Floats


def compute_null_variance(options: int, null: Null = "uniform") -> float:
    """Return the answer variance expected without any agreement, for a number of answer `options`.

    Uniform: (A² - 1) / 12 (James et al. 1984). Slight skew: the published values for 5 and 7 options, NaN for other numbers.
    """
    if options < 2:
        raise ValueError(f"`options` is {options}; a scale has at least 2 answer options.")
    return (options**2 - 1) / 12 if null == "uniform" else SLIGHT_SKEW.get(options, float("nan"))


def compute_rwgj(item_variance: ArrayLike, items: int, null_variance: float) -> Floats:
    """Return rwg(j) = m (1 - q) / (m (1 - q) + q) of m `items`, with q = mean item variance / null variance, at most 1.

    Source: James et al. (1984); the cap keeps the index at 0 where people agree less than chance. NaN stays NaN.
    """
    q = np.minimum(np.asarray(item_variance, dtype=np.float64) / null_variance, 1)
    rwgj: Floats = items * (1 - q) / (items * (1 - q) + q)
    return rwgj


def compute_agreement(answers: ArrayLike, teams: Any, options: int, null: Null = "uniform") -> TeamAgreement:
    """Return the agreement of each team over the items of one scale, from `answers` (n, m) and `teams` (n,).

    Answers count in steps: neighbouring options differ by 1. r*wg = 1 - s² / null variance with s² the mean item variance, at least 0;
    the average deviation is the mean distance of the answers to the team's item mean, over the items. Missing answers leave out that
    answer only: an item counts in a team where two people answered it, `n` counts the people with any answer.
    """
    matrix, codes, labels = _check_answers(answers, teams)
    members = [matrix[codes == code] for code in range(labels.size)]
    variance = np.array([_mean_item_variance(team) for team in members])
    sigma = compute_null_variance(options, null)
    return TeamAgreement(
        labels,
        np.array([int(np.any(~np.isnan(team), axis=1).sum()) for team in members], dtype=np.int64),
        variance,
        compute_rwgj(variance, matrix.shape[1], sigma),
        1 - np.minimum(variance / sigma, 1),
        np.array([_mean_deviation(team) for team in members]),
    )


def compute_agreement_percentile(
    answers: ArrayLike, teams: Any, options: int, generator: np.random.Generator, draws: int = 1000, null: Null = "uniform"
) -> Floats:
    """Return for each team the percentage of pseudo-teams that agree less: `draws` teams of its size drawn from all people.

    Equal agreement counts half, so a team like any other stands at 50. Source: Bliese (2000), random group resampling.
    """
    observed = compute_agreement(answers, teams, options, null)
    matrix, _, _ = _check_answers(answers, teams)
    pool = matrix[np.any(~np.isnan(matrix), axis=1)]
    sigma = compute_null_variance(options, null)
    sizes = np.unique(observed.n)
    chance = {n: compute_rwgj(_draw_variances(pool, int(n), draws, generator), matrix.shape[1], sigma) for n in sizes}
    return np.array([_percentile(chance[n], value) for n, value in zip(observed.n, observed.rwgj, strict=True)])


def _check_answers(answers: ArrayLike, teams: Any) -> tuple[Floats, Integers, NDArray[Any]]:
    matrix = as_matrix(answers, "answers")
    codes, labels = as_codes(teams, "teams")
    check_lengths(answers=matrix, teams=codes)
    return matrix[codes >= 0], codes[codes >= 0], labels


def _draw_variances(matrix: Floats, size: int, draws: int, generator: np.random.Generator) -> Floats:
    """Return the mean item variance of `draws` teams of `size` people drawn without replacement."""
    return _mean_item_variance(matrix[_draw_teams(len(matrix), size, draws, generator)])


def _draw_teams(people: int, size: int, draws: int, generator: np.random.Generator) -> Integers:
    """Return `draws` teams (draws, size) of different people, by Floyd's method for all teams at once.

    Member i is drawn from the first `people - size + i + 1`, and is the last of these where that one is in the team already (Bentley &
    Floyd 1987). Up to 10,000 people these are the numbers that so many calls of `Generator.choice` without replacement and shuffling give.
    """
    last = np.arange(people - size, people)
    teams = generator.integers(0, np.broadcast_to(last, (draws, size)), endpoint=True)
    for member in range(1, size):
        taken = (teams[:, :member] == teams[:, member, None]).any(axis=1)
        teams[taken, member] = last[member]
    return teams


def _mean_item_variance(team: Floats) -> Floats:
    """Return the mean over items of the variances over people; people are the last dimension but one."""
    answered = ~np.isnan(team)
    n = answered.sum(axis=-2)
    squares = np.where(answered, (team - _item_means(team)) ** 2, 0).sum(axis=-2)
    return _mean_over_items(squares / np.maximum(n - 1, 1), n > 1)


def _mean_deviation(team: Floats) -> Floats:
    """Return the mean over items of the mean distance to the item mean."""
    answered = ~np.isnan(team)
    n = answered.sum(axis=-2)
    return _mean_over_items(np.where(answered, np.abs(team - _item_means(team)), 0).sum(axis=-2) / np.maximum(n, 1), n > 1)


def _item_means(team: Floats) -> Floats:
    answered = ~np.isnan(team)
    means: Floats = np.where(answered, team, 0).sum(axis=-2, keepdims=True) / np.maximum(answered.sum(axis=-2, keepdims=True), 1)
    return means


def _mean_over_items(values: Floats, counted: NDArray[np.bool_]) -> Floats:
    total = np.where(counted, values, 0).sum(axis=-1)
    items = counted.sum(axis=-1)
    return np.where(items > 0, total / np.maximum(items, 1), np.nan)


def _percentile(chance: Floats, value: float) -> float:
    if np.isnan(value):
        return float("nan")
    tie = np.isclose(chance, value, rtol=1e-12, atol=1e-12)
    return 100 * float(np.mean((chance < value) & ~tie) + np.mean(tie) / 2)


@dataclass(frozen=True, slots=True)
class TeamICC:
    """ICC(1) with the size k0 and its F interval, ICC(1) with the mean size, ICC(2) with its interval, and their mean squares."""

    icc1: float
    low: float
    high: float
    icc1_mean_size: float
    icc2: float
    icc2_low: float
    icc2_high: float
    f: float
    df_between: int
    df_within: int
    p_value: float
    ms_between: float
    ms_within: float
    k0: float
    mean_size: float
    teams: int
    n: int


@dataclass(frozen=True, slots=True)
class TeamVariance:
    """Variance between and within teams by REML; `at_boundary` tells that no variance between teams was found."""

    icc1: float
    between: float
    within: float
    at_boundary: bool
    teams: int
    n: int


@dataclass(frozen=True, slots=True)
class _Teams:
    """The sufficient statistics of people in teams: sizes, means and the sum of squares within teams."""

    sizes: Floats
    means: Floats
    within: float

    @property
    def n(self) -> int:
        return int(self.sizes.sum())


def compute_team_icc(values: ArrayLike, teams: Any, level: float = 0.95) -> TeamICC:
    """Return the analysis-of-variance ICCs of `values` (n,) in `teams` (n,); people who miss either are left out.

    ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB (Bliese 2000), with the exact F interval;
    k0 = (N - sum n_j² / N) / (J - 1), for comparison also k = N / J. Fewer than two teams, no team of two, or no spread give NaN.
    """
    check_share(level, "level")
    t = _summarise_teams(values, teams)
    df_b = max(t.sizes.size - 1, 0)
    df_w = t.n - t.sizes.size
    grand = divide(float(t.sizes @ t.means), t.n)
    ms_b = divide(float(t.sizes @ (t.means - grand) ** 2), df_b)
    ms_w = divide(t.within, df_w)
    k0 = divide(t.n - divide(float(t.sizes @ t.sizes), t.n), df_b)
    k = divide(t.n, t.sizes.size)
    f = divide(ms_b, ms_w)
    f_low, f_high = (f / float(fdtri(df_b, df_w, q)) if f > 0 else NAN for q in ((1 + level) / 2, (1 - level) / 2))
    icc1, icc1_k = (divide(ms_b - ms_w, ms_b + (size - 1) * ms_w) for size in (k0, k))
    p_value = float(fdtrc(df_b, df_w, f)) if f >= 0 else NAN
    return TeamICC(
        icc1, (f_low - 1) / (f_low + k0 - 1), (f_high - 1) / (f_high + k0 - 1), icc1_k,
        divide(ms_b - ms_w, ms_b), 1 - divide(1, f_low), 1 - divide(1, f_high),
        f, df_b, df_w, p_value, ms_b, ms_w, k0, k, t.sizes.size, t.n,
    )  # fmt: skip


def compute_team_variance(values: ArrayLike, teams: Any) -> TeamVariance:
    """Return the REML variances of `values` (n,) between and within `teams` (n,), and ICC(1) = between / (between + within).

    The residual likelihood is profiled over the ratio of the two variances, so that one number is searched; at its best value
    the derivative is 0, or the ratio is 0 (`at_boundary`). Degenerate input as in `compute_team_icc`.
    """
    t = _summarise_teams(values, teams)
    if t.sizes.size < 2 or t.n == t.sizes.size or t.within == 0:
        return TeamVariance(NAN, NAN, NAN, False, t.sizes.size, t.n)
    icc = _search_icc(t)
    ratio = icc / (1 - icc)
    _, q = _weigh_teams(t, ratio)
    within = q / (t.n - 1)
    return TeamVariance(icc, ratio * within, within, icc == 0, t.sizes.size, t.n)


def compute_mean_reliability(icc1: float, size: ArrayLike) -> Floats:
    """Return the reliability n ICC(1) / (1 + (n - 1) ICC(1)) of the mean of teams of each `size`; NaN where ICC(1) is negative."""
    n = np.asarray(size, dtype=np.float64)
    return n * icc1 / (1 + (n - 1) * icc1) if icc1 >= 0 else np.full(n.shape, NAN)


def _summarise_teams(values: ArrayLike, teams: Any) -> _Teams:
    y = as_vector(values, "values")
    codes, _ = as_codes(teams, "teams")
    check_lengths(values=y, teams=codes)
    present = ~np.isnan(y) & (codes >= 0)
    y = y[present]
    codes = np.unique(codes[present], return_inverse=True)[1]
    sizes = np.bincount(codes).astype(np.float64)
    means = np.bincount(codes, y) / sizes
    residuals = y - means[codes]
    within = float(residuals @ residuals)
    rounding = y.size * (ROUNDING * float(np.max(np.abs(y), initial=0))) ** 2
    return _Teams(sizes, means, within if within > rounding else 0.0)


def _weigh_teams(t: _Teams, ratio: float) -> tuple[Floats, float]:
    """Return the weights n / (1 + n ratio) and the weighted residual sum of squares."""
    weights = t.sizes / (1 + t.sizes * ratio)
    mean = weights @ t.means / weights.sum()
    return weights, t.within + float(weights @ (t.means - mean) ** 2)


def _search_icc(t: _Teams) -> float:
    """Return the ICC with the lowest -2 log residual likelihood: a grid finds the valley, the derivative its floor."""

    def criterion(icc: float) -> float:
        weights, q = _weigh_teams(t, icc / (1 - icc))
        return float(np.sum(np.log(t.sizes / weights)) + np.log(weights.sum()) + (t.n - 1) * np.log(q))

    def slope(icc: float) -> float:
        weights, q = _weigh_teams(t, icc / (1 - icc))
        mean = weights @ t.means / weights.sum()
        return float(weights.sum() - weights @ weights / weights.sum() - (t.n - 1) * (weights**2 @ (t.means - mean) ** 2) / q)

    grid = np.concatenate([[0.0], np.geomspace(1e-6, 0.5, 60), 1 - np.geomspace(0.5, 1e-9, 60)[1:]])
    best = int(np.argmin([criterion(icc) for icc in grid]))
    low = grid[max(best - 1, 0)]
    high = grid[min(best + 1, grid.size - 1)]
    if slope(low) >= 0:
        return 0.0
    return find_root(slope, low, high, xtol=1e-15, rtol=1e-14) if slope(high) > 0 else float(high)
