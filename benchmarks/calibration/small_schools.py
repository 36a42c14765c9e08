"""Half of the schools have 2 to 8 people: should they count in the average? Asked of studies whose truth is known.

    python -m benchmarks.calibration.small_schools --output benchmarks/calibration/small_schools.csv
    python -m benchmarks.calibration.small_schools --studies 200

The default counts the schools that could be shown themselves: five people who answered twice. Beside it stands the average over all schools
with somebody who answered twice. Both have the variances of everybody. Every school but the small ones has 12 to 40 people.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.calibration.cells import CHANGES, CHUNK, TAUS, summarise
from benchmarks.calibration.command import SEED, run_command
from benchmarks.calibration.studies import Cell, Study, simulate_study
from benchmarks.calibration.verdicts import Estimated, Verdicts, judge
from toolkit.analysis.people import SMALLEST_NUMBER_OF_SCHOOLS
from toolkit.statistics.two_stage import average_schools, estimate_school_changes

SCENARIOS = ("plain", "drop-out")
SCHOOLS = (8, 16, 30)
SIZES = (12, 40)
FLOOR = 5
"""The smallest group that a report shows."""

COLUMNS = ["scenario", "schools", "small", "tau", "change", "method", "measure", "value", "low", "high", "studies", "without"]


def list_cells() -> list[Cell]:
    """Return all cells: in each half of the schools are small."""
    kinds = product(SCENARIOS, SCHOOLS, TAUS, CHANGES)
    return [Cell(name, schools, tau, change, sizes=SIZES, small=schools // 2) for name, schools, tau, change in kinds]


def judge_small(study: Study) -> Verdicts:
    """Return the verdicts of the average over the schools that could be shown, and of that over all; and how many count in each."""
    school = study.school
    pairs = np.bincount(school[np.isfinite(study.before + study.after)], minlength=study.treated.size)
    changes = estimate_school_changes(*study.stack())  # noqa: PD013
    found: dict[str, Estimated] = {}
    numbers: Verdicts = {}
    for name, floor in (("counted", FLOOR), ("all_schools", 1)):
        own = np.isin(changes.schools, np.flatnonzero(pairs >= floor))
        mean = average_schools(changes.changes.estimate[own] if own.sum() >= SMALLEST_NUMBER_OF_SCHOOLS else [])
        found[name] = mean
        numbers |= {(name, "width"): mean.high - mean.low, (name, "counted"): float(own.sum())}
    return judge(found, study.true_mean) | numbers


def run_cell(cell: Cell, seed: int, studies: int, executor: Executor | None = None) -> pd.DataFrame:
    """Return what `studies` of the kind `cell` come to; every study has a generator of its own."""
    ask = partial(_judge_studies, cell, seed)
    chunks = [range(start, min(start + CHUNK, studies)) for start in range(0, studies, CHUNK)]
    verdicts = [verdict for part in (executor.map(ask, chunks) if executor else map(ask, chunks)) for verdict in part]
    return pd.DataFrame(list(_summarise(cell, verdicts)), columns=COLUMNS)


def _judge_studies(cell: Cell, seed: int, numbers: range) -> list[Verdicts]:
    return [judge_small(simulate_study(cell, cell.make_generator(seed, number))) for number in numbers]


def _summarise(cell: Cell, verdicts: list[Verdicts]) -> Iterator[dict[str, Any]]:
    shared = {"scenario": cell.scenario, "schools": cell.schools, "small": cell.small, "tau": cell.tau, "change": cell.change}
    for row in summarise(verdicts, changed=cell.change > 0):
        yield shared | row


def main() -> None:
    """Run all cells, save what they come to, and print it."""
    results = run_command("benchmarks.calibration.small_schools", __doc__, SEED, list_cells(), run_cell)
    print(results[np.isfinite(results["value"])].to_string(index=False))


if __name__ == "__main__":
    main()
