"""REML of `y ~ post + (1|person)` in many groups at once, where every person answered before, after or both times.

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
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.statistics.mixed_models.before_after__wave_sums import PairSums
from toolkit.statistics.mixed_models.design__mixed_units import Floats
from toolkit.statistics.mixed_models.inference import LARGE
from toolkit.statistics.mixed_models.likelihood__mixed_factors import ZERO
from toolkit.statistics.mixed_models.teachers_in_schools__school_criterion import TINY

#: The classes in this order: differences, sums, before only, after only. Rows of X, and dV / dtheta.
DESIGN = np.array([[0.0, math.sqrt(0.5)], [math.sqrt(2.0), 0.0], [1.0, -0.5], [1.0, 0.5]])
SHARES = np.array([[0.0, 1.0, 0.5, 0.5], [1.0, 0.0, 0.5, 0.5]])
#: The change, the level before and the level after, as contrasts of the coefficients.
CONTRASTS = np.array([[0.0, 1.0], [1.0, -0.5], [1.0, 0.5]])

STEP = 1e-10
"""The search ends with a step smaller than this part of the standard errors of theta (the root of the fall it promises)."""


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
    n, v = sums.count, np.maximum(theta @ SHARES, TINY)
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
    v, variance = at.variance, at.phi @ c @ c
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
    share, rested = np.ones(value.size), np.zeros(value.size, dtype=bool)
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
