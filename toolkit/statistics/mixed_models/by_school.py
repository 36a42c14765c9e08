"""A mixed model with coefficients of its own for every school and common variances: stage 1 of the two-stage estimators.

REML of `y ~ 0 + school + school:x + (1|teacher)`, intervals per school after Kenward and Roger (1997). All quantities are sums over the
strata of `teachers_in_schools`, so one evaluation costs as much for 14 schools as for one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from toolkit.statistics.mixed_models.design import Floats
from toolkit.statistics.mixed_models.inference import LARGE, invert_positive, is_identified
from toolkit.statistics.mixed_models.likelihood import ZERO, Search, search_minimum
from toolkit.statistics.mixed_models.teachers_in_schools import (
    SchoolBasis,
    SchoolCriterion,
    code_labels,
    compute_school_criterion,
    compute_strata,
    reduce_schools,
)


@dataclass(frozen=True, slots=True, eq=False)
class SchoolContrasts:
    """One contrast in every school: estimate, model SE, Kenward-Roger SE and df, interval and p; NaN where it cannot be estimated."""

    estimate: Floats
    std_error: Floats
    std_error_kr: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SchoolFits:
    """Coefficients per school (schools x coefficients) with common variances; `reason` as in `model.MixedFit`."""

    schools: NDArray[np.generic]
    params: Floats
    var_teacher: float
    var_residual: float
    criterion: float
    n: int
    residual_df: int
    singular: bool
    converged: bool
    reason: str
    basis: SchoolBasis
    found: Search[SchoolCriterion] | None

    def test(self, contrast: ArrayLike, level: float = 0.95) -> SchoolContrasts:
        """Return the contrast of the coefficients in every school."""
        c = np.asarray(contrast, dtype=np.float64)
        estimate = self.params @ c
        estimate = np.where(self.basis.spans(c), np.where(np.abs(estimate) > self.basis.noise, estimate, 0.0), math.nan)
        if self.found is None:
            nothing = np.full(estimate.size, math.nan)
            return SchoolContrasts(estimate, nothing, nothing, nothing, nothing, nothing, nothing)
        return _test_schools(self.found.criterion, estimate, self.basis.turn(c), self.basis.y_scale, level)


@dataclass(frozen=True, slots=True)
class _Variance:
    effects: tuple[str, ...] = ("(Intercept)",)
    negative: bool = False


def fit_by_school(y: ArrayLike, x: ArrayLike, school: ArrayLike, teacher: ArrayLike) -> SchoolFits:
    """Return the model of `y` (rows) on `x` (rows x coefficients, the intercept included) with own coefficients for every school.

    Raises ValueError for missing values and for a teacher with rows in two schools.
    """
    outcome = np.asarray(y, dtype=np.float64)
    columns = np.asarray(x, dtype=np.float64)
    if not (np.isfinite(outcome).all() and np.isfinite(columns).all()):
        raise ValueError("The model per school needs complete rows: y or X holds missing or infinite numbers. Leave those rows out first.")
    labels, school_code = code_labels(school)
    q, residual, basis = reduce_schools(outcome, columns, school_code, labels.size)
    strata = compute_strata(np.column_stack([q, residual / (basis.y_scale or 1.0)]), school_code, code_labels(teacher)[1])
    freedom = outcome.size - int((basis.sizes > 0).sum())
    found = None
    reason = "no_residual_df" if freedom <= 0 else "no_spread" if basis.y_scale == 0 else ""
    if not reason:
        found = search_minimum(partial(compute_school_criterion, strata, freedom, basis.sizes <= 0), [_Variance()])
        reason = _name_reason(found)
    theta = np.full(2, 0.0 if reason == "no_spread" else math.nan) if found is None else found.theta
    return _describe(labels, basis, found, reason, (float(theta[0]), float(theta[1])), outcome.size, freedom)


def _name_reason(found: Search[SchoolCriterion] | None) -> str:
    if found is None or not (found.converged or found.criterion.least < ZERO):
        return "not_converged"
    if found.criterion.least < ZERO:
        return "no_residual_variance"
    return "" if is_identified(found.criterion.expected, found.criterion.traces) else "not_identified"


def _describe(
    labels: NDArray[np.generic],
    basis: SchoolBasis,
    found: Search[SchoolCriterion] | None,
    reason: str,
    variances: tuple[float, float],
    n: int,
    freedom: int,
) -> SchoolFits:
    beta = np.zeros_like(basis.start) if found is None else found.criterion.beta
    value = math.nan if found is None else found.criterion.value
    log_det_x = float(np.log(basis.sizes[basis.sizes > 0]).sum())
    return SchoolFits(
        schools=labels,
        params=basis.start + np.einsum("jab,jb->ja", basis.u, beta) * basis.y_scale,
        var_teacher=variances[0] * basis.y_scale**2,
        var_residual=variances[1] * basis.y_scale**2,
        criterion=value + log_det_x + freedom * 2 * math.log(basis.y_scale or 1.0),
        n=n,
        residual_df=freedom,
        singular=found is None or bool(found.theta.min() < ZERO),
        converged=found is not None and found.converged,
        reason=reason,
        basis=basis,
        found=None if reason == "no_residual_variance" else found,
    )


def _test_schools(at: SchoolCriterion, estimate: Floats, c: Floats, y_scale: float, level: float) -> SchoolContrasts:
    """Kenward-Roger per school: Phi_A = Phi + 2 Phi {sum W_kl (Q_kl - P_k Phi P_l)} Phi, df = 2 (c'Phi c)^2 / (g'W g)."""
    w = 2 * invert_positive(at.expected, at.traces)
    phi_c = np.einsum("jab,jb->ja", at.phi, c)
    variance = np.einsum("ja,ja->j", c, phi_c)
    g = np.einsum("ja,kjab,jb->kj", phi_c, at.p_k, phi_c)
    turned = at.p_k @ phi_c[..., None]
    inflation = np.einsum("kl,ja,kljab,jb->j", w, phi_c, at.q_kl, phi_c) - np.einsum("kl,kjax,jab,ljbx->j", w, turned, at.phi, turned)
    adjusted = variance + 2 * inflation
    usable = np.isfinite(estimate) & (adjusted > 0)
    spread = np.maximum(np.einsum("kj,kl,lj->j", g, w, g), 2 * variance**2 / LARGE)
    df = 2 * variance**2 / np.where(usable, spread, math.nan)
    error = np.sqrt(np.where(usable, adjusted, math.nan)) * y_scale
    reach = stdtrit(df, 0.5 + level / 2) * error
    return SchoolContrasts(
        estimate=estimate,
        std_error=np.sqrt(np.where(usable, variance, math.nan)) * y_scale,
        std_error_kr=error,
        df=df,
        low=estimate - reach,
        high=estimate + reach,
        p_value=2 * stdtr(df, -np.abs(estimate / error)),
    )
