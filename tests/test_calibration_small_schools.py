"""Half of the schools have 2 to 8 people: a short run, and that the average over the others stays right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from benchmarks.calibration.small_schools import SIZES, list_cells, run_cell
from benchmarks.calibration.studies import SMALL, Cell, simulate_study

SEED = 5
CELL = Cell("plain", 16, 0.15, 0.0, sizes=SIZES, small=8)


def run(cell: Cell, studies: int) -> pd.DataFrame:
    """Return value and studies of a cell, by method and measure."""
    return run_cell(cell, SEED, studies).set_index(["method", "measure"])


def is_nominal(row: pd.Series, share: float = 0.05) -> bool:
    """Tell whether a share that is nominally `share` may come out as it did: its exact binomial test does not say no at 0.1 %."""
    return bool(binomtest(round(row["value"] * row["studies"]), int(row["studies"]), share).pvalue > 0.001)


def test_half_of_the_schools_have_two_to_eight_people() -> None:
    sizes = np.array([np.bincount(simulate_study(CELL, CELL.make_generator(SEED, number)).school) for number in range(40)])
    assert (sizes[:, 8:].min(), sizes[:, 8:].max()) == SMALL
    assert sizes[:, :8].min() >= SIZES[0] and sizes[:, :8].max() <= SIZES[1]
    assert {(cell.schools, cell.small) for cell in list_cells()} == {(8, 4), (16, 8), (30, 15)}


def test_the_average_over_schools_that_could_be_shown_is_right_and_more_certain() -> None:
    found = run(Cell("plain", 16, 0.0, 0.0, sizes=SIZES, small=8), 150)
    assert is_nominal(found.loc["counted", "error"])
    assert found.loc[("counted", "width"), "value"] < found.loc[("all_schools", "width"), "value"]
    assert 8 <= found.loc[("counted", "counted"), "value"] < 12 < found.loc[("all_schools", "counted"), "value"] <= 16


def test_its_interval_holds_a_true_change_in_95_percent() -> None:
    assert is_nominal(run(Cell("plain", 16, 0.30, 0.28, sizes=SIZES, small=8), 150).loc["counted", "coverage"], 0.95)


def test_numbers_do_not_depend_on_who_computes_them() -> None:
    with ThreadPoolExecutor(2) as executor:
        pd.testing.assert_frame_equal(run_cell(CELL, SEED, 60, executor), run_cell(CELL, SEED, 60))


@pytest.mark.slow
@pytest.mark.parametrize("cell", [cell for cell in list_cells() if cell.tau == 0.15 and not cell.change])
def test_the_average_holds_its_error_in_a_longer_run(cell: Cell) -> None:
    assert is_nominal(run(cell, 1000).loc["counted", "error"])
