"""Conclusions hold with few schools: a short run of the calibration, its truth checked by hand, and the tables that we publish of it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from benchmarks.calibration import cells
from benchmarks.calibration.cells import SCHOOLS, run_cell
from benchmarks.calibration.studies import Cell, simulate_study
from benchmarks.calibration.tables import PAGE
from benchmarks.calibration.world import SCENARIOS, find_world
from toolkit import schemas as columns

SEED = 5


def run(cell: Cell, studies: int, slow: int = 0) -> pd.DataFrame:
    """Return value and studies of a cell, by method and measure."""
    return run_cell(cell, SEED, studies, slow).set_index(["method", "measure"])


def is_nominal(row: pd.Series, share: float) -> bool:
    """Tell whether a share that is nominally `share` may come out as it did: its exact binomial test does not say no at 0.1 %."""
    return bool(binomtest(round(row["value"] * row["studies"]), int(row["studies"]), share).pvalue > 0.001)


# --- the truth that the methods are held to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_simulated_schools_change_as_their_world_says(scenario: str) -> None:
    cell, rng = Cell(scenario, 30, 0.15, 0.28), np.random.default_rng(1)
    world, studies = find_world(SCENARIOS[scenario], 0.15, 0.28), [simulate_study(cell, rng) for _ in range(60)]
    changes = np.concatenate([study.true_changes for study in studies])
    assert changes.mean() == pytest.approx(world.change, abs=4 * changes.std() / np.sqrt(changes.size))
    assert changes.std() == pytest.approx(world.tau, rel=0.1)


@pytest.mark.parametrize("scenario", ["plain", "ceiling"])
def test_scores_have_the_expectation_and_spread_that_were_computed(scenario: str) -> None:
    rng = np.random.default_rng(2)
    study = simulate_study(Cell(scenario, 12, 0.30, 0.28, staff=4000), rng)
    means = np.array([[np.nanmean(wave[study.school == j]) for wave in (study.before, study.after)] for j in range(12)])
    np.testing.assert_allclose(means[:, 1] - means[:, 0], study.true_changes, atol=4 * study.sd_within / np.sqrt(1500))
    within = np.sqrt(np.mean([np.nanvar(study.before[study.school == j]) for j in range(12)]))
    assert within == pytest.approx(study.sd_within, rel=0.08)  # schools differ in level, and near the ceiling so in spread
    assert np.mean(study.before == 6) < 0.01 if scenario == "plain" else np.mean(study.before == 6) > 0.10
    assert np.mean(np.isfinite(study.before + study.after)) == pytest.approx(0.6, abs=0.01)


def test_without_a_true_change_no_school_changes() -> None:
    study = simulate_study(Cell("ceiling", 5, 0.0, 0.0), np.random.default_rng(3))
    assert study.true_changes == pytest.approx(np.zeros(5), abs=1e-9)


def test_those_with_low_first_scores_leave_in_the_scenario_of_drop_out() -> None:
    study = simulate_study(Cell("drop-out", 20, 0.0, 0.0, staff=500), np.random.default_rng(4))
    stayed = np.isfinite(study.after)
    assert np.nanmean(study.before[stayed]) - np.nanmean(study.before[~stayed]) > study.sd_within


# --- a short run -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("schools", [4, 8])
def test_the_default_finds_a_change_that_is_not_there_in_five_percent(scenario: str, schools: int) -> None:
    assert is_nominal(run(Cell(scenario, schools, 0.15, 0.0), 200).loc["default", "error"], 0.05)


def test_the_calibration_sees_a_method_that_errs() -> None:
    row = run(Cell("plain", 6, 0.30, 0.0), 150).loc["naive_paired_t", "error"]
    assert row["value"] > 0.10
    assert not is_nominal(row, 0.05)


def test_selective_leaving_biases_pairs_and_wave_means_but_not_the_default() -> None:
    found = run(Cell("drop-out", 14, 0.15, 0.0), 150).xs("bias", level="measure")
    assert found.loc["pairs_only", "high"] < -0.06
    assert found.loc["wave_means", "low"] > 0.06
    assert found.loc["default", "value"] == pytest.approx(0, abs=0.03)


def test_few_treated_schools_are_held_against_others_with_five_percent_error() -> None:
    found = run(Cell("plain", 2, 0.15, 0.0, comparison=6), 250, slow=20)
    assert is_nominal(found.loc["pooled_t", "error"], 0.05)
    assert found.loc[("companion_satterthwaite", "error"), "studies"] == 20


def test_intervals_of_one_small_school_hold_the_truth_in_95_percent() -> None:
    found = run(Cell("plain", 1, 0.15, 0.28, staff=12), 300)
    assert is_nominal(found.loc["one_school_kr", "coverage"], 0.95)
    assert found.loc[("one_school_kr", "coverage"), "without"] > 0  # too few pairs to be shown


def test_intervals_of_schools_hold_the_truth_where_plugging_in_fails() -> None:
    found = run(Cell("plain", 6, 0.30, 0.0), 60, slow=60).xs("coverage", level="measure")
    assert found.loc[["school_own", "school_shrunken", "school_position", "new_school"], "value"].between(0.90, 1.0).all()
    assert found.loc["naive_plug_in", "value"] < found.loc["school_shrunken", "value"] - 0.01


def test_numbers_do_not_depend_on_who_computes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell("plain", 4, 0.15, 0.0)
    alone = run_cell(cell, SEED, 12, 12)
    monkeypatch.setattr(cells, "CHUNK", 5)
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(run_cell(cell, SEED, 12, 12, executor), alone)
    assert not run_cell(cell, SEED + 1, 12, 12).equals(alone)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("schools", SCHOOLS)
def test_the_default_holds_its_error_in_a_longer_run(scenario: str, schools: int) -> None:
    assert is_nominal(run(Cell(scenario, schools, 0.15, 0.0), 1000).loc["default", "error"], 0.05)


# --- the words about methods ------------------------------------------------------------------------------------------------------


def list_unknown(page: str) -> list[str]:
    """Return the quantities, functions, files and notebooks that a page names and the toolkit does not have."""
    house = PAGE.parent.parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in house.glob("toolkit/**/*.py"))
    tables = "|".join(table.name for table in vars(columns).values() if isinstance(table, columns.Table))
    quantities = [name for name in re.findall(rf"`(?:{tables})\.(\w+)`", page) if f'"{name}"' not in source and f"`{name}`" not in source]
    functions = [name for name in re.findall(r"`((?:compute|estimate|fit)_\w+)[`(]", page) if f"def {name}(" not in source]
    named = re.findall(r"`(toolkit/[\w/.]+)`", page) + [f"docs/{name}" for name in re.findall(r"\]\((\w+\.md)", page)]
    named += [f"notebooks/{name}.ipynb" for name in re.findall(r"[Nn]otebook `(\w+)`", page)]
    return quantities + functions + [name for name in named if not (house / name).is_file()]


def test_the_page_on_methods_names_what_is_there() -> None:
    page = (PAGE.parent / "methods.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^## \d+\. ", page, re.MULTILINE)) == 16
    assert list_unknown(page) == []


def test_the_rule_on_names_sees_what_is_not_there() -> None:
    page = "`change.tau`, `change.leap`, `compute_power`, `compute_luck(x)`, `toolkit/schemas.py`, `toolkit/luck.py`"
    page += " [x](luck.md), notebook `02_change`, notebook `luck`"
    assert list_unknown(page) == ["leap", "compute_luck", "toolkit/luck.py", "docs/luck.md", "notebooks/luck.ipynb"]
