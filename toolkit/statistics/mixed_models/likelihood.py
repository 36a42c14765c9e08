"""The (restricted) likelihood of a mixed model with V = sum_k theta_k D_k, its gradient and its second derivatives.

Notation of Kenward & Roger (1997, Biometrics 53:983) and Searle, Casella & McCulloch (1992, ch. 6). With
P = V^-1 - V^-1 X Phi X' V^-1 and r = y - X b:

    -2 l (REML) = log|V| + log|X'V^-1 X| + r'V^-1 r + (N - p) log 2 pi
    gradient_k  = tr(P D_k) - r'V^-1 D_k V^-1 r
    Hessian_kl  = -tr(P D_k P D_l) + 2 y'P D_k P D_l P y          expected: E_kl = tr(P D_k P D_l)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce

import numpy as np

from toolkit.statistics.mixed_models.design import MixedDesign, Stack, build_v, multiply_d, split_theta
from toolkit.statistics.mixed_models.design__mixed_units import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """-2 log likelihood at one theta (inner scale), with all that inference needs.

    `p_k` is X'V^-1 D_k V^-1 X (parameters x p x p; Kenward and Roger's P_k has the opposite sign) and `q_kl` is
    X'V^-1 D_k V^-1 D_l V^-1 X; `expected` is E, the matrix tr(P D_k P D_l), and `traces` the matrix tr(V^-1 D_k V^-1 D_l): what E
    would be if b were known. `least` is the smallest variance of a row given those before it; zero means that V is singular.
    """

    value: float
    gradient: Floats
    hessian: Floats
    expected: Floats
    traces: Floats
    beta: Floats
    phi: Floats
    p_k: Floats
    q_kl: Floats
    least: float


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Over all blocks, with M = [X, y]: log|V|, M'V^-1 M, M'V^-1 D_k V^-1 M, M'V^-1 D_k V^-1 D_l V^-1 M, tr(V^-1 D_k),
    tr(V^-1 D_k V^-1 D_l), and the smallest squared pivot of V's Cholesky factors.
    """

    log_det: float
    c: Floats
    a: Floats
    q: Floats
    trace: Floats
    traces: Floats
    least: float


def compute_criterion(design: MixedDesign, theta: Floats, reml: bool = True) -> Criterion | None:
    """Return the criterion and its derivatives at `theta`, or None where V is not positive definite."""
    sums = _sum_blocks(design, theta)
    return None if sums is None else derive_criterion(sums, design.units.n, reml)


def derive_criterion(sums: Sums, n: int, reml: bool) -> Criterion | None:
    """Return the criterion and its derivatives from the sums over `n` rows, or None where X'V^-1 X is singular."""
    p = sums.c.shape[0] - 1
    sign, log_det_x = np.linalg.slogdet(sums.c[:p, :p])
    if sign <= 0:
        return None
    phi = np.linalg.inv(sums.c[:p, :p])
    phi = (phi + phi.T) / 2
    beta = phi @ sums.c[:p, p]
    w = np.append(-beta, 1.0)
    a_xr, q_rr = sums.a[:, :p, :] @ w, sums.q @ w @ w
    p_k, q_kl = sums.a[:, :p, :p], sums.q[:, :, :p, :p]
    shifted = phi @ p_k
    expected = sums.traces - 2 * np.einsum("ij,klji->kl", phi, q_kl) + np.einsum("kij,lji->kl", shifted, shifted)
    curved = 2 * (q_rr - a_xr @ phi @ a_xr.T)
    freedom = n - p if reml else n
    value = sums.log_det + (float(log_det_x) if reml else 0.0) + float(w @ sums.c @ w) + freedom * math.log(2 * math.pi)
    trace = sums.trace - np.einsum("kii->k", shifted) if reml else sums.trace
    hessian = curved - (expected if reml else sums.traces)
    gradient, hessian, expected = trace - sums.a @ w @ w, (hessian + hessian.T) / 2, (expected + expected.T) / 2
    return Criterion(value, gradient, hessian, expected, sums.traces, beta, phi, p_k, q_kl, sums.least)


def _sum_blocks(design: MixedDesign, theta: Floats) -> Sums | None:
    """Add up what the stacks contribute; None if a V is not positive definite."""
    covariances = split_theta(theta, design.terms)
    parts = [_sum_stack(stack, build_v(stack.rows, design.terms, covariances)) for stack in design.stacks]
    found = [part for part in parts if part is not None]
    if len(found) < len(parts):
        return None
    return reduce(_add_sums, found)


def _add_sums(one: Sums, other: Sums) -> Sums:
    return Sums(
        log_det=one.log_det + other.log_det,
        c=one.c + other.c,
        a=one.a + other.a,
        q=one.q + other.q,
        trace=one.trace + other.trace,
        traces=one.traces + other.traces,
        least=min(one.least, other.least),
    )


def _sum_stack(stack: Stack, v: Floats) -> Sums | None:
    m = stack.m.shape[-1]
    try:
        pivots, inverse = np.linalg.cholesky(v).diagonal(axis1=1, axis2=2), np.linalg.inv(v)
    except np.linalg.LinAlgError:
        return None
    white = (inverse @ stack.m).reshape(-1, m)
    turned = multiply_d(stack, white)
    k = turned.shape[0]
    whiter = (inverse @ turned.reshape(k, *stack.m.shape)).reshape(turned.shape)
    products = multiply_d(stack, inverse.reshape(white.shape[0], -1)).reshape(k, *inverse.shape)
    return Sums(
        log_det=2 * float(np.log(pivots).sum()),
        c=stack.m.reshape(-1, m).T @ white,
        a=white.T @ turned,
        q=turned.swapaxes(1, 2)[:, None] @ whiter[None],
        trace=np.einsum("kbii->k", products),
        traces=products.reshape(k, -1) @ products.swapaxes(2, 3).reshape(k, -1).T,
        least=float(pivots.min()) ** 2,
    )
