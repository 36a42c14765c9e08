"""Predictions of random effects with their errors, after Henderson (1975, Biometrics 31:423)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.formulas.mixed_design import MixedDesign, Term, build_v, split_theta
from toolkit.formulas.mixed_result import MixedFit
from toolkit.formulas.mixed_units import Floats


@dataclass(frozen=True, slots=True, eq=False)
class GroupPrediction:
    """For every group: its random effects (groups x effects), their conditional SD, and the contrast c'b + l'u with its error.

    `prediction_error` is the standard deviation of predicted minus true value and includes the uncertainty of b. `conditional_sd` takes b
    as known; it is there for comparison with lme4 and is too small for an interval.
    """

    groups: NDArray[np.generic]
    effects: Floats
    conditional_sd: Floats
    estimate: Floats
    prediction_error: Floats


def predict_groups(fit: MixedFit, term: str, fixed: ArrayLike, random: ArrayLike) -> GroupPrediction:
    """Return for every group of `term` the prediction of fixed'b + random'u.

    u = G Z'V^-1 (y - X b); variance of the prediction error h'Phi h + l'(G - G Z'V^-1 Z G) l with h = c - X'V^-1 Z G l. Raises
    ValueError for an unknown term or a fit without residual variance.
    """
    design, units = fit.design, fit.units
    names = [known.name for known in design.terms] if design else []
    if design is None or term not in names:
        raise ValueError(f"'{term}' is not a random term of this model. Its terms are {names}.")
    if fit.inference is None:
        raise ValueError(f"This fit has no residual variance ({fit.reason}), so its random effects cannot be predicted.")
    place = names.index(term)
    chosen = design.terms[place]
    g = split_theta(fit.theta, design.terms)[place]
    zvr, zvx, zvz = _sum_groups(design, chosen, fit.theta, np.linalg.solve(units.to_units, fit.params - units.start) / units.y_scale)
    c, weights = units.turn(np.asarray(fixed, dtype=np.float64)), np.asarray(random, dtype=np.float64) / chosen.scale
    spread = g - g @ zvz @ g
    h = c - np.einsum("gqp,q->gp", zvx, g @ weights)
    error = np.einsum("gp,pk,gk->g", h, fit.inference.phi, h) + spread @ weights @ weights
    effects = zvr @ g
    return GroupPrediction(
        groups=chosen.labels,
        effects=effects / chosen.scale * units.y_scale,
        conditional_sd=np.sqrt(np.maximum(np.einsum("gqq->gq", spread), 0.0)) / chosen.scale * units.y_scale,
        estimate=float(np.asarray(fixed, dtype=np.float64) @ fit.params) + effects @ weights * units.y_scale,
        prediction_error=np.sqrt(error) * units.y_scale,
    )


def _sum_groups(design: MixedDesign, term: Term, theta: Floats, beta: Floats) -> tuple[Floats, Floats, Floats]:
    """Return Z'V^-1 r, Z'V^-1 X and Z'V^-1 Z of every group of the term."""
    q, p, n_groups = term.z.shape[1], beta.size, term.labels.size
    zvr, zvx, zvz = np.zeros((n_groups, q)), np.zeros((n_groups, q, p)), np.zeros((n_groups, q, q))
    for stack in design.stacks:
        code, z = term.codes[stack.rows], term.z[stack.rows]
        inverse = np.linalg.inv(build_v(stack.rows, design.terms, split_theta(theta, design.terms)))
        white = inverse @ stack.m
        own = (inverse * (code[:, :, None] == code[:, None, :])) @ z
        np.add.at(zvr, code, z * (white[..., -1:] - white[..., :-1] @ beta[:, None]))
        np.add.at(zvx, code, z[..., :, None] * white[..., None, :-1])
        np.add.at(zvz, code, z[..., :, None] * own[..., None, :])
    return zvr, zvx, zvz
