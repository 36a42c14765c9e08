"""The mixed-model engine for up to a few thousand rows: fit once, then ask for contrasts, intervals and F tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from toolkit.formulas.mixed_criterion import Criterion, compute_criterion
from toolkit.formulas.mixed_design import Floats, MixedDesign, RandomTerm, list_parameters, make_design, split_theta, unit_factors
from toolkit.formulas.mixed_inference import (
    ContrastTest,
    Inference,
    JointTest,
    compare_contrasts,
    find_df,
    find_variance,
    is_identified,
    make_contrast,
    make_inference,
)
from toolkit.formulas.mixed_search import ZERO, Search, search_minimum


@dataclass(frozen=True, slots=True)
class VarianceComponent:
    """A variance (both effects equal) or covariance of the random effects of `group`, in squared units of y; 'Residual' is last."""

    group: str
    effect: str
    other: str
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class MixedFit:
    """A fitted mixed model.

    `criterion` is -2 log (restricted) likelihood. `singular`: a variance is zero or a correlation is one. `reason` names in one word
    why the fit is unusual: "no_spread", "no_residual_variance", "no_residual_df", "not_identified", "not_converged" or "".
    Standard errors are NaN where the residual variance cannot be estimated.
    """

    names: tuple[str, ...]
    params: Floats
    cov: Floats
    varcomp: tuple[VarianceComponent, ...]
    criterion: float
    reml: bool
    n: int
    singular: bool
    converged: bool
    steps: int
    reason: str
    design: MixedDesign
    theta: Floats
    inference: Inference | None

    @property
    def bse(self) -> Floats:
        """Return the standard errors of the coefficients, sqrt(diag(Phi))."""
        return np.sqrt(np.diag(self.cov))

    def df(self, method: str = "satterthwaite") -> Floats:
        """Return the degrees of freedom of every coefficient by "satterthwaite" or "kenward-roger"."""
        return np.array([self.test(c, method).df for c in np.eye(self.params.size)])

    def conf_int(self, method: str = "satterthwaite", level: float = 0.95) -> Floats:
        """Return the interval of every coefficient (coefficients x 2)."""
        tests = [self.test(c, method, level) for c in np.eye(self.params.size)]
        return np.array([(test.low, test.high) for test in tests])

    def test(self, contrast: ArrayLike, method: str = "satterthwaite", level: float = 0.95) -> ContrastTest:
        """Return the estimate, interval and test of one contrast of the coefficients."""
        c = np.asarray(contrast, dtype=np.float64)
        estimate = float(c @ self.params)
        if self.inference is None:
            return make_contrast(estimate, math.nan, math.nan, method, level)
        inner = self.design.to_units.T @ c
        variance = find_variance(self.inference, inner, method) * self.design.y_scale**2
        return make_contrast(estimate, variance, find_df(self.inference, inner, method), method, level)

    def test_jointly(self, contrasts: ArrayLike, method: str = "kenward-roger") -> JointTest:
        """Return the F test that several contrasts (rows) are all zero."""
        rows = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        if self.inference is None:
            return JointTest(math.nan, rows.shape[0], math.nan, math.nan, math.nan, method)
        estimates = rows @ self.params / self.design.y_scale
        return compare_contrasts(self.inference, rows @ self.design.to_units, estimates, method)


def fit_mixed(y: ArrayLike, x: ArrayLike, random: Sequence[RandomTerm], names: Sequence[str] = (), *, reml: bool = True) -> MixedFit:
    """Return the mixed model of scores `y` (rows) on `x` (rows x coefficients, the intercept included) with the terms `random`.

    V is block diagonal over the groups that hang together. A solution on the boundary is kept and flagged as `singular`; data without
    spread give NaN errors and a `reason`. Raises ValueError for missing values and for dependent columns of `x`.
    """
    design = make_design(y, x, random)
    labels = tuple(names) or tuple(f"x{i}" for i in range(design.x.shape[1]))
    if len(labels) != design.x.shape[1]:
        raise ValueError(f"X has {design.x.shape[1]} columns, but {len(labels)} names came: {list(labels)}.")
    reason = "no_residual_df" if design.n <= design.x.shape[1] else "no_spread" if design.y_scale == 0 else ""
    if reason:
        return _describe_nothing(design, labels, reml, reason)
    found = search_minimum(partial(compute_criterion, design, reml=reml), design.terms)
    if found is None:
        return _describe_nothing(design, labels, reml, "not_converged")
    return _describe_fit(design, labels, reml, found)


def _describe_fit(design: MixedDesign, names: tuple[str, ...], reml: bool, found: Search[Criterion]) -> MixedFit:
    criterion, theta = found.criterion, found.theta
    reason = _name_reason(found, criterion)
    usable = reason != "no_residual_variance"
    covariance = design.to_units @ criterion.phi @ design.to_units.T * design.y_scale**2
    freedom = design.n - (design.x.shape[1] if reml else 0)
    value = criterion.value + freedom * 2 * math.log(design.y_scale) + (design.log_det_x if reml else 0.0)
    return MixedFit(
        names=names,
        params=design.start + design.to_units @ criterion.beta * design.y_scale,
        cov=covariance if usable else np.full_like(covariance, math.nan),
        varcomp=_list_components(design, theta * unit_factors(design)),
        criterion=value,
        reml=reml,
        n=design.n,
        singular=_is_singular(design, theta),
        converged=found.converged,
        steps=found.steps,
        reason=reason,
        design=design,
        theta=theta,
        inference=make_inference(criterion, theta, design.terms) if usable else None,
    )


def _describe_nothing(design: MixedDesign, names: tuple[str, ...], reml: bool, reason: str) -> MixedFit:
    p, theta = design.x.shape[1], np.full(len(list_parameters(design.terms)), 0.0 if reason == "no_spread" else math.nan)
    return MixedFit(
        names=names,
        params=design.start,
        cov=np.full((p, p), math.nan),
        varcomp=_list_components(design, theta),
        criterion=math.nan,
        reml=reml,
        n=design.n,
        singular=True,
        converged=False,
        steps=0,
        reason=reason,
        design=design,
        theta=theta,
        inference=None,
    )


def _name_reason(found: Search[Criterion], criterion: Criterion) -> str:
    if criterion.least < ZERO:
        return "no_residual_variance"
    if not found.converged:
        return "not_converged"
    return "" if is_identified(criterion.expected, criterion.traces) else "not_identified"


def _is_singular(design: MixedDesign, theta: Floats) -> bool:
    matrices = split_theta(theta, design.terms)
    bounded = [matrix for matrix, term in zip(matrices, design.terms, strict=False) if not term.negative]
    return bool(theta[-1] < ZERO) or any(np.linalg.eigvalsh(matrix)[0] < ZERO for matrix in bounded)


def _list_components(design: MixedDesign, theta: Floats) -> tuple[VarianceComponent, ...]:
    return tuple(VarianceComponent(*key, value=float(v)) for key, v in zip(list_parameters(design.terms), theta, strict=True))
