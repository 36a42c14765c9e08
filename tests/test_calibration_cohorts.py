"""Conclusions about cohorts hold with few schools: a short run of their calibration, and the truth it is held to."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from benchmarks.calibration import cohorts
from benchmarks.calibration.cohorts import SIZES, Cohorts, list_cells, run_cell, simulate_cohorts
from benchmarks.calibration.studies import Cell, simulate_study
from benchmarks.calibration.world import SCENARIOS, find_world

SEED = 5


def run(cell: Cohorts, studies: int) -> pd.DataFrame:
    """Return value and studies of a cell, by method and measure."""
    return run_cell(cell, SEED, studies).set_index(["method", "measure"])


def is_nominal(row: pd.Series, share: float = 0.05) -> bool:
    """Tell whether a share that is nominally `share` may come out as it did: its exact binomial test does not say no at 0.1 %."""
    return bool(binomtest(round(row["value"] * row["studies"]), int(row["studies"]), share).pvalue > 0.001)


def test_cohorts_change_as_their_world_says_in_schools_of_8_to_30_people() -> None:
    rng = np.random.default_rng(1)
    sd = find_world(SCENARIOS["plain"], 0.0, 0.0).sd_within
    studies = [study for _ in range(40) for study in simulate_cohorts(Cohorts(4, 6, 0.0, 0.15, 0.28), rng)]
    means = np.array([study.true_mean for study in studies]) / sd
    assert means.mean() == pytest.approx(0.28, abs=4 * 0.15 / np.sqrt(means.size))
    assert means.std() == pytest.approx(0.15, rel=0.2)
    sizes = np.concatenate([np.bincount(study.school) for study in studies])
    assert (sizes.min(), sizes.max()) == SIZES
    both = np.concatenate([np.isfinite(study.before + study.after) for study in studies])
    assert both.mean() == pytest.approx(0.6, abs=0.02)


def test_other_cells_are_what_they_were_before_sizes_could_be_chosen() -> None:
    cell = Cell("plain", 30, 0.15, 0.0)
    sizes = np.bincount(simulate_study(cell, cell.make_generator(SEED, 0)).school)
    assert sizes.min() >= 6 and sizes.max() > 30
    chosen = simulate_study(dataclasses.replace(cell, sizes=SIZES), cell.make_generator(SEED, 0))
    assert np.bincount(chosen.school).max() <= 30


@pytest.mark.parametrize("schools", [4, 8])
def test_a_difference_of_two_cohorts_that_is_not_there_is_found_in_five_percent(schools: int) -> None:
    found = run(Cohorts(2, schools, 0.15, 0.0, 0.0), 150)
    assert is_nominal(found.loc["pooled_t", "error"]) and is_nominal(found.loc["one_cohort", "error"])


def test_a_true_difference_lies_in_its_interval_in_95_percent() -> None:
    found = run(Cohorts(2, 4, 0.30, 0.0, 0.28), 150)
    assert is_nominal(found.loc["pooled_t", "coverage"], 0.95)
    assert abs(found.loc[("pooled_t", "bias"), "value"]) < 0.08


def test_four_cohorts_are_summed_up_and_pairs_of_them_need_holm() -> None:
    found = run(Cohorts(4, 6, 0.15, 0.0, 0.0), 150)
    assert found.loc[("pairs_holm", "error"), "value"] < 0.12 < found.loc[("pairs_plain", "error"), "value"]
    assert found.loc[("synthesis", "error"), "value"] < 0.15


def test_the_calibration_sees_a_method_that_errs() -> None:
    row = run(Cohorts(2, 4, 0.30, 0.0, 0.0), 100).loc["naive_people", "error"]
    assert row["value"] > 0.10 and not is_nominal(row)


def test_numbers_do_not_depend_on_who_computes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cohorts(2, 4, 0.15, 0.0, 0.0)
    alone = run_cell(cell, SEED, 12)
    monkeypatch.setattr(cohorts, "CHUNK", 5)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(run_cell(cell, SEED, 12, executor), alone)
    assert not run_cell(cell, SEED + 1, 12).equals(alone)


@pytest.mark.slow
@pytest.mark.parametrize("cell", [cell for cell in list_cells() if not cell.change], ids=str)
def test_differences_and_pairs_hold_their_error_in_a_longer_run(cell: Cohorts) -> None:
    found = run(cell, 1000)
    if cell.cohorts == 2:
        assert is_nominal(found.loc["pooled_t", "error"])
    elif not cell.between:
        row = found.loc["pairs_holm", "error"]
        assert binomtest(round(row["value"] * row["studies"]), int(row["studies"]), 0.05, alternative="greater").pvalue > 0.001
