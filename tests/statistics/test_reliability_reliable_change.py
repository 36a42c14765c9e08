"""Reliable change and regression to the mean, held to R and to simulations."""

from __future__ import annotations

import math

import numpy as np
import pytest

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
