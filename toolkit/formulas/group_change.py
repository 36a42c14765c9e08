"""Change in one group of persons who answered before, after, or both: one school.

All answers count: REML of `y ~ post + (1|teacher)` with Kenward-Roger error and degrees of freedom (1997). The teacher variance may be
negative (compound symmetry), so that with everybody matched the result is the paired t test whatever the correlation. With nobody
matched, or a single person, who can't tell a correlation, it is Welch's t test (1947, Biometrika 34:28).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.formulas.mixed_by_school import fit_by_school
from toolkit.formulas.mixed_inference import make_contrast
from toolkit.formulas.mixed_units import Floats, Integers


@dataclass(frozen=True, slots=True)
class GroupChange:
    """The change in a group: estimate, standard error, degrees of freedom, interval, t and two-sided p-value.

    `method` is "mixed_model", "welch" or "none"; `reason` is "" or says why there is no interval: "no_answers" (in a wave), "too_few",
    "no_spread", "no_residual_variance" or "not_converged". `n_pairs` persons answered both times. `mean_before` is the mean of the same
    model, so that `mean_before + estimate` is its mean after.
    """

    mean_before: float
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


def estimate_change_in_group(
    before: ArrayLike, after: ArrayLike, before_ids: ArrayLike | None = None, after_ids: ArrayLike | None = None, level: float = 0.95
) -> GroupChange:
    """Return the change from the scores `before` to the scores `after`; equal ids mark the same person, a missing id nobody known.

    Raises ValueError for missing scores and for an id that occurs twice in a wave.
    """
    x, y = np.asarray(before, dtype=np.float64).ravel(), np.asarray(after, dtype=np.float64).ravel()
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("Scores are missing. Leave persons without a score out of the wave first.")
    persons, n_pairs = _match_persons(x.size, y.size, before_ids, after_ids)
    if min(x.size, y.size) == 0:
        return _describe(x, y, n_pairs, "none", "no_answers")
    scores, post = np.concatenate([x, y]), np.repeat([0.0, 1.0], [x.size, y.size])
    if n_pairs < 2:
        return _estimate_welch(x, y, n_pairs, level)
    fit = fit_by_school(scores, np.column_stack([np.ones(scores.size), post]), np.zeros(scores.size), persons, negative=True)
    mean_before, estimate = float(fit.params[0, 0]), float(fit.params[0, 1])
    reasons = {"no_residual_df": "too_few", "not_identified": "too_few"}
    found = fit.test([0.0, 1.0], level)
    reason = reasons.get(fit.reason, fit.reason) or ("" if found.df[0] > 0.99 else "too_few")
    if reason:
        return _describe(x, y, n_pairs, "mixed_model", reason, estimate, mean_before=mean_before)
    error, df = float(found.std_error_kr[0]), float(found.df[0])
    return _describe(x, y, n_pairs, "mixed_model", "", estimate, error, df, level, mean_before)


def _estimate_welch(x: Floats, y: Floats, n_pairs: int, level: float) -> GroupChange:
    estimate = float(y.mean() - x.mean())
    if min(x.size, y.size) < 2:
        return _describe(x, y, n_pairs, "welch", "too_few", estimate)
    a, b = float(x.var(ddof=1)) / x.size, float(y.var(ddof=1)) / y.size
    if not math.sqrt(a + b) > 1e-12 * max(np.abs(x).max(), np.abs(y).max()):
        return _describe(x, y, n_pairs, "welch", "no_spread", estimate)
    df = (a + b) ** 2 / (a**2 / (x.size - 1) + b**2 / (y.size - 1))
    return _describe(x, y, n_pairs, "welch", "", estimate, math.sqrt(a + b), df, level)


def _match_persons(n_before: int, n_after: int, before_ids: ArrayLike | None, after_ids: ArrayLike | None) -> tuple[Integers, int]:
    """Return a code per score, equal for the same person, and the number of persons in both waves."""
    n = n_before + n_after
    if before_ids is None or after_ids is None:
        return np.arange(n), 0
    ids = [np.asarray(wave, dtype=object).ravel() for wave in (before_ids, after_ids)]
    if ids[0].size != n_before or ids[1].size != n_after:
        raise ValueError(f"Every score needs one id: {n_before} and {n_after} scores, {ids[0].size} and {ids[1].size} ids came.")
    codes = pd.factorize(np.concatenate(ids))[0]
    known = codes >= 0
    persons = np.where(known, codes, n + np.arange(n))
    first, second = persons[:n_before][known[:n_before]], persons[n_before:][known[n_before:]]
    twice = [wave.size - np.unique(wave).size for wave in (first, second)]
    if any(twice):
        raise ValueError(f"{twice[0]} ids occur twice before and {twice[1]} after. Keep one score per person and wave.")
    return np.unique(persons, return_inverse=True)[1], int(np.intersect1d(first, second).size)


def _describe(
    x: Floats,
    y: Floats,
    n_pairs: int,
    method: str,
    reason: str,
    estimate: float = math.nan,
    error: float = math.nan,
    df: float = math.nan,
    level: float = 0.95,
    mean_before: float | None = None,
) -> GroupChange:
    test = make_contrast(estimate, error**2, df, method, level)
    return GroupChange(
        mean_before=mean_before if mean_before is not None else float(x.mean()) if x.size else math.nan,
        estimate=test.estimate,
        std_error=test.std_error,
        df=test.df,
        low=test.low,
        high=test.high,
        statistic=test.statistic,
        p_value=test.p_value,
        n_before=x.size,
        n_after=y.size,
        n_pairs=n_pairs,
        method=method,
        reason=reason,
    )
