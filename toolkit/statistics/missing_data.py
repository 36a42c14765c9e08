"""People who left: imputation of two waves, Rubin's rules, and weights from a model of who answered again.

Imputed scores are bivariate normal around means of the own group, with one covariance matrix. Each wave is drawn in turn from its Bayesian
normal regression on the other wave and the groups (Rubin 1987, ch. 5; chained equations, van Buuren 2018, ch. 4), which is Gibbs sampling.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from toolkit.statistics.arrays import NAN, ROUNDING, Floats, Integers, as_codes, as_matrix, as_vector, check_lengths, check_share

SEPARATED = 1e-8
"""Fitted chances closer than this to 0 or 1 mean that the predictors tell the two groups apart: the model has no finite answer."""


@dataclass(frozen=True, slots=True)
class _Wave:
    """Rows of a wave sorted by group: those with a score, the first of each group among them, and those without."""

    seen: Integers
    starts: Integers
    sizes: Integers
    unseen: Integers


def draw_missing_wave(
    before: ArrayLike, after: ArrayLike, groups: Any, generator: np.random.Generator, imputations: int = 20, rounds: int = 20
) -> Floats:
    """Return `imputations` complete data sets of the scores `before` and `after` (n,), as an array (imputations, 2, n).

    Every person has a score in one wave at least and a known group; every group needs a score in both waves. Valid where missing a
    wave depends on the group and on the other wave's score only. Without spread, or with too few scores to fit, everything is NaN.
    """
    first = as_vector(before, "before")
    second = as_vector(after, "after")
    codes, labels = as_codes(groups, "groups")
    check_lengths(before=first, after=second, groups=codes)
    scores = np.array([first, second])
    _check(scores, codes, labels)
    waves = [_split(row, codes, labels.size) for row in scores]
    drawn = np.repeat(scores[None], imputations, axis=0)
    if not all(_is_possible(row[wave.seen], wave) for row, wave in zip(scores, waves, strict=True)):
        return np.full_like(drawn, np.nan)
    for number, wave in enumerate(waves):
        drawn[:, number, wave.unseen] = _start(scores[number], wave, codes, generator, imputations)
    for _ in range(rounds if np.isnan(scores).any() else 0):
        for number, wave in enumerate(waves):
            drawn[:, number, wave.unseen] = _draw(drawn[:, number], drawn[:, 1 - number], wave, codes, generator)
    return drawn


def _check(scores: Floats, codes: Integers, labels: Any) -> None:
    if (codes < 0).any() or np.isnan(scores).all(axis=0).any():
        raise ValueError("Every person needs a group and a score in one wave at least. Leave the others out first.")
    counts = np.array([np.bincount(codes[~np.isnan(row)], minlength=labels.size) for row in scores])
    if not counts.all():
        raise ValueError(f"The groups {labels[~counts.all(axis=0)].tolist()} have no score in one of the waves. Leave them out first.")


def _split(row: Floats, codes: Integers, groups: int) -> _Wave:
    order = np.argsort(codes, kind="stable")
    seen = order[~np.isnan(row[order])]
    sizes = np.bincount(codes[seen], minlength=groups)
    return _Wave(seen, np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64), sizes, order[np.isnan(row[order])])


def _is_possible(row: Floats, wave: _Wave) -> bool:
    deviations = row - np.repeat(np.add.reduceat(row, wave.starts) / wave.sizes, wave.sizes)
    return wave.seen.size > wave.sizes.size + 1 and bool(np.abs(deviations).max() > ROUNDING * np.abs(row).max())


def _start(row: Floats, wave: _Wave, codes: Integers, generator: np.random.Generator, imputations: int) -> Floats:
    """Return first guesses: the mean of the own group and a draw from the spread within groups."""
    seen = row[wave.seen]
    means = np.add.reduceat(seen, wave.starts) / wave.sizes
    spread = np.sqrt(np.sum((seen - np.repeat(means, wave.sizes)) ** 2) / (seen.size - wave.sizes.size))
    guesses: Floats = means[codes[wave.unseen]] + spread * generator.standard_normal((imputations, wave.unseen.size))
    return guesses


def _draw(target: Floats, other: Floats, wave: _Wave, codes: Integers, generator: np.random.Generator) -> Floats:
    """Return draws of the missing `target` (imputations, n) given `other`, each imputation with parameters drawn for it."""
    x = other[:, wave.seen]
    y = target[:, wave.seen]
    mean_x, mean_y = (np.add.reduceat(part, wave.starts, axis=1) / wave.sizes for part in (x, y))
    within_x = x - np.repeat(mean_x, wave.sizes, axis=1)
    within_y = y - np.repeat(mean_y, wave.sizes, axis=1)
    sxx = np.sum(within_x**2, axis=1)
    sxy = np.sum(within_x * within_y, axis=1)
    freedom = wave.seen.size - wave.sizes.size - 1
    residual = np.maximum(np.sum(within_y**2, axis=1) - sxy**2 / sxx, 0)
    sigma = np.sqrt(residual / generator.chisquare(freedom, len(x)))
    slope = sxy / sxx + sigma / np.sqrt(sxx) * generator.standard_normal(len(x))
    intercept = mean_y - slope[:, None] * mean_x + sigma[:, None] / np.sqrt(wave.sizes) * generator.standard_normal(mean_x.shape)
    noise = sigma[:, None] * generator.standard_normal((len(x), wave.unseen.size))
    drawn: Floats = intercept[:, codes[wave.unseen]] + slope[:, None] * other[:, wave.unseen] + noise
    return drawn


@dataclass(frozen=True, slots=True)
class Pooled:
    """Pooled estimates; arrays of shape (k,), or () for a single estimate.

    `within` and `between` are the variances inside and between imputations, `share` the part of the total that is due to
    missingness (lambda), `increase` its ratio to `within` (riv), `missing_information` that part with the df counted (fmi).
    """

    estimate: Floats
    std_error: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats
    within: Floats
    between: Floats
    share: Floats
    increase: Floats
    missing_information: Floats
    imputations: int


def compute_pooled(estimates: ArrayLike, variances: ArrayLike, df_complete: float = np.inf, level: float = 0.95) -> Pooled:
    """Return the estimates (m, k) or (m,) of m imputed data sets as one, by Rubin's rules.

    Total = within + (1 + 1/m) between; degrees of freedom of Barnard & Rubin (1999), where `df_complete` are those of the same
    analysis without missing values. Fewer than two imputations, or a missing one, give NaN.
    """
    check_share(level, "level")
    q, u = (np.asarray(part, dtype=np.float64) for part in (estimates, variances))
    q, u = (np.where(np.isfinite(part), part, np.nan) for part in (q, u))
    if q.shape != u.shape or q.ndim not in (1, 2):
        raise ValueError(f"`estimates` {q.shape} and `variances` {u.shape} must have the same shape: (imputations,) or (imputations, k).")
    m = len(q)
    if m < 2:
        q, u = (np.full((2, *q.shape[1:]), np.nan) for _ in range(2))
    estimate = q.mean(axis=0)
    within = u.mean(axis=0)
    between = q.var(axis=0, ddof=1)
    total = within + (1 + 1 / max(m, 1)) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (total - within) / total
        df = _compute_df(share, m, df_complete)
        increase = (total - within) / within
        missing = (increase + 2 / (df + 3)) / (1 + increase)
        error = np.sqrt(total)
        p_value = 2 * stdtr(df, -np.abs(estimate / error))
    margin = stdtrit(df, (1 + level) / 2) * error
    return Pooled(estimate, error, df, estimate - margin, estimate + margin, p_value, within, between, share, increase, missing, m)


def _compute_df(share: Floats, m: int, df_complete: float) -> Floats:
    """Return 1 / (1 / df_old + 1 / df_observed), with df_old = (m - 1) / share² and df_observed shrunk by the share observed."""
    observed = np.inf if np.isinf(df_complete) else (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    df: Floats = 1 / (share**2 / max(m - 1, 1) + 1 / observed)
    return df


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
    answer = as_vector(responded, "responded")
    x = as_matrix(predictors, "predictors")
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
    used = weight[respondents]
    converged = bool(np.isfinite(coefficients).all())
    return ResponseWeights(
        coefficients, probability, weight, _effective_n(used), *_range(used), int(np.sum(used != known)) if converged else 0,
        int(respondents.sum()), int(present.sum()), converged,
    )  # fmt: skip


def compute_weighted_mean(values: ArrayLike, weights: ArrayLike) -> WeightedMean:
    """Return the mean of `values` (n,) with `weights` (n,); people who miss either, and weights of 0, are left out.

    The standard error sqrt(sum w² (x - mean)²) / sum w takes the weights as known. Fewer than two values give none.
    """
    x = as_vector(values, "values")
    w = as_vector(weights, "weights")
    check_lengths(values=x, weights=w)
    if np.any(w < 0):
        raise ValueError(f"`weights` holds {w[w < 0][0]}; a weight must not be negative.")
    used = ~np.isnan(x) & (w > 0)
    x = x[used]
    w = w[used]
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
