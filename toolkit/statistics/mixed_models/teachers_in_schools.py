"""Teachers in schools by sufficient statistics: `y ~ x + (1|school) + (1|teacher)` or `(1 + x|school) + (1|teacher)`, in linear time.

The rows are read once, into the strata of `mixed_strata`; each evaluation of the criterion works on small matrices per school
(`nested_criterion`). The random effects belong to the first columns of X. On the inner scale these are X times the first block of
`to_units`, B, so that their covariance matrix in units of the data is B G B'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.mixed_models.design import pair_effects, split_theta
from toolkit.statistics.mixed_models.design__mixed_units import Floats, Units, standardise
from toolkit.statistics.mixed_models.likelihood import Criterion, derive_criterion
from toolkit.statistics.mixed_models.model import MixedFit, Model, VarianceComponent, solve_model
from toolkit.statistics.mixed_models.teachers_in_schools__mixed_strata import code_labels, compute_strata
from toolkit.statistics.mixed_models.teachers_in_schools__nested_criterion import Statistics, guess_variances, sum_schools, summarise_strata


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    effects: tuple[str, ...]
    negative: bool = False


def fit_nested(
    y: ArrayLike,
    x: ArrayLike,
    school: ArrayLike,
    teacher: ArrayLike,
    names: Sequence[str] = (),
    *,
    school_effects: int = 1,
    reml: bool = True,
) -> MixedFit:
    """Return the mixed model of `y` (rows) on `x` (rows x coefficients), teachers in schools.

    The first `school_effects` columns of `x` vary over schools with a full covariance matrix: 1 for `(1|school)` if the first column is
    the intercept, 2 for `(1 + post|school)` if `post` follows. Raises ValueError as `fit_mixed`, and for a teacher in two schools.
    """
    units, q, residual = standardise(y, x)
    labels = tuple(names) or tuple(f"x{i}" for i in range(units.start.size))
    (_, school_code), (_, teacher_code) = code_labels(school), code_labels(teacher)
    statistics = summarise_strata(compute_strata(np.column_stack([q, residual]), school_code, teacher_code), school_effects)
    groups = [_Group("school", labels[:school_effects]), _Group("teacher", labels[:1])]
    evaluate, list_components = partial(_compute_criterion, statistics, groups, units.n, reml), partial(_list_components, units, groups)
    return solve_model(Model(labels, reml, units, groups, evaluate, list_components, start=guess_variances(statistics, units.n)))


def _list_components(units: Units, groups: Sequence[_Group], theta: Floats) -> tuple[VarianceComponent, ...]:
    inner, teacher, residual = split_theta(theta, groups)
    effects = groups[0].effects
    back = units.to_units[: len(effects), : len(effects)]
    g = back @ inner @ back.T
    values = [("school", effects[a], effects[b], g[a, b]) for a, b in pair_effects(len(effects))]
    values += [("teacher", effects[0], effects[0], teacher[0, 0]), ("Residual", "", "", residual[0, 0])]
    return tuple(VarianceComponent(group, one, other, float(value) * units.y_scale**2) for group, one, other, value in values)


def _compute_criterion(statistics: Statistics, groups: Sequence[_Group], n: int, reml: bool, theta: Floats) -> Criterion | None:
    g, teacher, residual = split_theta(theta, groups)
    sums = sum_schools(statistics, g, float(teacher[0, 0]), float(residual[0, 0]))
    return None if sums is None else derive_criterion(sums, n, reml)
