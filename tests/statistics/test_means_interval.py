"""Intervals at the edges: any level, very few values, and numbers from which none follows."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest
from scipy import stats

from toolkit.statistics.means import (
    Interval,
    compute_equivalence,
    compute_hedges_factor,
    compute_interval,
    compute_mean,
    compute_paired_change,
    compute_paired_effects,
    compute_ratio,
    compute_school_changes,
    compute_two_groups,
    standardise_change,
)
from toolkit.statistics.power import compute_noncentral_t

FIRST, SECOND = np.array([3.1, 4.2, 2.2, 5.0, 3.3]), np.array([3.9, 4.1, 3.3, 6.2, 4.4])
LEVELS = [0.5, 0.9, 0.99]


def ends(interval: Interval) -> tuple[float, float]:
    return interval.low, interval.high


@pytest.mark.parametrize("level", LEVELS)
def test_means_have_the_interval_of_any_level(level: float) -> None:
    assert ends(compute_mean(FIRST, level)) == pytest.approx(tuple(stats.ttest_1samp(FIRST, 0).confidence_interval(level)))
    change = compute_paired_change(FIRST, SECOND, level)
    assert (change.low, change.high) == pytest.approx(tuple(stats.ttest_rel(SECOND, FIRST).confidence_interval(level)))
    schools = compute_school_changes(np.repeat(FIRST, 2), np.repeat(SECOND, 2), np.repeat(np.arange(5), 2), level)
    assert ends(schools.average) == pytest.approx(tuple(stats.ttest_rel(SECOND, FIRST).confidence_interval(level)))


@pytest.mark.parametrize("level", LEVELS)
def test_two_groups_have_the_interval_of_any_level(level: float) -> None:
    ours = compute_two_groups(FIRST, SECOND[:3], level)
    for interval, equal in ((ours.pooled, True), (ours.welch, False)):
        theirs = stats.ttest_ind(FIRST, SECOND[:3], equal_var=equal)
        assert ends(interval) == pytest.approx(tuple(theirs.confidence_interval(level)))
    scale = math.sqrt(1 / 5 + 1 / 3)
    ratio = stats.ttest_ind(FIRST, SECOND[:3]).statistic
    found = compute_noncentral_t(ratio, 6, [ours.d_s.low / scale, ours.d_s.high / scale])
    assert found == pytest.approx([(1 + level) / 2, (1 - level) / 2])
    assert (ours.n_first, ours.n_second) == (5, 3)


@pytest.mark.parametrize("level", LEVELS)
def test_effects_have_the_interval_of_any_level(level: float) -> None:
    effects = compute_paired_effects(FIRST, SECOND, level)
    ratio, shift = stats.ttest_rel(SECOND, FIRST).statistic, math.sqrt(5)
    found = compute_noncentral_t(ratio, 4, [effects.d_z.low * shift, effects.d_z.high * shift])
    assert found == pytest.approx([(1 + level) / 2, (1 - level) / 2])
    usual = compute_paired_effects(FIRST, SECOND).d_av
    wider = stats.norm.ppf((1 + level) / 2) / stats.norm.ppf(0.975)
    assert effects.d_av.high - effects.d_av.low == pytest.approx(wider * (usual.high - usual.low))
    assert effects.n == 5
    assert standardise_change(compute_paired_change(FIRST, SECOND, level), level) == effects
    assert standardise_change(compute_paired_change(FIRST, SECOND)) == compute_paired_effects(FIRST, SECOND)


@pytest.mark.parametrize("level", LEVELS)
def test_a_ratio_ends_where_a_t_test_of_any_level_just_rejects(level: float) -> None:
    ours = compute_ratio(FIRST, SECOND, level)
    for limit in ends(ours):
        assert stats.ttest_1samp(FIRST - limit * SECOND, 0).pvalue == pytest.approx(1 - level)


def test_two_values_are_enough_for_an_interval() -> None:
    assert ends(compute_mean([1.0, 2.0])) == pytest.approx(tuple(stats.ttest_1samp([1.0, 2.0], 0).confidence_interval()))
    change = compute_paired_change([1.0, 2.0], [2.0, 5.0])
    assert (change.low, change.high) == pytest.approx(tuple(stats.ttest_rel([2.0, 5.0], [1.0, 2.0]).confidence_interval()))
    assert change.correlation == pytest.approx(1)
    groups = compute_two_groups([1.0, 2.0], [4.0, 7.0])
    for interval, equal in ((groups.pooled, True), (groups.welch, False)):
        theirs = stats.ttest_ind([1.0, 2.0], [4.0, 7.0], equal_var=equal)
        assert ends(interval) == pytest.approx(tuple(theirs.confidence_interval()))
    ratio = compute_ratio([1.0, 1.2], [2.0, 2.1])
    assert [stats.ttest_1samp([1 - 2 * end, 1.2 - 2.1 * end], 0).pvalue for end in ends(ratio)] == pytest.approx([0.05, 0.05])


def test_fractions_of_a_degree_of_freedom_give_an_interval_and_none_gives_none() -> None:
    assert ends(compute_interval(1.0, 0.5, 0.5)) == pytest.approx(stats.t.interval(0.95, 0.5, 1.0, 0.5))
    assert [compute_mean([]).df, compute_mean([3.0]).df, compute_mean([3.0, 4.0]).df] == [0, 0, 1]
    assert [compute_paired_change([1.0] * n, [2.0] * n).df for n in range(3)] == [0, 0, 1]
    assert [compute_two_groups([1.0] * n, [2.0]).pooled.df for n in range(4)] == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("estimate", "error", "df"),
    [(1.0, 0.0, 5), (1.0, math.inf, 5), (math.inf, 1.0, 5), (-math.inf, 1.0, 5), (1.0, 1.0, 0), (1.0, 1.0, math.nan)],
)
def test_without_spread_or_end_there_is_no_interval(estimate: float, error: float, df: float) -> None:
    found = compute_interval(estimate, error, df)
    assert (found.estimate, found.std_error) == (estimate, error)
    assert np.isnan([found.low, found.high, found.p_value]).all()


def test_a_level_that_is_no_share_is_named() -> None:
    for call in (lambda: compute_interval(1, 1, 5, 1.0), lambda: compute_ratio([1, 2], [1, 2], 0.0)):
        with pytest.raises(ValueError, match=r"`level` is [01]\.0;"):
            call()


def test_equivalence_needs_spread_and_bounds_that_differ() -> None:
    assert np.isnan(astuple(compute_equivalence(0.1, 0.0, 10, -1, 1))).all()
    assert np.isnan(astuple(compute_equivalence(0.1, 0.2, 0, -1, 1))).all()
    with pytest.raises(ValueError, match="`lower` is 1 and `upper` is 1"):
        compute_equivalence(0.1, 0.2, 10, 1, 1)


def test_hedges_factor_begins_above_one_degree_of_freedom() -> None:
    assert math.isnan(compute_hedges_factor(1))
    assert compute_hedges_factor(2) == pytest.approx(1 / math.sqrt(math.pi))  # Gamma(1) / Gamma(1/2)
    assert compute_hedges_factor(3) == pytest.approx(math.sqrt(math.pi / 6))  # Gamma(3/2) / (sqrt(3/2) Gamma(1))


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda wrong: compute_mean(wrong), "values"),
        (lambda wrong: compute_two_groups(wrong, [1.0]), "first"),
        (lambda wrong: compute_two_groups([1.0], wrong), "second"),
        (lambda wrong: compute_school_changes(wrong, [1.0], ["a"]), "before"),
        (lambda wrong: compute_school_changes([1.0], wrong, ["a"]), "after"),
        (lambda wrong: compute_school_changes([1.0], [1.0], wrong), "schools"),
        (lambda wrong: compute_ratio(wrong, [1.0]), "numerators"),
        (lambda wrong: compute_ratio([1.0], wrong), "denominators"),
    ],
)
def test_what_has_a_wrong_shape_is_named(call: Callable[[list[list[float]]], object], name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` has shape"):
        call([[1.0]])
