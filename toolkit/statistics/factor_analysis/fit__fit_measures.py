"""How well a factor model fits: chi-square, CFI, TLI, RMSEA, SRMR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, ncx2


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
    misfit, worst = max(chi_square - df, 0.0), max(baseline - baseline_df, 0.0)
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

    return float(brentq(compute_excess, 0.0, 10 * chi_square + 100, xtol=1e-10, rtol=1e-14))
