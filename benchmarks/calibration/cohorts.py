"""Simulate cohorts whose truth is known, and ask how often the difference of two and the synthesis of four are right.

    python -m benchmarks.calibration.cohorts --output benchmarks/calibration/cohorts.csv   # about half an hour on one core
    python -m benchmarks.calibration.cohorts --studies 200                                 # a first look

Schools have 8 to 30 people, of whom three in five answer both times; otherwise they are those of the scenario "plain".
`python -m benchmarks.calibration.tables` then writes the tables of docs/validity.md.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd
from scipy.stats import ttest_ind

from benchmarks.calibration.cells import summarise
from benchmarks.calibration.command import run_command
from benchmarks.calibration.studies import Cell, Study, simulate_study
from benchmarks.calibration.verdicts import Estimated, Verdicts, cover, judge, reject
from benchmarks.calibration.world import SCENARIOS, find_world
from toolkit.analysis.cohorts import CohortChange, compare_two, estimate_cohorts, synthesise_cohorts
from toolkit.statistics.means import compute_two_groups
from toolkit.statistics.multiple_testing import compute_adjusted_p

SEED = 20261129
SIZES = (8, 30)
KINDS = ((2, 4), (2, 8), (4, 6))
TAUS = (0.0, 0.15, 0.30)
CHANGES = (0.0, 0.28)
SPREADS = (0.0, 0.15)
CHUNK = 50

COLUMNS = ["cohorts", "schools", "tau", "between", "change", "method", "measure", "value", "low", "high", "studies", "without"]


@dataclass(frozen=True, slots=True)
class Cohorts:
    """One kind of study: `cohorts` of `schools` schools each, with `tau` and `between` the SDs of true changes, in SDs within schools.

    `tau` is between the schools of a cohort, `between` between the cohorts. `change` is by how much the second of two cohorts changes
    more than the first, which does not change; of more cohorts, the mean of the cohorts that these are a sample of.
    """

    cohorts: int
    schools: int
    tau: float
    between: float
    change: float

    def make_generator(self, seed: int, number: int) -> np.random.Generator:
        """Return the generator of study `number`, which depends on the cell and the seed and on nothing that runs beside it."""
        name = f"cohorts {self.cohorts} x {self.schools} {self.tau} {self.between} {self.change}"
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(crc32(name.encode()), number)))


def list_cells() -> list[Cohorts]:
    """Return all cells; cohorts have a spread of their own where they are summed up."""
    return [
        Cohorts(cohorts, schools, tau, between, change)
        for (cohorts, schools), tau, between, change in product(KINDS, TAUS, SPREADS, CHANGES)
        if cohorts > 2 or not between
    ]


def simulate_cohorts(cell: Cohorts, rng: np.random.Generator) -> list[Study]:
    """Return the study of every cohort."""
    changes = [0.0, cell.change] if cell.cohorts == 2 else [cell.change] * cell.cohorts
    drawn = [round(change + cell.between * float(rng.normal()), 2) for change in changes]  # in hundredths: their worlds are computed once
    return [simulate_study(Cell("plain", cell.schools, cell.tau, change, sizes=SIZES), rng) for change in drawn]


def judge_cohorts(cell: Cohorts, rng: np.random.Generator) -> Verdicts:
    """Return the verdicts about one study of the kind `cell`."""
    studies = simulate_cohorts(cell, rng)
    people = {str(number): _tabulate(study) for number, study in enumerate(studies)}
    schools = {cohort: table.index.get_level_values("school").unique() for cohort, table in people.items()}
    found = list(estimate_cohorts(people, schools, 0.95).values())
    return _judge_two(found, studies, people) if cell.cohorts == 2 else _judge_several(found, studies, cell)


def _tabulate(study: Study) -> pd.DataFrame:
    index = pd.MultiIndex.from_arrays([study.school.astype(str), np.arange(study.school.size).astype(str)], names=["school", "respondent"])
    return pd.DataFrame({"before": study.before, "after": study.after}, index=index).dropna(how="all").sort_index()


def _judge_two(found: list[CohortChange], studies: list[Study], people: dict[str, pd.DataFrame]) -> Verdicts:
    first, second = found
    changes = [table.dropna().pipe(lambda pairs: pairs["after"] - pairs["before"]) for table in people.values()]
    test = ttest_ind(changes[1], changes[0])
    methods: dict[str, Estimated] = {
        "pooled_t": compare_two(second, first),
        "welch": compute_two_groups(second.changes.estimate, first.changes.estimate).welch,
    }
    verdicts = judge(methods, studies[1].true_mean - studies[0].true_mean) | {("naive_people", "rejected"): reject(float(test.pvalue))}
    return verdicts | judge({"one_cohort": first.mean}, studies[0].true_mean)


@dataclass(frozen=True, slots=True)
class _Said:
    estimate: float
    low: float
    high: float
    p_value: float


def _judge_several(found: list[CohortChange], studies: list[Study], cell: Cohorts) -> Verdicts:
    sd = find_world(SCENARIOS["plain"], cell.tau, 0.0).sd_within
    verdicts: Verdicts = {}
    for name, pooled in (("synthesis", False), ("pooled_synthesis", True)):
        synthesis = synthesise_cohorts(found, pooled=pooled)
        mean, between = synthesis.mean, synthesis.between_cohorts
        verdicts |= judge({name: _Said(mean.mu, mean.low, mean.high, mean.p_value)}, cell.change * sd)
        verdicts[f"{name}_tau", "covered"] = cover(between.low, cell.between * sd, between.high)
    verdicts["tau_schools", "covered"] = cover(synthesis.between_schools.low, studies[0].true_tau, synthesis.between_schools.high)
    if not cell.between:
        p = [compare_two(first, second).p_value for first, second in combinations(found, 2)]
        verdicts["pairs_holm", "rejected"] = float(compute_adjusted_p(p).min() < 0.05)
        verdicts["pairs_plain", "rejected"] = float(min(p) < 0.05)
    return verdicts


def run_cell(cell: Cohorts, seed: int, studies: int, executor: Executor | None = None) -> pd.DataFrame:
    """Return what `studies` of the kind `cell` come to; the numbers do not depend on who computes them."""
    tasks = [(cell, seed, range(start, min(start + CHUNK, studies))) for start in range(0, studies, CHUNK)]
    parts = executor.map(_judge_studies, tasks) if executor else map(_judge_studies, tasks)
    verdicts = [verdict for part in parts for verdict in part]
    return pd.DataFrame(list(_name(cell, verdicts)), columns=COLUMNS)


def _judge_studies(task: tuple[Cohorts, int, range]) -> list[Verdicts]:
    cell, seed, numbers = task
    return [judge_cohorts(cell, cell.make_generator(seed, number)) for number in numbers]


def _name(cell: Cohorts, verdicts: list[Verdicts]) -> Iterator[dict[str, Any]]:
    for row in summarise(verdicts, changed=cell.change > 0):
        if row["method"].startswith(("pairs", "one_cohort")) and row["measure"] == "power":
            row |= {"measure": "error"}  # cohorts that are paired change alike, and the first of two does not change
        yield {name: getattr(cell, name) for name in COLUMNS[:5]} | row


def main() -> None:
    """Run all cells and save what they come to."""
    results = run_command("benchmarks.calibration.cohorts", __doc__, SEED, list_cells(), run_cell)
    print(results.to_string(index=False))


if __name__ == "__main__":
    main()
