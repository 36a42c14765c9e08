"""Treated against comparison schools: difference in differences of school changes, also where schools start at different times.

School means over several times are given as a matrix (schools, times), missing where a school was not measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from toolkit.statistics.arrays import NAN, Floats, Integers, as_matrix, as_present, as_vector, check_lengths
from toolkit.statistics.means import Interval, compute_interval, compute_two_groups

ENUMERATED = 200_000
"""All assignments of schools are used up to this number; beyond it they are drawn."""


Controls = Literal["never", "not_yet"]


@dataclass(frozen=True, slots=True)
class SchoolComparison:
    """Mean change of treated minus comparison schools: `pooled` is the answer (J - 2 df), `welch` is kept beside it."""

    pooled: Interval
    welch: Interval
    treated: int
    comparison: int


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """Share of `assignments` with a difference at least as large; `smallest` is the least p-value these schools could give."""

    p_value: float
    smallest: float
    assignments: int
    enumerated: bool


def compute_school_comparison(treated: ArrayLike, comparison: ArrayLike, level: float = 0.95) -> SchoolComparison:
    """Return the difference in differences from the changes of treated (n1,) and comparison schools (n0,).

    With one treated school the pooled t is (d - mean) / (s sqrt(1 + 1/n0)) on n0 - 1 df. Welch errs with few schools of unequal
    number; it is shown for the reader who asks. Missing changes are left out; fewer than three schools in all give NaN.
    """
    groups = compute_two_groups(treated, comparison, level)
    return SchoolComparison(groups.pooled, groups.welch, groups.n_first, groups.n_second)


def compute_permutation_test(
    treated: ArrayLike, comparison: ArrayLike, generator: np.random.Generator | None = None, draws: int = 9999
) -> PermutationTest:
    """Return the two-sided permutation test of the difference in mean change, over assignments of the schools to the two groups.

    Equal differences count as reached. All assignments are used where they are few; otherwise `draws` random ones, joined by the
    observed one, for which a `generator` is needed. An empty group gives NaN.
    """
    x = as_present(treated, "treated")
    y = as_present(comparison, "comparison")
    changes = np.concatenate([x, y])
    n = x.size + y.size
    k = x.size
    if not x.size or not y.size:
        return PermutationTest(NAN, NAN, 0, True)
    enumerated = comb(n, k) <= ENUMERATED
    if not enumerated and generator is None:
        raise ValueError(f"{n} schools can be assigned in {comb(n, k)} ways; pass a `generator` to draw {draws} of them.")
    blocks = _list_assignments(n, k) if generator is None or enumerated else _draw_assignments(n, k, draws, generator)
    differences = np.concatenate([_compute_differences(changes, chosen) for chosen in blocks])
    observed = float(_compute_differences(changes, np.arange(k)[None])[0])
    if not enumerated:
        differences = np.append(differences, observed)
    margin = 1e-10 * float(np.abs(changes).max())
    p_value, smallest = (float(np.mean(differences >= value - margin)) for value in (observed, differences.max()))
    return PermutationTest(p_value, smallest, differences.size, enumerated)


def _list_assignments(n: int, k: int, block: int = 20_000) -> Iterator[Integers]:
    """Yield all sets of `k` treated schools out of `n`, as rows of blocks."""
    sets = combinations(range(n), k)
    while rows := list(islice(sets, block)):
        yield np.array(rows)


def _draw_assignments(n: int, k: int, draws: int, generator: np.random.Generator) -> Iterator[Integers]:
    yield np.array([generator.permutation(n)[:k] for _ in range(draws)])


def _compute_differences(changes: Floats, chosen: Integers) -> Floats:
    """Return |mean of the chosen - mean of the others| for each row of `chosen` (B, k)."""
    k = chosen.shape[1]
    inside = changes[chosen].sum(axis=1)
    differences: Floats = np.abs(inside / k - (changes.sum() - inside) / (changes.size - k))
    return differences


@dataclass(frozen=True, slots=True)
class GroupTimeEffects:
    """Effect on the `schools` that started at `start`, seen at `time`; arrays of shape (cells,), and their averages.

    `average` weighs cells by schools. `event_time` is time since the start, with the average effect and the schools behind it.
    """

    start: Floats
    time: Floats
    effect: Floats
    schools: Integers
    average: float
    event_time: Floats
    event_effect: Floats
    event_schools: Integers


@dataclass(frozen=True, slots=True)
class StaggeredEffect:
    """The average effect, and the effect at each `event_time`, with jackknife intervals on J - 1 degrees of freedom."""

    average: Interval
    event_time: Floats
    event_effects: tuple[Interval, ...]
    schools: int


@dataclass(frozen=True, slots=True)
class StartPermutation:
    """Share of orderings of the starts, the observed one included, with an average effect at least as large."""

    estimate: float
    p_value: float
    orderings: int


def compute_group_time_effects(outcomes: ArrayLike, times: ArrayLike, starts: ArrayLike, controls: Controls = "never") -> GroupTimeEffects:
    """Return ATT(g, t) of Callaway & Sant'Anna (2021), unconditional, from `outcomes` (J, T), `times` (T,) and `starts` (J,).

    ATT(g, t) is the mean change since the last time before g of the schools that started at g, minus that of the controls: schools
    that never start (missing start), or with `not_yet` also those that have not started at t. Schools that miss one of the two times
    do not count in that cell; cells without treated or control schools are NaN and left out of the averages. Schools that started
    before the first time have no before and are left out.
    """
    y, t, g = _check_panel(outcomes, times, starts)
    cells = [
        (start, time, *_compute_cell(y, t, g, start, time, controls))
        for start in np.unique(g[~np.isnan(g)]) if start > t.min(initial=np.inf)
        for time in np.sort(t[t >= start])
    ]  # fmt: skip
    start, time, effect, schools = np.array(cells, dtype=np.float64).reshape(-1, 4).T
    event_time = np.unique(time - start)
    at = [time - start == event for event in event_time]
    return GroupTimeEffects(
        start, time, effect, schools.astype(np.int64), _average(effect, schools), event_time,
        np.array([_average(effect[rows], schools[rows]) for rows in at]),
        np.array([schools[rows & ~np.isnan(effect)].sum() for rows in at], dtype=np.int64),
    )  # fmt: skip


def compute_staggered_effect(
    outcomes: ArrayLike, times: ArrayLike, starts: ArrayLike, controls: Controls = "never", level: float = 0.95
) -> StaggeredEffect:
    """Return the averages of the group-time effects with leave-one-school-out jackknife errors and t(J - 1) intervals.

    A single treated or control school that carries an average leaves its interval NaN.
    """
    y, t, g = _check_panel(outcomes, times, starts)
    whole = compute_group_time_effects(y, t, g, controls)
    averages = np.append(whole.average, whole.event_effect)
    left_out = np.full((len(g), averages.size), NAN)
    for school in range(len(g)):
        rest = compute_group_time_effects(np.delete(y, school, axis=0), t, np.delete(g, school), controls)
        left_out[school, 0] = rest.average
        left_out[school, 1:][np.isin(whole.event_time, rest.event_time)] = rest.event_effect
    j = len(g)
    deviations = left_out - left_out.mean(axis=0) if j else left_out
    errors = np.sqrt((j - 1) / j * np.sum(deviations**2, axis=0)) if j > 1 else np.full(averages.size, NAN)
    average, *events = (compute_interval(float(b), float(se), max(j - 1, 0), level) for b, se in zip(averages, errors, strict=True))
    return StaggeredEffect(average, whole.event_time, tuple(events), j)


def compute_start_permutation(
    outcomes: ArrayLike, times: ArrayLike, starts: ArrayLike, generator: np.random.Generator, draws: int = 999, controls: Controls = "never"
) -> StartPermutation:
    """Return the two-sided permutation test of the average effect: the starts are dealt out anew among the schools, `draws` times."""
    y, t, g = _check_panel(outcomes, times, starts)
    observed = compute_group_time_effects(y, t, g, controls).average
    if np.isnan(observed):
        return StartPermutation(NAN, NAN, 0)
    dealt = [compute_group_time_effects(y, t, generator.permutation(g), controls).average for _ in range(draws)]
    reached = 1 + sum(abs(effect) >= abs(observed) * (1 - 1e-10) for effect in dealt)
    return StartPermutation(observed, reached / (draws + 1), draws + 1)


def _check_panel(outcomes: ArrayLike, times: ArrayLike, starts: ArrayLike) -> tuple[Floats, Floats, Floats]:
    y = as_matrix(outcomes, "outcomes")
    t = as_vector(times, "times")
    g = as_vector(starts, "starts")
    check_lengths(outcomes=y, starts=g)
    if y.shape[1] != t.size or np.unique(t).size != t.size:
        raise ValueError(f"`outcomes` has {y.shape[1]} columns and `times` is {t}; there must be one column per time, and each time once.")
    return y, t, g


def _compute_cell(y: Floats, t: Floats, g: Floats, start: float, time: float, controls: Controls) -> tuple[float, int]:
    """Return the effect in one cell and the number of treated schools behind it."""
    before = t[t < start].max()
    change = (y[:, t == time] - y[:, t == before])[:, 0]
    compared = np.isnan(g) | ((controls == "not_yet") & (g > time))
    treated, control = (change[group & ~np.isnan(change)] for group in (g == start, compared))
    if not treated.size or not control.size:
        return NAN, treated.size
    return float(treated.mean() - control.mean()), treated.size


def _average(effect: Floats, schools: Floats) -> float:
    known = ~np.isnan(effect)
    return float(np.average(effect[known], weights=schools[known])) if known.any() else NAN
