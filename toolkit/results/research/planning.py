"""How many schools does it take? The chance that the default estimator finds a change, by simulation and by a quick formula."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.results.rows import make_row
from toolkit.schemas import PLANNING
from toolkit.statistics.power import compute_power, compute_school_error, compute_smallest_change
from toolkit.statistics.two_stage import estimate_school_changes

Integers = NDArray[np.int64]


def plan_schools(
    change: float,
    *,
    sd: float,
    tau: float,
    correlation: float,
    people: Sequence[int] = (20,),
    matched: float = 0.6,
    schools: Sequence[int] = (4, 6, 8, 10, 14, 20, 30),
    simulations: int = 500,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return per number of schools the chance of finding a true average `change`.

    Parameters
    ----------
    change
        The true average change, in points.
    sd
        The spread of scores within a school and wave, in points.
    tau
        The spread of true changes between schools, in points.
    correlation
        That of a person's two scores.
    people
        How many answer each wave, school by school; reused in turn if there are more schools.
    matched
        The share of them who answer both waves.
    schools
        The numbers of schools to plan for, four or more.
    simulations
        How many studies are simulated for each.
    seed
        Of the random numbers.
    level
        A change is found if the default has p < 1 - `level`.

    Returns
    -------
    DataFrame
        PLANNING: per number of `schools`, with the mean number of `people` and `pairs` in one, `power` (simulated, with the interval of the
        simulation) and `power_quick` (a formula), both 0 to 1, and `smallest_change` (points), which is found with a chance of 80 %.

    Raises
    ------
    ValueError
        For impossible numbers.

    Notes
    -----
    Each study is simulated and estimated in two stages like the default. The quick formula is the noncentral t; it counts pairs only, so it
    is conservative.

    Examples
    --------
    >>> import toolkit as plg
    >>> plan = plg.plan_schools(0.3, sd=0.9, tau=0.2, correlation=0.6, schools=(4, 8), simulations=50)
    >>> plan[plan["quantity"] == "power_quick"][["schools", "people", "pairs", "estimate"]].round(2)
       schools  people  pairs  estimate
    1        4    20.0   12.0      0.28
    4        8    20.0   12.0      0.66
    """
    from scipy.stats import binomtest  # with all distributions: only who plans waits for it

    _check(sd, tau, correlation, people, matched, schools)
    rows: list[dict[str, Any]] = []
    for number in sorted(set(schools)):
        size = np.resize(np.asarray(people, dtype=np.int64), number)
        both = np.rint(matched * size).astype(np.int64)
        where = {"schools": number, "people": float(size.mean()), "pairs": float(both.mean())}
        generator = np.random.default_rng([seed, number])
        found = sum(_find(change, sd, tau, correlation, size, both, level, generator) for _ in range(simulations))
        limits = binomtest(found, simulations).proportion_ci(level)
        tail = {"low": float(limits.low), "high": float(limits.high)}
        rows.append(make_row(where, "power", found / simulations, simulations, f"simulated, two stages, seed {seed}", **tail))
        rows += _compute_quick(change, sd, tau, correlation, both, level, where)
    return PLANNING.collect(rows)


def _check(sd: float, tau: float, correlation: float, people: Sequence[int], matched: float, schools: Sequence[int]) -> None:
    if not (sd > 0 and tau >= 0):
        raise ValueError(f"`sd` is {sd} and `tau` is {tau}; the first must be above 0, the second not below.")
    if not (0 <= correlation < 1 and 0 <= matched <= 1):
        raise ValueError(f"`correlation` is {correlation} and `matched` is {matched}; both must lie between 0 and 1.")
    if not people or min(people) < 2 or not schools or min(schools) < SMALLEST_NUMBER_OF_SCHOOLS:
        raise ValueError(f"`people` {list(people)} must be 2 or more per school, and `schools` {list(schools)} four or more.")


def _find(
    change: float, sd: float, tau: float, correlation: float, size: Integers, both: Integers, level: float, generator: np.random.Generator
) -> bool:
    """Simulate one study, and return whether its change is found."""
    school = np.repeat(np.arange(size.size), 2 * size - both)
    place = np.arange(school.size) - np.repeat(np.cumsum(2 * size - both) - (2 * size - both), 2 * size - both)
    answers = np.array([place < size[school], (place < both[school]) | (place >= size[school])])  # the first stay, the last join
    own = change + tau * generator.standard_normal(size.size)
    trait = np.sqrt(correlation) * sd * generator.standard_normal(school.size)
    noise = np.sqrt(1 - correlation) * sd * generator.standard_normal((2, school.size))
    scores = trait + np.array([np.zeros(school.size), own[school]]) + noise
    wave, person = np.nonzero(answers)
    found = estimate_school_changes(scores[wave, person], wave.astype(float), school[person], person, level)
    return bool(found.mean.p_value < 1 - level)


def _compute_quick(
    change: float, sd: float, tau: float, correlation: float, both: Integers, level: float, where: dict[str, Any]
) -> list[dict[str, Any]]:
    """Return power and smallest change by the noncentral t, with the harmonic mean of the pairs; nothing without pairs."""
    if both.min() < 1:
        return []
    pairs = float(1 / np.mean(1 / both))
    df = both.size - 1
    error = float(compute_school_error(both.size, tau, sd, correlation, pairs))
    power = float(compute_power(change, error, df, 1 - level))
    smallest = compute_smallest_change(error, df, alpha=1 - level)
    return [
        make_row(where, "power_quick", power, 0, "noncentral t, pairs only", std_error=error),
        make_row(where, "smallest_change", smallest, 0, "noncentral t, pairs only, power .80", std_error=error),
    ]
