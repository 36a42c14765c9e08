"""A factor model fitted by (full-information) maximum likelihood, and how well it fits: chi-square, CFI, TLI, RMSEA, SRMR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, ncx2

from toolkit.statistics.arrays import Floats, find_root
from toolkit.statistics.factor_analysis.model import FactorModel, Likelihood, compute_start, prepare_likelihood
from toolkit.statistics.factor_analysis.moments import Sample, compute_baseline


@dataclass(frozen=True, slots=True)
class FactorFit:
    """A fitted factor model.

    `estimates` and their `covariance` follow `model.labels`. `reason` is empty when all is well, otherwise `no_saturated_model`
    (too few persons for the items), `not_converged`, `not_identified` or `inadmissible` (a negative variance or a factor
    correlation beyond 1: the estimates stand, to be read with care).
    """

    model: FactorModel
    estimates: Floats
    covariance: Floats
    measures: FitMeasures
    converged: bool
    reason: str

    @property
    def std_errors(self) -> Floats:
        """The standard errors of the free parameters."""
        return np.sqrt(np.diag(self.covariance))

    def estimate(self, label: str) -> tuple[float, float]:
        """Return estimate and standard error of the free parameter `label`."""
        place = self.model.labels.index(label)
        return float(self.estimates[place]), float(self.std_errors[place])


def estimate_factor_model(model: FactorModel, samples: Sequence[Sample], *, with_errors: bool = True) -> FactorFit:
    """Estimate a factor model by maximum likelihood from the sample of each group (`compute_sample`).

    Assumes multivariate normal answers, independent persons, and answers missing at random (Arbuckle 1996). Fisher scoring with
    analytic derivatives, damped after Marquardt. Standard errors from the expected information, with missing answers from the
    observed one (Kenward & Molenberghs 1998), as lavaan does; `with_errors` off saves their time. Residual variances are not bounded.
    """
    if len(samples) != model.groups:
        raise ValueError(f"The model has {model.groups} groups, the data {len(samples)}. Pass one sample per group.")
    if not model.with_means and not all(sample.moments.complete for sample in samples):
        raise ValueError("A model without means needs complete answers. Leave with_means on, or leave out incomplete rows.")
    if not all(sample.saturated.converged for sample in samples):
        return _report_nothing(model, samples)
    likelihood = prepare_likelihood(model, samples)
    estimates, converged = _search(likelihood, compute_start(likelihood))
    covariance, identified = _compute_covariance(likelihood, estimates, with_errors)
    reason = "" if _is_admissible(likelihood, estimates) else "inadmissible"
    reason = "not_converged" if not converged else "not_identified" if not identified else reason
    return FactorFit(model, estimates, covariance, _compute_measures(likelihood, estimates), converged, reason)


def _report_nothing(model: FactorModel, samples: Sequence[Sample]) -> FactorFit:
    nan = float("nan")
    size = len(model.labels)
    n = sum(sample.moments.n for sample in samples)
    measures = FitMeasures(nan, 0, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, 0, n)
    return FactorFit(model, np.full(size, nan), np.full((size, size), nan), measures, False, "no_saturated_model")


def _search(likelihood: Likelihood, start: Floats, *, tolerance: float = 1e-13, max_steps: int = 500) -> tuple[Floats, bool]:
    """Return the estimates and whether the deviance can fall no further (by `tolerance`, expected of a full step)."""
    best = start
    damping = 1e-2
    value = likelihood.compute_deviance(best)
    gradient = likelihood.compute_gradient(best)
    information = likelihood.compute_information(best)
    for _ in range(max_steps):
        ridge = damping * np.diag(np.diag(information) + 1e-12)
        step = np.linalg.solve(information + ridge, gradient / 2)
        if damping < 1e-3 and gradient @ step / 2 < tolerance:
            return best, True
        new = likelihood.compute_deviance(best - step)
        if new <= value + 1e-12 * abs(value):
            best = best - step
            value = new
            damping = max(damping / 10, 1e-10)
            gradient = likelihood.compute_gradient(best)
            information = likelihood.compute_information(best)
        else:
            damping *= 10
        if damping > 1e12:
            break
    return best, False


def _compute_covariance(likelihood: Likelihood, estimates: Floats, with_errors: bool) -> tuple[Floats, bool]:
    """Return the covariance matrix of the estimates and whether the information determines them all."""
    unknown: Floats = np.full((len(estimates), len(estimates)), np.nan)
    information = likelihood.compute_information(estimates)
    if not _is_definite(information):
        return unknown, False
    if with_errors and not likelihood.complete:
        information = _differentiate(likelihood, estimates, 1e-3 / np.sqrt(np.diag(information)))
    if not with_errors or not _is_definite(information):
        return unknown, not with_errors
    return np.asarray(np.linalg.inv(information), dtype=np.float64), True


def _is_definite(information: Floats) -> bool:
    diagonal = np.diag(information)
    return bool((diagonal > 0).all() and np.linalg.eigvalsh(information / np.sqrt(np.outer(diagonal, diagonal)))[0] > 1e-9)


def _differentiate(likelihood: Likelihood, estimates: Floats, widths: Floats) -> Floats:
    """Return the observed information by central differences of the gradient."""
    moves = np.diag(widths)
    rows = [likelihood.compute_gradient(estimates + move) - likelihood.compute_gradient(estimates - move) for move in moves]
    observed: Floats = np.array(rows) / (4 * widths[:, None])
    return (observed + observed.T) / 2


def _is_admissible(likelihood: Likelihood, estimates: Floats) -> bool:
    """Return whether all residual variances are positive and all factor covariance matrices possible."""
    cells = likelihood.compute_cells(estimates)
    return all(np.diag(each.residuals).min() > 0 and np.linalg.eigvalsh(each.factors)[0] > 0 for each in cells)


def _compute_measures(likelihood: Likelihood, estimates: Floats) -> FitMeasures:
    p = len(likelihood.model.items)
    groups = likelihood.model.groups
    samples = likelihood.samples
    statistics = groups * (p * (p + 1) // 2 + (p if likelihood.model.with_means else 0))
    sizes = np.array([sample.moments.n for sample in samples])
    return compute_fit_measures(
        Deviances(
            model=likelihood.compute_deviance(estimates),
            saturated=sum(sample.saturated.deviance for sample in samples),
            baseline=sum(compute_baseline(sample.moments)[2] for sample in samples),
        ),
        df=statistics - len(estimates),
        baseline_df=groups * p * (p - 1) // 2,
        parameters=len(estimates),
        n=int(sizes.sum()),
        groups=groups,
        srmr=float(sizes @ _compute_srmr(likelihood, estimates) / sizes.sum()),
    )


def _compute_srmr(likelihood: Likelihood, estimates: Floats) -> list[float]:
    """Return, for each group, the root mean square residual in units of the observed SDs (Bentler 1995), means included."""
    found = []
    for (mean, covariance), sample in zip(likelihood.compute_implied(estimates), likelihood.samples, strict=True):
        seen = sample.saturated
        scale = np.sqrt(np.diag(seen.covariance))
        residuals = [((seen.covariance - covariance) / np.outer(scale, scale))[np.tril_indices(len(scale))]]
        if likelihood.model.with_means:
            residuals.append((seen.mean - mean) / scale)
        found.append(float(np.sqrt(np.mean(np.concatenate(residuals) ** 2))))
    return found


@dataclass(frozen=True, slots=True)
class FitMeasures:
    """Fit of a factor model to `n` persons, defined as in lavaan (n, not n - 1; baseline: independent items).

    The interval of the RMSEA is the customary one of 90 %.
    """

    chi_square: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float
    aic: float
    bic: float
    baseline_chi_square: float
    baseline_df: int
    n: int


@dataclass(frozen=True, slots=True)
class Deviances:
    """Minus twice the log-likelihood of the model, of the saturated and of the independence model."""

    model: float
    saturated: float
    baseline: float


def compute_fit_measures(
    deviances: Deviances, *, df: int, baseline_df: int, parameters: int, n: int, groups: int, srmr: float
) -> FitMeasures:
    """Compute the fit measures; without degrees of freedom there is no test and the fit is perfect.

    Sources: Bentler 1990, Psychol Bull 107:238 (CFI); Tucker & Lewis 1973, Psychometrika 38:1 (TLI); Steiger 1990, Multivar Behav
    Res 25:173 and 1998, Struct Equ Modeling 5:411 (RMSEA, also for several groups).
    """
    chi_square = max(deviances.model - deviances.saturated, 0.0)
    baseline = deviances.baseline - deviances.saturated
    misfit = max(chi_square - df, 0.0)
    worst = max(baseline - baseline_df, 0.0)
    low, high = _compute_noncentrality(chi_square, df)
    scale = n * df / groups if df > 0 else np.inf
    return FitMeasures(
        chi_square=chi_square,
        df=df,
        p_value=float(chi2.sf(chi_square, df)) if df > 0 else np.nan,
        cfi=1 - misfit / max(misfit, worst) if max(misfit, worst) > 0 else 1.0,
        tli=1 - (chi_square - df) / df * baseline_df / (baseline - baseline_df) if df > 0 and baseline != baseline_df else 1.0,
        rmsea=float(np.sqrt(misfit / scale)),
        rmsea_low=float(np.sqrt(low / scale)),
        rmsea_high=float(np.sqrt(high / scale)),
        srmr=srmr,
        aic=deviances.model + 2 * parameters,
        bic=deviances.model + parameters * float(np.log(n)),
        baseline_chi_square=baseline,
        baseline_df=baseline_df,
        n=n,
    )


def _compute_noncentrality(chi_square: float, df: int) -> tuple[float, float]:
    """Return the 90 % limits of the noncentrality."""
    if df <= 0:
        return 0.0, 0.0
    return _solve_noncentrality(chi_square, df, 0.95), _solve_noncentrality(chi_square, df, 0.05)


def _solve_noncentrality(chi_square: float, df: int, share: float) -> float:
    """Return the noncentrality under which `share` of the chi-squares would be smaller, or 0."""
    if chi2.cdf(chi_square, df) <= share:
        return 0.0

    def compute_excess(noncentrality: float) -> float:
        return float(ncx2.cdf(chi_square, df, noncentrality)) - share

    return find_root(compute_excess, 0.0, 10 * chi_square + 100, xtol=1e-10, rtol=1e-14)
