"""How far the people of a team agree: rwg(j), r*wg and the average deviation, and how that compares with chance teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.arrays import Floats, Integers, as_codes, as_matrix, check_lengths

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
    pool, sigma = matrix[np.any(~np.isnan(matrix), axis=1)], compute_null_variance(options, null)
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
    total, items = np.where(counted, values, 0).sum(axis=-1), counted.sum(axis=-1)
    return np.where(items > 0, total / np.maximum(items, 1), np.nan)


def _percentile(chance: Floats, value: float) -> float:
    if np.isnan(value):
        return float("nan")
    tie = np.isclose(chance, value, rtol=1e-12, atol=1e-12)
    return 100 * float(np.mean((chance < value) & ~tie) + np.mean(tie) / 2)
