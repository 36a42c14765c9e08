"""Making up for those who dropped out: weights from a model of who answered again, and weighted means."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.statistics.arrays import Floats, as_matrix, as_vector, check_lengths

NAN = float("nan")
SEPARATED = 1e-8
"""Fitted chances closer than this to 0 or 1 mean that the predictors tell the two groups apart: the model has no finite answer."""


@dataclass(frozen=True, slots=True)
class ResponseWeights:
    """A response model and the weights it gives: arrays (1 + k,) for `coefficients`, (n,) for `probability` and `weight`.

    `weight` is NaN for people who did not respond or miss a predictor. `converged` is false where the model has no finite answer;
    then everything is NaN. `trimmed` counts the weights that were set to a bound.
    """

    coefficients: Floats
    probability: Floats
    weight: Floats
    effective_n: float
    smallest: float
    largest: float
    trimmed: int
    responded: int
    n: int
    converged: bool


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A weighted mean with its heteroskedasticity-consistent (HC0) standard error and effective sample size."""

    estimate: float
    std_error: float
    effective_n: float
    n: int


def compute_response_weights(responded: ArrayLike, predictors: ArrayLike, trim: float = 0.01) -> ResponseWeights:
    """Return stabilised inverse-probability weights mean(responded) / fitted chance, from a logistic model by statsmodels.

    `responded` (n,) is 1 or 0, `predictors` (n, k) enter linearly beside a constant. Weights are cut at their `trim` and
    1 - `trim` quantiles among respondents (0 leaves them whole); the effective n is (sum w)² / sum w² (Kish 1965).
    """
    answer, x = as_vector(responded, "responded"), as_matrix(predictors, "predictors")
    check_lengths(responded=answer, predictors=x)
    if not 0 <= trim < 0.5:
        raise ValueError(f"`trim` is {trim}; it is the share cut off at each end, from 0 to below 0.5.")
    present = ~(np.isnan(answer) | np.isnan(x).any(axis=1))
    design = np.column_stack([np.ones(len(x)), x])
    coefficients = _fit_logit(answer[present], design[present])
    probability = 1 / (1 + np.exp(-(design @ coefficients)))
    respondents = present & (answer == 1)
    raw = np.where(respondents, answer[present].mean() if present.any() else NAN, NAN) / probability
    known = raw[respondents]
    low, high = np.quantile(known, (trim, 1 - trim)) if known.size else (NAN, NAN)
    weight = np.clip(raw, low, high)
    used, converged = weight[respondents], bool(np.isfinite(coefficients).all())
    return ResponseWeights(
        coefficients, probability, weight, _effective_n(used), *_range(used), int(np.sum(used != known)) if converged else 0,
        int(respondents.sum()), int(present.sum()), converged,
    )  # fmt: skip


def compute_weighted_mean(values: ArrayLike, weights: ArrayLike) -> WeightedMean:
    """Return the mean of `values` (n,) with `weights` (n,); people who miss either, and weights of 0, are left out.

    The standard error sqrt(sum w² (x - mean)²) / sum w takes the weights as known. Fewer than two values give none.
    """
    x, w = as_vector(values, "values"), as_vector(weights, "weights")
    check_lengths(values=x, weights=w)
    if np.any(w < 0):
        raise ValueError(f"`weights` holds {w[w < 0][0]}; a weight must not be negative.")
    used = ~np.isnan(x) & (w > 0)
    x, w = x[used], w[used]
    if not x.size:
        return WeightedMean(NAN, NAN, NAN, 0)
    mean = float(w @ x / w.sum())
    error = float(np.sqrt(np.sum((w * (x - mean)) ** 2)) / w.sum())
    return WeightedMean(mean, error if x.size > 1 else NAN, _effective_n(w), x.size)


def _fit_logit(answer: Floats, design: Floats) -> Floats:
    """Return the coefficients, or NaN where everybody or nobody answered, predictors are redundant, or they separate the groups.

    Columns are brought to one size first: the search does not come to rest on predictors in very small or large units.
    """
    from statsmodels.discrete.discrete_model import Logit  # takes a second to import

    nothing = np.full(design.shape[1], NAN)
    size = np.abs(design).max(axis=0, initial=0)
    design = design / np.where(size > 0, size, 1)
    if not _has_both(answer) or np.linalg.matrix_rank(design) < design.shape[1]:
        return nothing
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation is read off the fitted chances below
        try:
            fit = Logit(answer, design).fit(method="newton", maxiter=100, tol=1e-12, disp=False)
        except np.linalg.LinAlgError:
            return nothing
        chance = fit.predict()
    finite = np.all((chance > SEPARATED) & (chance < 1 - SEPARATED))
    return np.asarray(fit.params / size, dtype=np.float64) if finite and fit.mle_retvals["converged"] else nothing


def _has_both(answer: Floats) -> bool:
    found: NDArray[np.float64] = np.unique(answer)
    if not np.isin(found, (0, 1)).all():
        raise ValueError(f"`responded` holds {found[~np.isin(found, (0, 1))][0]}; it must be 1 for an answer and 0 for none.")
    return found.size == 2


def _effective_n(weights: Floats) -> float:
    return float(weights.sum() ** 2 / np.sum(weights**2)) if weights.size else NAN


def _range(weights: Floats) -> tuple[float, float]:
    return (float(weights.min()), float(weights.max())) if weights.size else (NAN, NAN)
