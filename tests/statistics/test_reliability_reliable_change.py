"""Reliable change and regression to the mean, held to R and to simulations."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from tests.witness import witness
from toolkit.statistics.reliability import compute_regression_to_mean, compute_reliable_change


@pytest.mark.parametrize(
    ("id", "before", "after", "reliability"), [("rci.anorexia_FT", "Prewt", "Postwt", 0.80), ("rci.bdf_all", "arit1", "arit2", 0.85)]
)
def test_reliable_change_equals_that_of_r(id: str, before: str, after: str, reliability: float) -> None:
    w = witness(id)
    data = w.data()
    data = data[data["Treat"] == "FT"] if "Treat" in data else data
    ours = compute_reliable_change(data[before], data[after], reliability)
    for field, theirs in {
        "improved": "n_improved", "deteriorated": "n_deteriorated", "n": "n", "sd_difference": "s_diff",
        "sd_baseline": "s_baseline", "smallest_change": "min_reliable_change_95",
    }.items():  # fmt: skip
        w.agree(getattr(ours, field), theirs)
    w.agree(((data[after] - data[before]) / ours.sd_difference)[:5], "rci_first5")


def test_without_real_change_chance_counts_are_as_said() -> None:
    rng = np.random.default_rng(7)
    true = rng.normal(size=40_000)
    before, after = (true + 0.5 * rng.normal(size=true.size) for _ in range(2))
    ours = compute_reliable_change(before, after, reliability=0.8)
    assert ours.by_chance == pytest.approx(1000)
    assert ours.improved == pytest.approx(1000, abs=100) and ours.deteriorated == pytest.approx(1000, abs=100)


@pytest.mark.parametrize(("before", "reliability"), [([2.0, 2.0, 2.0], 0.8), ([1.0, 2.0, 3.0], 1.0), ([1.0], 0.8), ([1.0, 2.0], math.nan)])
def test_without_error_or_spread_nobody_is_counted(before: list[float], reliability: float) -> None:
    ours = compute_reliable_change(before, np.add(before, 5), reliability)
    assert ours.improved == 0 and math.isnan(ours.smallest_change)


def test_the_spread_of_another_group_can_be_the_measure() -> None:
    ours = compute_reliable_change([0.0] * 4, [1.9, 2.0, -1.9, -2.0], reliability=0.5, sd_baseline=1.0)  # sqrt(2 (1 - 0.5)) = 1
    assert (ours.sd_baseline, ours.sd_difference, ours.improved, ours.deteriorated) == (1, 1, 1, 1)
    half = compute_reliable_change([0.0] * 4, [1.9, 2.0, -1.9, -2.0], reliability=0.5, sd_baseline=0.5)
    assert (half.sd_difference, half.improved, half.deteriorated) == (0.5, 2, 2)


def test_a_change_of_just_the_smallest_size_is_no_reliable_change() -> None:
    smallest = compute_reliable_change([0.0], [0.0], reliability=0.5, sd_baseline=1.0).smallest_change
    for change, counted in ((smallest, 0), (np.nextafter(smallest, 9), 1)):
        ours = compute_reliable_change([0.0, 0.0], [change, -change], reliability=0.5, sd_baseline=1.0)
        assert (ours.improved, ours.deteriorated) == (counted, counted)


def test_a_scale_without_any_reliability_has_errors_as_large_as_its_spread() -> None:
    assert compute_reliable_change([0.0, 1.0], [0.0, 1.0], reliability=0.0, sd_baseline=2.0).sd_difference == pytest.approx(
        2 * math.sqrt(2)
    )
    assert math.isnan(compute_reliable_change([0.0, 1.0], [0.0, 1.0], reliability=-0.01, sd_baseline=2.0).sd_difference)


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_chance_and_smallest_change_go_with_the_level(level: float) -> None:
    ours = compute_reliable_change(np.zeros(40), np.zeros(40), reliability=0.5, sd_baseline=1.0, level=level)
    assert ours.by_chance == pytest.approx(20 * (1 - level))
    assert ours.smallest_change == pytest.approx(stats.norm.ppf((1 + level) / 2))


def test_regression_to_the_mean_equals_that_of_r() -> None:
    w = witness("rtm.bdf")
    data = w.data()
    ours = compute_regression_to_mean(data["lang1"], data["lang2"], data["lang1"] <= np.quantile(data["lang1"], 0.25))
    w.agree(ours.correlation, "r")
    w.agree(ours.n_selected, "n")
    w.agree(ours.expected_change_sd, "expected_rtm_z")
    w.agree(ours.mean_selected, "mean_selected")


def test_low_starters_rise_as_expected_when_nothing_happens() -> None:
    rng = np.random.default_rng(11)
    true = rng.normal(size=100_000)
    before, after = (3 + true + rng.normal(size=true.size) for _ in range(2))
    low = before < 2
    ours = compute_regression_to_mean(before, after, low)
    assert ours.expected_change == pytest.approx((after - before)[low].mean(), abs=0.03)


def test_nobody_selected_gives_no_expectation() -> None:
    assert math.isnan(compute_regression_to_mean([1.0, 2.0, 3.0], [2.0, 1.0, 4.0], [False] * 3).expected_change)


def test_people_with_one_wave_do_not_count_among_those_who_return_to_the_mean() -> None:
    before, after, low = np.array([1.0, 2, 3, 6]), np.array([2.0, 2, 5, 5]), np.array([1, 1, 0, 0])
    whole = compute_regression_to_mean(before, after, low)
    assert (whole.mean, whole.mean_selected, whole.n, whole.n_selected) == (3, 1.5, 4, 2)
    gaps = [*before, 9.0, np.nan, -9.0], [*after, np.nan, 9.0, np.nan], [*low, 0, 1, 1]
    assert compute_regression_to_mean(*gaps) == whole


@pytest.mark.parametrize(
    ("before", "after", "selected"), [([1.0], [2.0, 3.0], [1, 1]), ([1.0, 2.0], [2.0], [1, 1]), ([1.0, 2.0], [2.0, 3.0], [1])]
)
def test_lists_of_another_length_are_named(before: list[float], after: list[float], selected: list[int]) -> None:
    told = f"`before` has {len(before)}, `after` has {len(after)}, `selected` has {len(selected)}"
    with pytest.raises(ValueError, match=told):
        compute_regression_to_mean(before, after, selected)


@pytest.mark.parametrize(
    "compute", [lambda x, y: compute_reliable_change(x, y, 0.8), lambda x, y: compute_regression_to_mean(x, y, [True])]
)
def test_a_wave_of_another_shape_is_named(compute: Callable[[object, object], object]) -> None:
    with pytest.raises(ValueError, match="`before` has shape"):
        compute([[1.0]], [1.0])
    with pytest.raises(ValueError, match="`after` has shape"):
        compute([1.0], [[1.0]])
