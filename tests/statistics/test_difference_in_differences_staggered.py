"""Staggered starts, held to R and to simulations with known effects."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.difference_in_differences import (
    compute_group_time_effects,
    compute_staggered_effect,
    compute_start_permutation,
)
from toolkit.statistics.means import compute_mean

TIMES = np.arange(2018.0, 2024)
STARTS = np.array([2020, 2020, 2020, 2021, 2021, 2021, 2022, 2022] + [np.nan] * 8)


def castle() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    data = witness("did.castle_cs").data()
    wide = data.pivot_table(index="sid", columns="year", values="l_homicide")
    first = data.groupby("sid")["first"].first().to_numpy(dtype=float)
    return wide.to_numpy(), wide.columns.to_numpy(dtype=float), np.where(first > 0, first, np.nan)


def simulate(rng: np.random.Generator, growth: float = 0.2) -> np.ndarray:
    """Return school means with a common trend and an effect of 0.5 at the start that grows by `growth` a year."""
    since = TIMES - STARTS[:, None]
    effect = np.where(since >= 0, 0.5 + growth * since, 0)
    return rng.normal(size=(16, 1)) + 0.1 * np.arange(6) + np.nan_to_num(effect) + 0.1 * rng.normal(size=(16, 6))


def test_group_time_effects_equal_those_of_r() -> None:
    w = witness("did.castle_cs")
    ours = compute_group_time_effects(*castle())
    for field, theirs in {"start": "g", "time": "t", "effect": "att", "schools": "n"}.items():
        w.agree(getattr(ours, field), "att_gt", theirs)
    w.agree(ours.average, "simple")
    w.agree(ours.event_time, "by_event_time", "I(t - g)")
    w.agree(ours.event_effect * ours.event_schools, "by_event_time", "w")
    w.agree(ours.event_schools, "by_event_time", "n")


@pytest.mark.parametrize("controls", ["never", "not_yet"])
def test_growing_effects_are_found(controls: str) -> None:
    rng = np.random.default_rng(24)
    draws = [compute_group_time_effects(simulate(rng), TIMES, STARTS, controls) for _ in range(100)]  # type: ignore[arg-type]
    np.testing.assert_allclose(np.mean([draw.event_effect for draw in draws], axis=0), [0.5, 0.7, 0.9, 1.1], atol=0.03)


def test_jackknife_intervals_contain_the_truth_in_95_percent_of_samples() -> None:
    rng = np.random.default_rng(25)
    truth = compute_group_time_effects(np.where(np.nan_to_num(STARTS, nan=9999)[:, None] <= TIMES, 0.5, 0.0), TIMES, STARTS).average
    intervals = [compute_staggered_effect(simulate(rng, growth=0), TIMES, STARTS).average for _ in range(300)]
    assert truth == pytest.approx(0.5)
    assert 0.92 <= np.mean([interval.low < truth < interval.high for interval in intervals]) <= 0.985


def test_one_start_is_the_difference_of_mean_changes() -> None:
    rng = np.random.default_rng(26)
    outcomes, starts = rng.normal(size=(9, 2)), np.array([1.0] * 4 + [np.nan] * 5)
    change = outcomes[:, 1] - outcomes[:, 0]
    ours = compute_staggered_effect(outcomes, [0, 1], starts)
    jackknife = math.sqrt(8 / 9 * 9 * np.var([compute_mean(np.delete(change, i)[: 4 - (i < 4)]).estimate
        - compute_mean(np.delete(change, i)[4 - (i < 4):]).estimate for i in range(9)]))  # fmt: skip
    assert ours.average.estimate == pytest.approx(change[:4].mean() - change[4:].mean())
    assert ours.average.std_error == pytest.approx(jackknife)
    assert ours.average.df == 8


def jackknife(treated: np.ndarray, control: np.ndarray) -> float:
    """Return the leave-one-out error of a difference of two means."""
    without = [np.delete(treated, i).mean() - control.mean() for i in range(treated.size)]
    without += [treated.mean() - np.delete(control, i).mean() for i in range(control.size)]
    return math.sqrt((len(without) - 1) * np.var(without))


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_each_time_since_the_start_has_an_interval_of_its_own(level: float) -> None:
    outcomes, starts = np.random.default_rng(28).normal([0, 5, 50], size=(9, 3)), np.array([1.0] * 4 + [np.nan] * 5)
    ours = compute_staggered_effect(outcomes, [0, 1, 2], starts, level=level)
    np.testing.assert_array_equal(ours.event_time, [0, 1])
    assert ours.schools == 9 and len(ours.event_effects) == 2
    changes = [outcomes[:, time] - outcomes[:, 0] for time in (1, 2)]
    for found, change in zip((ours.average, *ours.event_effects), (np.mean(changes, axis=0), *changes), strict=True):
        estimate, error = change[:4].mean() - change[4:].mean(), jackknife(change[:4], change[4:])
        assert (found.estimate, found.std_error, found.df) == pytest.approx((estimate, error, 8))
        assert (found.low, found.high) == pytest.approx(stats.t.interval(level, 8, estimate, error))


def test_schools_that_start_later_are_controls_until_then() -> None:
    outcomes = np.random.default_rng(29).normal(size=(6, 3))
    later = [1.0] * 3 + [2.0] * 3
    ours = compute_staggered_effect(outcomes, [0, 1, 2], later, "not_yet")
    never = compute_staggered_effect(outcomes[:, :2], [0, 1], [1.0] * 3 + [np.nan] * 3)
    assert ours.average == never.average and np.isfinite(ours.average.low)
    dealt = [
        compute_start_permutation(outcomes[:, : len(times)], times, starts, np.random.default_rng(30), 99, controls)  # type: ignore[arg-type]
        for times, starts, controls in (([0, 1, 2], later, "not_yet"), ([0, 1], [1.0] * 3 + [np.nan] * 3, "never"))
    ]
    assert dealt[0] == dealt[1] and np.isfinite(dealt[0].p_value)


def test_a_time_that_rests_on_one_school_has_no_interval() -> None:
    outcomes = np.random.default_rng(31).normal(size=(7, 3))
    starts = [1.0] + [2.0] * 2 + [np.nan] * 4  # only the first is seen a year after its start
    ours = compute_staggered_effect(outcomes, [0, 1, 2], starts)
    assert np.isfinite(ours.event_effects[0].low)
    assert np.isfinite(ours.event_effects[1].estimate) and np.isnan([ours.event_effects[1].low, ours.event_effects[1].std_error]).all()


def test_a_school_that_missed_a_time_counts_at_the_other_times() -> None:
    outcomes = np.array([[1.0, 2.0, 4.0], [1.0, np.nan, 6.0], [0.0, 0.0, 0.0]])
    ours = compute_group_time_effects(outcomes, [0, 1, 2], [1, 1, np.nan])
    np.testing.assert_array_equal(ours.effect, [1, 4])
    np.testing.assert_array_equal(ours.schools, [1, 2])
    assert ours.average == 3


def test_schools_not_yet_started_can_be_the_only_controls() -> None:
    outcomes = np.array([[0.0, 1.0, 1.0], [0.0, 0.0, 2.0]])
    never = compute_group_time_effects(outcomes, [0, 1, 2], [1, 2])
    not_yet = compute_group_time_effects(outcomes, [0, 1, 2], [1, 2], "not_yet")
    assert np.isnan(never.effect).all() and np.isnan(never.average)
    np.testing.assert_array_equal(not_yet.effect, [1, np.nan, np.nan])


def test_starts_without_effect_are_like_any_other_order() -> None:
    rng = np.random.default_rng(27)
    none = compute_start_permutation(rng.normal(size=(16, 6)), TIMES, STARTS, rng, draws=199)
    clear = compute_start_permutation(simulate(rng), TIMES, STARTS, rng, draws=199)
    assert none.p_value > 0.05 and clear.p_value == 1 / 200 and clear.orderings == 200


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_orders_that_give_as_much_are_counted_as_reached(effect: float) -> None:
    outcomes = np.array([[0.1, 0.1 + effect], [0.7, 0.7]])  # the other order gives the same, with the other sign
    ours = compute_start_permutation(outcomes, [0, 1], [1.0, np.nan], np.random.default_rng(1))
    assert ours.estimate == pytest.approx(effect) and (ours.p_value, ours.orderings) == (1, 1000)


def test_without_an_effect_to_compare_there_is_no_permutation_test() -> None:
    ours = compute_start_permutation(np.zeros((2, 2)), [0, 1], [1.0, 1.0], np.random.default_rng(1))
    assert np.isnan([ours.estimate, ours.p_value]).all() and ours.orderings == 0


def test_schools_that_started_at_the_first_time_have_no_before() -> None:
    ours = compute_group_time_effects(np.zeros((2, 3)), [0, 1, 2], [0.0, np.nan])
    assert ours.start.size == ours.event_time.size == 0 and np.isnan(ours.average)
    assert np.isnan(compute_group_time_effects(np.zeros((2, 0)), [], [1.0, np.nan]).average)


@pytest.mark.parametrize("starts", [[], [1.0], [np.nan, np.nan], [1.0, np.nan], [-5.0, np.nan]])
def test_too_few_schools_have_no_interval(starts: list[float]) -> None:
    outcomes = np.arange(3.0 * len(starts)).reshape(len(starts), 3) ** 2
    ours = compute_staggered_effect(outcomes, [0, 1, 2], starts)
    assert np.isnan([ours.average.low, ours.average.high, ours.average.std_error]).all()
    assert ours.average.df == max(len(starts) - 1, 0)


def test_a_panel_of_another_width_is_named() -> None:
    with pytest.raises(ValueError, match="has 3 columns"):
        compute_group_time_effects(np.zeros((2, 3)), [0, 1], [1, np.nan])


@pytest.mark.parametrize(
    ("outcomes", "times", "starts", "told"),
    [
        ([1.0], [0], [1], "`outcomes` has shape"),
        ([[1.0]], [[0]], [1], "`times` has shape"),
        ([[1.0]], [0], [[1]], "`starts` has shape"),
        ([[1.0], [2.0]], [0], [1], "`outcomes` has 2, `starts` has 1"),
        ([[1.0, 2.0]], [0, 0], [1], "each time once"),
    ],
)
def test_a_panel_of_another_shape_is_named(outcomes: list[object], times: list[object], starts: list[object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        compute_group_time_effects(outcomes, times, starts)
