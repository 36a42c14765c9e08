"""How many schools: power of the t test on school changes, and the smallest change it can detect."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import stdtrit

from toolkit.statistics.arrays import Floats, check_share
from toolkit.statistics.power__noncentral_t import compute_noncentral_t


def compute_school_error(schools: ArrayLike, tau: float, sd: float, correlation: float, pairs: float) -> Floats:
    """Return the standard error sqrt((tau² + 2 sd² (1 - r) / n) / J) of the mean change over J `schools` (any shape).

    `tau` is the SD of true changes between schools, `sd` that of persons within a wave, r their correlation over the waves,
    n the `pairs` per school.
    """
    if not (tau >= 0 and sd >= 0 and -1 <= correlation <= 1 and pairs > 0):
        raise ValueError(
            f"tau {tau} and sd {sd} must not be negative, correlation {correlation} must lie in [-1, 1], pairs {pairs} above 0."
        )
    error: Floats = np.sqrt((tau**2 + 2 * sd**2 * (1 - correlation) / pairs) / np.asarray(schools, dtype=np.float64))
    return error


def compute_power(change: ArrayLike, std_error: ArrayLike, df: ArrayLike, alpha: float = 0.05) -> Floats:
    """Return the chance that a two-sided t test finds a true `change`, by the noncentral t distribution (both tails).

    Arguments broadcast. NaN without degrees of freedom or where the standard error is not positive.
    """
    check_share(alpha, "alpha")
    error, nu = np.asarray(std_error, dtype=np.float64), np.asarray(df, dtype=np.float64)
    possible = (error > 0) & (nu > 0)
    shift, nu = np.abs(change) / np.where(possible, error, np.nan), np.where(possible, nu, np.nan)
    cut = stdtrit(nu, 1 - alpha / 2)
    power: Floats = 1 - compute_noncentral_t(cut, nu, shift) + compute_noncentral_t(-cut, nu, shift)
    return power


def compute_smallest_change(std_error: float, df: float, power: float = 0.80, alpha: float = 0.05) -> float:
    """Return the smallest true change that a two-sided t test finds with chance `power`; NaN without df or standard error."""
    check_share(power, "power")
    if not (std_error > 0 and df > 0) or power <= alpha:
        return float("nan")
    high = 1.0
    while float(compute_power(high, 1, df, alpha)) < power:
        high *= 2
    return std_error * float(brentq(lambda shift: float(compute_power(shift, 1, df, alpha)) - power, 0, high, xtol=1e-12))
