"""Tests and intervals in a mixed model: Satterthwaite and Kenward-Roger.

Everything happens on the inner scale of `design`; degrees of freedom, F and p do not depend on scale.

Sources: Kenward & Roger (1997, Biometrics 53:983), F tests of several contrasts with the rules of pbkrtest (Halekoh & Hojsgaard 2014,
J Stat Softw 59(9)); Satterthwaite as in lmerTest (Kuznetsova, Brockhoff & Christensen 2017, J Stat Softw 82(13)).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtrc, stdtr, stdtrit

from toolkit.statistics.mixed_models.design import Floats, Shape
from toolkit.statistics.mixed_models.likelihood import Criterion, map_ranks

RANK = 1e-9
"""A direction of theta with less than this share of the information there would be if b were known counts as not identified."""

LARGE = 1e12
"""Degrees of freedom that stand for infinity in the distribution functions."""


@dataclass(frozen=True, slots=True)
class ContrastTest:
    """One contrast c'b: estimate, standard error, degrees of freedom, interval and two-sided p-value; NaN where undefined."""

    estimate: float
    std_error: float
    df: float
    low: float
    high: float
    statistic: float
    p_value: float
    method: str


@dataclass(frozen=True, slots=True)
class JointTest:
    """F test of several contrasts at once; `scaling` multiplies the Wald statistic (1 for Satterthwaite)."""

    statistic: float
    df_num: int
    df_den: float
    scaling: float
    p_value: float
    method: str


@dataclass(frozen=True, slots=True, eq=False)
class Inference:
    """What contrasts need: Phi, Kenward and Roger's adjusted Phi_A, Phi P_k Phi, and the two covariances of theta."""

    phi: Floats
    phi_adjusted: Floats
    sensitivity: Floats
    observed: Floats
    expected: Floats


def make_inference(criterion: Criterion, theta: Floats, terms: Sequence[Shape]) -> Inference:
    """Return the matrices for tests at the solution `theta`.

    The observed covariance of theta is 2 H^-1 over the directions in which the covariance matrices can vary: on the boundary the zero
    directions are left out. The expected one, 2 E^-1 (for Kenward-Roger), keeps all parameters, as pbkrtest does.
    """
    phi = criterion.phi
    p_k = criterion.p_k
    expected = 2 * invert_positive(criterion.expected, criterion.traces)
    bracket = np.einsum("kl,klij->ij", expected, criterion.q_kl - np.einsum("kij,jh,lhm->klim", p_k, phi, p_k))
    factors, entries = map_ranks(theta, terms)
    jacobian = factors.differentiate(entries)
    hessian = jacobian.T @ criterion.hessian @ jacobian + factors.bend(criterion.gradient)
    observed = 2 * jacobian @ invert_positive(hessian, jacobian.T @ criterion.traces @ jacobian) @ jacobian.T
    adjusted = phi + 2 * phi @ bracket @ phi
    return Inference(phi, (adjusted + adjusted.T) / 2, phi @ p_k @ phi, observed, expected)


def is_identified(expected: Floats, traces: Floats) -> bool:
    """Return whether the data can tell the variance parameters apart: E has full rank, measured against known coefficients."""
    size = np.sqrt(np.diag(traces))
    return bool(np.linalg.eigvalsh(expected / np.outer(size, size))[0] > RANK)


def invert_positive(matrix: Floats, scale: Floats) -> Floats:
    """Return the inverse of a symmetric matrix over the directions in which it is clearly positive, measured in units of `scale`."""
    size = np.sqrt(np.diag(scale))
    values, vectors = np.linalg.eigh(matrix / np.outer(size, size))
    kept = values > RANK
    inverse: Floats = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T / np.outer(size, size)
    return inverse


def find_df(inference: Inference, c: Floats, method: str) -> float:
    """Return the degrees of freedom of the contrast `c`: 2 (c'Phi c)^2 / (g'A g), g_k = c'Phi P_k Phi c."""
    variance = float(c @ inference.phi @ c)
    g = inference.sensitivity @ c @ c
    spread = float(g @ _choose_spread(inference, method) @ g)
    return 2 * variance**2 / spread if spread > 0 else math.inf if variance > 0 else math.nan


