"""The noncentral t distribution: behind the power of t tests and the exact intervals of standardised means."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import nctdtr, ndtri

from toolkit.statistics.arrays import Floats

NAN = float("nan")

LARGEST = 1e4
"""A t beyond this comes from data without real spread; its exact interval would take seconds to find."""


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
    middle, width = -spread * float(ndtri(chance)), spread / 2
    while not excess(middle - width) > 0 > excess(middle + width):
        width *= 2
    return t + float(brentq(excess, middle - width, middle + width, xtol=1e-12, rtol=1e-14))


def _find_chance(t: float, df: float, noncentrality: float) -> float:
    """Return `compute_noncentral_t` of single numbers of a size that scipy knows, without the cost of arrays."""
    mirrored = noncentrality < 0
    chance = float(nctdtr(df, abs(noncentrality), -t if mirrored else t))
    chance = 0.0 if math.isnan(chance) else chance
    return 1 - chance if mirrored else chance
