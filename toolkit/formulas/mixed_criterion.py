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

import numpy as np

from toolkit.formulas.mixed_design import Floats, MixedDesign, build_v, multiply_d, split_theta


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """-2 log likelihood at one theta (inner scale), with all that inference needs.

    `p_k` is X'V^-1 D_k V^-1 X (parameters x p x p; Kenward and Roger's P_k has the opposite sign) and `q_kl` is
    X'V^-1 D_k V^-1 D_l V^-1 X; `expected` is E, the matrix tr(P D_k P D_l), and `traces` the matrix tr(V^-1 D_k V^-1 D_l): what E
    would be if b were known.
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


@dataclass(frozen=True, slots=True, eq=False)
class _Sums:
    """Sums over blocks: log|V|, M'V^-1 M, M'V^-1 D_k V^-1 M, M'V^-1 D_k V^-1 D_l V^-1 M, tr(V^-1 D_k), tr(V^-1 D_k V^-1 D_l)."""

    log_det: float
    c: Floats
    a: Floats
    q: Floats
    trace: Floats
    traces: Floats


def compute_criterion(design: MixedDesign, theta: Floats, reml: bool = True) -> Criterion | None:
    """Return the criterion and its derivatives at `theta`, or None where V is not positive definite."""
    sums = _sum_blocks(design, theta)
    if sums is None:
        return None
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
    freedom = design.n - p if reml else design.n
    value = sums.log_det + (float(log_det_x) if reml else 0.0) + float(w @ sums.c @ w) + freedom * math.log(2 * math.pi)
    trace = sums.trace - np.einsum("kii->k", shifted) if reml else sums.trace
    hessian = curved - (expected if reml else sums.traces)
    gradient, hessian, expected = trace - sums.a @ w @ w, (hessian + hessian.T) / 2, (expected + expected.T) / 2
    return Criterion(value, gradient, hessian, expected, sums.traces, beta, phi, p_k, q_kl)


def _sum_blocks(design: MixedDesign, theta: Floats) -> _Sums | None:
    """Add up what the blocks contribute, stack by stack; None if a V is not positive definite."""
    k, m = theta.size, design.x.shape[1] + 1
    covariances, log_det = split_theta(theta, design.terms), 0.0
    sums = _Sums(0.0, np.zeros((m, m)), np.zeros((k, m, m)), np.zeros((k, k, m, m)), np.zeros(k), np.zeros((k, k)))
    for stack in design.stacks:
        v = build_v(stack.rows, design.terms, covariances)
        try:
            root, inverse = np.linalg.cholesky(v), np.linalg.inv(v)
        except np.linalg.LinAlgError:
            return None
        white = (inverse @ stack.m).reshape(-1, m)
        turned = multiply_d(stack, white)
        whiter = (inverse @ turned.reshape(k, *stack.m.shape)).reshape(turned.shape)
        products = multiply_d(stack, inverse.reshape(white.shape[0], -1)).reshape(k, *inverse.shape)
        log_det += 2 * float(np.log(np.einsum("bii->bi", root)).sum())
        sums.c[...] += stack.m.reshape(-1, m).T @ white
        sums.a[...] += white.T @ turned
        sums.q[...] += turned.swapaxes(1, 2)[:, None] @ whiter[None]
        sums.trace[...] += np.einsum("kbii->k", products)
        sums.traces[...] += products.reshape(k, -1) @ products.swapaxes(2, 3).reshape(k, -1).T
    return _Sums(log_det, sums.c, sums.a, sums.q, sums.trace, sums.traces)
