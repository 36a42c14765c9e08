"""Staggered starts, held to R and to simulations with known effects."""

from __future__ import annotations

import math

import numpy as np
import pytest

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


@pytest.mark.parametrize("starts", [[], [np.nan, np.nan], [1.0, np.nan], [-5.0, np.nan]])
def test_too_few_schools_have_no_interval(starts: list[float]) -> None:
    outcomes = np.arange(3.0 * len(starts)).reshape(len(starts), 3) ** 2
    ours = compute_staggered_effect(outcomes, [0, 1, 2], starts)
    assert math.isnan(ours.average.low)


def test_a_panel_of_another_width_is_named() -> None:
    with pytest.raises(ValueError, match="has 3 columns"):
        compute_group_time_effects(np.zeros((2, 3)), [0, 1], [1, np.nan])
