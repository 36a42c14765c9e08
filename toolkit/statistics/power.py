"""Power: how many schools it takes, the smallest change that a t test can detect, and the noncentral t distribution behind both."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri, nctdtr, ndtri, stdtrit

from toolkit.statistics.arrays import NAN, Floats, check_share, find_root

LARGEST = 1e4
"""A t beyond this comes from data without real spread; its exact interval would take seconds to find."""


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
    error = np.asarray(std_error, dtype=np.float64)
    nu = np.asarray(df, dtype=np.float64)
    possible = (error > 0) & (nu > 0)
    shift = np.abs(change) / np.where(possible, error, np.nan)
    nu = np.where(possible, nu, np.nan)
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
    return std_error * find_root(lambda shift: float(compute_power(shift, 1, df, alpha)) - power, 0, high, xtol=1e-12)


def compute_smallest_change_range(std_error: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of the smallest change that a t test finds in 8 of 10 studies, from that of the standard error.

    The squared standard error of a mean of `df` + 1 normal values is chi-square over `df` around the true one. NaN without df or error.
    """
    smallest = compute_smallest_change(std_error, df)
    if not math.isfinite(smallest):
        return NAN, NAN
    low, high = (smallest * math.sqrt(df / float(chdtri(df, upper))) for upper in ((1 - level) / 2, (1 + level) / 2))
    return low, high


def compute_noncentral_t(t: ArrayLike, df: ArrayLike, noncentrality: ArrayLike) -> Floats:
    """Return the chance of a value below `t`; arguments broadcast, missing ones give NaN.

    scipy has no number for chances under 1e-16 in the tail away from the noncentrality: they are 0 here. It has none either for numbers
    far above `LARGEST`: those stay NaN.
    """
    x, nu, shift = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in (t, df, noncentrality)))
    mirrored = shift < 0
    chance = nctdtr(nu, np.abs(shift), np.where(mirrored, -x, x))
    chance = np.where(np.isnan(chance) & (nu > 0) & (np.maximum(np.abs(x), np.abs(shift)) < 100 * LARGEST), 0.0, chance)
    below: Floats = np.where(mirrored, 1 - chance, chance)
    return below


def compute_noncentrality(t: float, df: float, level: float = 0.95) -> tuple[float, float]:
    """Return the noncentralities under which `t` is the upper and the lower end of the central `level` of its distribution.

    Divided by sqrt(n), or multiplied by sqrt(1/n1 + 1/n2), they are the exact interval of a standardised mean
    (Steiger & Fouladi 1997). NaN without t or df, and for |t| above `LARGEST`.
    """
    if not (abs(t) <= LARGEST and df > 0):
        return NAN, NAN
    return _solve(t, df, (1 + level) / 2), _solve(t, df, (1 - level) / 2)


def _solve(t: float, df: float, chance: float) -> float:
    """Return the noncentrality under which a value below `t` has this `chance`; the search begins at the normal approximation."""

    def excess(shift: float) -> float:
        return _find_chance(t, df, t + shift) - chance

    spread = math.sqrt(1 + t * t / (2 * df))
    middle = -spread * float(ndtri(chance))
    width = spread / 2
    while not excess(middle - width) > 0 > excess(middle + width):
        width *= 2
    return t + find_root(excess, middle - width, middle + width, xtol=1e-12, rtol=1e-14)


def _find_chance(t: float, df: float, noncentrality: float) -> float:
    """Return `compute_noncentral_t` of single numbers of a size that scipy knows, without the cost of arrays."""
    mirrored = noncentrality < 0
    chance = float(nctdtr(df, abs(noncentrality), -t if mirrored else t))
    chance = 0.0 if math.isnan(chance) else chance
    return 1 - chance if mirrored else chance
