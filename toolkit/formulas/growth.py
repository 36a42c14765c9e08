"""Change over three waves or more as a slope in real time: per school first, then the unweighted mean over schools.

Stage 1 is REML with an own line for every school and random lines of teachers, `(1 + time|teacher)`. Where the data cannot carry that
(two waves, a singular fit), teachers differ in level only, `(1|teacher)`, and the result says so. Stage 2 is that of `two_stage`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.formulas.meta import RandomEffects, estimate_random_effects
from toolkit.formulas.mixed_by_school import SchoolContrasts
from toolkit.formulas.mixed_design import RandomTerm
from toolkit.formulas.mixed_fit import fit_mixed
from toolkit.formulas.mixed_result import MixedFit
from toolkit.formulas.mixed_strata import code_labels
from toolkit.formulas.two_stage import SchoolMean, average_schools, estimate_two_stage


@dataclass(frozen=True, slots=True, eq=False)
class SchoolGrowth:
    """The slope of every school (per unit of time), their unweighted mean, and how much they differ.

    `method` is "teacher_lines" or "teacher_levels"; `reason` says why it is not the former: "singular", "not_identified",
    "not_converged", "no_residual_variance", "no_residual_df", "no_spread", "one_wave" (in every school) or "".
    """

    schools: NDArray[np.generic]
    slopes: SchoolContrasts
    mean: SchoolMean
    heterogeneity: RandomEffects
    method: str
    reason: str


def estimate_school_growth(y: ArrayLike, time: ArrayLike, school: ArrayLike, teacher: ArrayLike, level: float = 0.95) -> SchoolGrowth:
    """Return the slope of `y` on `time` in every school, and its mean; schools with one wave have no slope.

    Raises ValueError for missing values and for a teacher with answers in two schools.
    """
    when = np.asarray(time, dtype=np.float64)
    labels, codes = code_labels(school)
    levels = estimate_two_stage(y, np.column_stack([np.ones(when.size), when]), school, teacher, [0.0, 1.0], level)
    moving = np.flatnonzero(np.isfinite(levels.changes.estimate))
    if moving.size == 0:
        return SchoolGrowth(labels, levels.changes, levels.mean, levels.heterogeneity, "teacher_levels", levels.reason or "one_wave")
    lines = _fit_lines(np.asarray(y, dtype=np.float64), when, codes, np.asarray(teacher), moving)
    reason = lines.reason or ("singular" if lines.singular else "")
    if reason:
        return SchoolGrowth(labels, levels.changes, levels.mean, levels.heterogeneity, "teacher_levels", reason)
    slopes = _read_slopes(lines, moving, labels.size, level)
    known = np.isfinite(slopes.std_error)
    effects = estimate_random_effects(slopes.estimate[known], slopes.std_error[known] ** 2, level)
    return SchoolGrowth(labels, slopes, average_schools(slopes.estimate, level), effects, "teacher_lines", "")


def _fit_lines(y: np.ndarray, time: np.ndarray, school: np.ndarray, teacher: np.ndarray, moving: np.ndarray) -> MixedFit:
    """Return the model with random lines of teachers over the schools with a slope; coefficients are all levels, then all slopes."""
    rows = np.isin(school, moving)
    dummies = (school[rows, None] == moving).astype(np.float64)
    z = np.column_stack([np.ones(rows.sum()), time[rows]])
    terms = [RandomTerm("teacher", teacher[rows], z, ("(Intercept)", "time"))]
    return fit_mixed(y[rows], np.column_stack([dummies, dummies * time[rows, None]]), terms)


def _read_slopes(fit: MixedFit, moving: np.ndarray, n_schools: int, level: float) -> SchoolContrasts:
    tests = [fit.test(c, "kenward-roger", level) for c in np.eye(fit.params.size)[moving.size :]]
    values = np.full((7, n_schools), math.nan)
    values[:, moving] = np.array(
        [(t.estimate, error, t.std_error, t.df, t.low, t.high, t.p_value) for t, error in zip(tests, fit.bse[moving.size :], strict=True)]
    ).T
    return SchoolContrasts(*values)
