"""The mixed-model engine for up to a few thousand rows: any nested random terms, fitted once, then asked for coefficients, variances, tests
and intervals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.mixed_models.design import (
    Floats,
    MixedDesign,
    RandomTerm,
    Shape,
    Units,
    list_parameters,
    make_design,
    split_theta,
    unit_factors,
)
from toolkit.statistics.mixed_models.inference import (
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
from toolkit.statistics.mixed_models.likelihood import ZERO, Criterion, Search, compute_criterion, search_minimum


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
    Standard errors are NaN where the residual variance cannot be estimated. The last four fields serve the methods.
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
    units: Units
    theta: Floats
    inference: Inference | None
    design: MixedDesign | None

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
        inner = self.units.turn(c)
        variance = find_variance(self.inference, inner, method) * self.units.y_scale**2
        return make_contrast(estimate, variance, find_df(self.inference, inner, method), method, level)

    def test_jointly(self, contrasts: ArrayLike, method: str = "kenward-roger") -> JointTest:
        """Return the F test that several contrasts (rows) are all zero."""
        rows = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        if self.inference is None:
            return JointTest(math.nan, rows.shape[0], math.nan, math.nan, math.nan, method)
        return compare_contrasts(self.inference, self.units.turn(rows), rows @ self.params / self.units.y_scale, method)


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What an engine hands over to be solved: shapes of the random terms, the criterion, theta in the units of the data, a start."""

    names: tuple[str, ...]
    reml: bool
    units: Units
    shapes: Sequence[Shape]
    evaluate: Callable[[Floats], Criterion | None]
    list_components: Callable[[Floats], tuple[VarianceComponent, ...]]
    design: MixedDesign | None = None
    start: Floats | None = None


def solve_model(model: Model) -> MixedFit:
    """Return the fit of the model; data that leave nothing to estimate give NaN errors and a `reason`."""
    units = model.units
    p = model.units.start.size
    if len(model.names) != p:
        raise ValueError(f"X has {p} columns, but {len(model.names)} names came: {list(model.names)}.")
    reason = "no_residual_df" if units.n <= p else "no_spread" if units.y_scale == 0 else ""
    found = None if reason else search_minimum(model.evaluate, model.shapes, model.start)
    if found is None:
        return _describe_nothing(model, reason or "not_converged")
    return _describe_fit(model, found, _name_reason(found))


def _describe_fit(model: Model, found: Search[Criterion], reason: str) -> MixedFit:
    units = model.units
    at = found.criterion
    usable = reason != "no_residual_variance"
    covariance = units.to_units @ at.phi @ units.to_units.T * units.y_scale**2
    freedom = units.n - (units.start.size if model.reml else 0)
    return MixedFit(
        names=model.names,
        params=units.restore(at.beta),
        cov=covariance if usable else np.full_like(covariance, math.nan),
        varcomp=model.list_components(found.theta),
        criterion=at.value + freedom * 2 * math.log(units.y_scale) + (units.log_det_x if model.reml else 0.0),
        reml=model.reml,
        n=units.n,
        singular=_is_singular(found.theta, model.shapes),
        converged=found.converged,
        steps=found.steps,
        reason=reason,
        units=units,
        theta=found.theta,
        inference=make_inference(at, found.theta, model.shapes) if usable else None,
        design=model.design,
    )


def _describe_nothing(model: Model, reason: str) -> MixedFit:
    p = model.units.start.size
    size = sum(len(s.effects) * (len(s.effects) + 1) // 2 for s in model.shapes) + 1
    theta = np.full(size, 0.0 if reason == "no_spread" else math.nan)
    return MixedFit(
        names=model.names,
        params=model.units.start,
        cov=np.full((p, p), math.nan),
        varcomp=model.list_components(theta),
        criterion=math.nan,
        reml=model.reml,
        n=model.units.n,
        singular=True,
        converged=False,
        steps=0,
        reason=reason,
        units=model.units,
        theta=theta,
        inference=None,
        design=model.design,
    )


def _name_reason(found: Search[Criterion]) -> str:
    if found.criterion.least < ZERO:
        return "no_residual_variance"
    if not found.converged:
        return "not_converged"
    return "" if is_identified(found.criterion.expected, found.criterion.traces) else "not_identified"


def _is_singular(theta: Floats, shapes: Sequence[Shape]) -> bool:
    bounded = [matrix for matrix, shape in zip(split_theta(theta, shapes), shapes, strict=False) if not shape.negative]
    return bool(theta[-1] < ZERO) or any(np.linalg.eigvalsh(matrix)[0] < ZERO for matrix in bounded)


def fit_mixed(y: ArrayLike, x: ArrayLike, random: Sequence[RandomTerm], names: Sequence[str] = (), *, reml: bool = True) -> MixedFit:
    """Return the mixed model of scores `y` (rows) on `x` (rows x coefficients, the intercept included) with the terms `random`.

    V is block diagonal over the groups that hang together. A solution on the boundary is kept and flagged as `singular`; data without
    spread give NaN errors and a `reason`. Raises ValueError for missing values and for dependent columns of `x`.
    """
    design = make_design(y, x, random)
    model = Model(
        names=tuple(names) or tuple(f"x{i}" for i in range(design.units.start.size)),
        reml=reml,
        units=design.units,
        shapes=design.terms,
        evaluate=partial(compute_criterion, design, reml=reml),
        list_components=partial(_list_components, design),
        design=design,
    )
    return solve_model(model)


def _list_components(design: MixedDesign, theta: Floats) -> tuple[VarianceComponent, ...]:
    values = theta * unit_factors(design)
    return tuple(VarianceComponent(*key, value=float(value)) for key, value in zip(list_parameters(design.terms), values, strict=True))