def find_variance(inference: Inference, c: Floats, method: str) -> float:
    """Return the squared standard error of the contrast `c` (adjusted for Kenward-Roger)."""
    return float(c @ (inference.phi_adjusted if method == "kenward-roger" else inference.phi) @ c)


def make_contrast(estimate: float, variance: float, df: float, method: str, level: float = 0.95) -> ContrastTest:
    """Return estimate, interval at `level` and p-value from t with `df` degrees of freedom; NaN if the variance is not positive."""
    if not (variance > 0 and df > 0):
        return ContrastTest(estimate, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan, method)
    error = math.sqrt(variance)
    df_used = min(df, LARGE)
    reach = float(stdtrit(df_used, 0.5 + level / 2)) * error
    statistic = estimate / error
    p_value = 2 * float(stdtr(df_used, -abs(statistic)))
    return ContrastTest(estimate, error, df, estimate - reach, estimate + reach, statistic, p_value, method)


def compare_contrasts(inference: Inference, contrasts: Floats, estimates: Floats, method: str) -> JointTest:
    """Return the F test that all `contrasts` (rows) are zero, given their `estimates`."""
    if contrasts.shape[0] != np.linalg.matrix_rank(contrasts):
        raise ValueError(f"The {contrasts.shape[0]} contrasts depend on each other. Leave out those that follow from the rest.")
    if method == "kenward-roger":
        return _test_kenward_roger(inference, contrasts, estimates)
    return _test_satterthwaite(inference, contrasts, estimates)


def _test_kenward_roger(inference: Inference, contrasts: Floats, estimates: Floats) -> JointTest:
    q = contrasts.shape[0]
    w = inference.expected
    covariance = contrasts @ inference.phi @ contrasts.T
    parts = np.linalg.solve(covariance, contrasts @ inference.sensitivity @ contrasts.T)
    traces = np.einsum("kii->k", parts)
    a1 = float(traces @ w @ traces)
    a2 = float(np.einsum("kl,kij,lji->", w, parts, parts))
    scaling, df = _match_f(q, a1, a2)
    adjusted = contrasts @ inference.phi_adjusted @ contrasts.T
    statistic = scaling * float(estimates @ np.linalg.solve(adjusted, estimates)) / q
    return JointTest(statistic, q, df, scaling, float(fdtrc(q, df, statistic)), "kenward-roger")


def _match_f(q: int, a1: float, a2: float) -> tuple[float, float]:
    """Return the scaling and denominator df whose F matches mean and variance of the Wald statistic (Kenward & Roger, eq. 7-8)."""
    if q == 1 or a2 < 1 / LARGE:
        return 1.0, 2 / max(a2, 1 / LARGE)
    b = (a1 + 6 * a2) / (2 * q)
    g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2)
    base = 3 * q + 2 * (1 - g)
    c1 = g / base
    c2 = (q - g) / base
    c3 = (q + 2 - g) / base
    ratio = (1 - a2 / q) ** 2 * (1 + c1 * b) / (q * (1 - c2 * b) ** 2 * (1 - c3 * b))
    df = 4 + (q + 2) / (q * ratio - 1)
    return (1.0 if abs(df - 2) < 1e-2 else df * (1 - a2 / q) / (df - 2)), df


def _test_satterthwaite(inference: Inference, contrasts: Floats, estimates: Floats) -> JointTest:
    q = contrasts.shape[0]
    values, axes = np.linalg.eigh(contrasts @ inference.phi @ contrasts.T)
    statistic = float(((axes.T @ estimates) ** 2 / values).sum()) / q
    dfs = np.minimum([find_df(inference, axes[:, m] @ contrasts, "satterthwaite") for m in range(q)], LARGE)
    if np.ptp(dfs) < 1e-8:
        df = float(dfs.mean())
    elif (dfs <= 2).any():
        df = 2.0
    else:
        mean = float((dfs / (dfs - 2)).sum())
        df = 2 * mean / (mean - q)
    return JointTest(statistic, q, df, 1.0, float(fdtrc(q, df, statistic)), "satterthwaite")


def _choose_spread(inference: Inference, method: str) -> Floats:
    spreads = {"satterthwaite": inference.observed, "kenward-roger": inference.expected}
    if method not in spreads:
        raise ValueError(f"'{method}' is not a method for degrees of freedom. Choose one of {sorted(spreads)}.")
    return spreads[method]
