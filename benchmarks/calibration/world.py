"""Where simulated answers come from, and what is true of them: exact expectations, so that bias and coverage are held to no estimate.

Nine items from 0 to 6, as of the UWES: an item is a person's state plus an easiness and an error, rounded and cut off at the ends.
The state is school level + person + occasion, all normal. A score is the mean of the items. The expected score of a school is a sum of
normal probabilities, so the true change of a school is known in points of the scale, whatever rounding and ceiling do to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtr

Floats = NDArray[np.float64]

EASINESS = np.linspace(-0.4, 0.4, 9)
CUTS = np.arange(0.5, 6)
SCHOOL, PERSON, OCCASION, ITEM = 0.25, 0.75, 0.5, 0.8
"""Standard deviations of the school level, the person, the occasion and the error of an item."""

SIZES = np.arange(6, 61)
SHARES = (1 / SIZES) / (1 / SIZES).sum()
"""Staff sizes and how often they occur: small schools more often than large ones, half of them under 20."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Latent `level` of the first wave, how strongly leaving depends on the first score, and how much change depends on staff size.

    `leaving` is in log odds per standard deviation; `growing` is the SD of the part of the changes that goes with log staff size.
    """

    level: float = 3.9
    leaving: float = 0.0
    growing: float = 0.0


SCENARIOS = {
    "plain": Scenario(),
    "ceiling": Scenario(level=5.7),
    "drop-out": Scenario(leaving=1.5),
    "size": Scenario(growing=0.15),
}


@dataclass(frozen=True, slots=True)
class World:
    """The latent numbers that make true changes with the mean `change` points, and their SD `tau`; `sd_within` is that of scores.

    A school's latent change is `shift` + `spread` z + `growth` times its standardised size, with z normal.
    """

    level: float
    shift: float
    spread: float
    growth: float
    change: float
    tau: float
    sd_within: float


@cache
def find_world(scenario: Scenario, tau: float, change: float) -> World:
    """Return the world in which schools' changes have mean `change` and random SD `tau`, both in SDs of scores within schools.

    The mean is exact; the SD is so for small changes, and what the ceiling leaves of it for larger ones.
    """
    sd = find_sd_within(scenario.level)
    schools, shares = _list_normal(SCHOOL)
    step = float(shares @ (expect_score(scenario.level + schools + 1e-4) - expect_score(scenario.level + schools - 1e-4))) / 2e-4
    spread, growth = tau * sd / step, scenario.growing * sd / step

    def miss(shift: float) -> float:
        return _describe_changes(scenario.level, shift, spread, growth)[0] - change * sd

    shift = float(brentq(miss, -2, 2, xtol=1e-12))
    return World(scenario.level, shift, spread, growth, change * sd, _describe_changes(scenario.level, shift, spread, growth)[1], sd)


def expect_score(state: ArrayLike) -> Floats:
    """Return the expected score of a person from a school with the latent level `state` (any shape)."""
    total = np.sqrt(PERSON**2 + OCCASION**2 + ITEM**2)
    latent = np.asarray(state, dtype=np.float64)[..., None, None] + EASINESS[:, None] - CUTS
    score: Floats = ndtr(latent / total).sum(axis=-1).mean(axis=-1)
    return score


def find_sd_within(level: float) -> float:
    """Return the standard deviation of scores within schools, where the mean state is `level`."""
    (schools, shares), (states, weights) = _list_normal(SCHOOL), _list_normal(float(np.hypot(PERSON, OCCASION)))
    above = ndtr((level + schools[:, None, None, None] + states[:, None, None] + EASINESS[:, None] - CUTS) / ITEM)
    mean = above.sum(axis=-1)
    error = (above * (2 * CUTS)).sum(axis=-1) - mean**2  # X² is the sum of 2c - 1 over the answers c that X reaches; CUTS are c - 1/2
    score = mean.mean(axis=-1)
    variance = score**2 @ weights - (score @ weights) ** 2 + (error.sum(axis=-1) / EASINESS.size**2) @ weights
    return float(np.sqrt(shares @ variance))


def standardise_size(staff: ArrayLike) -> Floats:
    """Return log staff size as a deviation from its mean over schools, in its standard deviations."""
    mean = SHARES @ np.log(SIZES)
    sd = np.sqrt(SHARES @ (np.log(SIZES) - mean) ** 2)
    size: Floats = (np.log(staff) - mean) / sd
    return size


@cache
def find_staying(leaving: float, share: float) -> float:
    """Return the constant of the log odds of staying with which the `share` stays, first scores being about normal."""
    z, weights = _list_normal(1.0)
    return float(brentq(lambda constant: float(weights @ (1 / (1 + np.exp(-constant - leaving * z)))) - share, -10, 10))


def _describe_changes(level: float, shift: float, spread: float, growth: float) -> tuple[float, float]:
    """Return mean and SD over schools of the true changes in points."""
    (schools, shares), (draws, weights) = _list_normal(SCHOOL), _list_normal(1.0)
    sizes, often = (standardise_size(SIZES), SHARES) if growth else (np.zeros(1), np.ones(1))
    change = shift + spread * draws[:, None, None] + growth * sizes[:, None]
    points = expect_score(level + change + schools) - expect_score(level + schools)
    mean, square = (float(weights @ (power @ shares @ often)) for power in (points, points**2))
    return mean, float(np.sqrt(max(square - mean**2, 0.0)))


@cache
def _list_normal(sd: float) -> tuple[Floats, Floats]:
    """Return nodes and weights for expectations over a normal deviation with standard deviation `sd`."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    return sd * nodes, weights / weights.sum()
