"""The cells of the calibration: which kinds of studies are simulated, and what a cell of them comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from benchmarks.calibration.average import judge_average, judge_average_slowly
from benchmarks.calibration.single import judge_comparison, judge_comparison_slowly, judge_one_school
from benchmarks.calibration.studies import Cell, Study, simulate_study
from benchmarks.calibration.verdicts import Verdicts
from benchmarks.calibration.world import SCENARIOS, Floats

SCHOOLS = (4, 6, 8, 14, 30)
TAUS = (0.0, 0.15, 0.30)
CHANGES = (0.0, 0.28)
COMPARISONS = ((2, 6), (3, 10), (7, 7))
STAFFS = (8, 12, 20, 40, 60)

COLUMNS = ["scenario", "schools", "staff", "tau", "change", "method", "measure", "value", "low", "high", "studies", "without"]
"""`value` with 95 % limits (exact binomial, for means normal) over `studies`; `without` further studies gave no result."""

MEASURES = {"covered": "coverage", "miss": "bias", "width": "width", "counted": "counted"}
CHUNK = 50

Judge = Callable[[Study, np.random.Generator], Verdicts]


def list_cells() -> list[Cell]:
    """Return all cells: the average over schools, treated against comparison schools, and one school alone."""
    averages = [Cell(name, schools, tau, change) for name, schools, tau, change in product(SCENARIOS, SCHOOLS, TAUS, CHANGES)]
    comparisons = [Cell("plain", a, tau, change, comparison=b) for (a, b), tau, change in product(COMPARISONS, TAUS, CHANGES)]
    single = [
        Cell(name, 1, tau, change, staff=staff)
        for name, staff, (tau, change) in product(("plain", "ceiling", "drop-out"), STAFFS, ((0.0, 0.0), (0.15, 0.28)))
    ]
    return averages + comparisons + single


def list_judges(cell: Cell) -> tuple[Judge, Judge | None]:
    """Return the quick and the slow methods that a cell is judged by."""
    if cell.staff:
        return judge_one_school, None
    return (judge_comparison, judge_comparison_slowly) if cell.comparison else (judge_average, judge_average_slowly)


def run_cell(cell: Cell, seed: int, studies: int, slow: int, executor: Executor | None = None) -> pd.DataFrame:
    """Return what `studies` of the kind `cell` come to by the quick methods, and the first `slow` of them by the slow ones.

    Every study has a generator of its own, so the numbers do not depend on who computes them.
    """
    starts = range(0, studies, CHUNK)
    tasks = [(cell, seed, range(start, min(start + CHUNK, studies)), slow) for start in starts]
    parts = executor.map(_judge_studies, tasks) if executor else map(_judge_studies, tasks)
    verdicts = [verdict for part in parts for verdict in part]
    return pd.DataFrame(list(_summarise(cell, verdicts)), columns=COLUMNS)


def _judge_studies(task: tuple[Cell, int, range, int]) -> list[Verdicts]:
    cell, seed, numbers, slow = task
    quickly, slowly = list_judges(cell)
    verdicts = []
    for number in numbers:
        study, generator = simulate_study(cell, cell.make_generator(seed, number)), cell.make_generator(seed, number, purpose=1)
        verdict = quickly(study, generator)
        verdicts.append(verdict | slowly(study, generator) if slowly and number < slow else verdict)
    return verdicts


def _summarise(cell: Cell, verdicts: list[Verdicts]) -> Iterator[dict[str, Any]]:
    shared = {"scenario": cell.scenario, "schools": cell.label, "staff": cell.staff, "tau": cell.tau, "change": cell.change}
    for row in summarise(verdicts, changed=cell.change > 0):
        yield shared | row


def summarise(verdicts: list[Verdicts], *, changed: bool) -> Iterator[dict[str, Any]]:
    """Yield what the verdicts come to per method and measure; rejections are power where the truth has `changed`, or else errors."""
    for method, measure in verdicts[0]:
        given = np.array([verdict[method, measure] for verdict in verdicts if (method, measure) in verdict])
        values = given[np.isfinite(given)]
        low, high = _find_limits(values)
        name = MEASURES.get(measure) or ("power" if changed else "error")
        value = values.mean() if values.size else np.nan
        numbers = {"value": value, "low": low, "high": high, "studies": values.size, "without": given.size - values.size}
        yield {"method": method, "measure": name} | numbers


def _find_limits(values: Floats) -> tuple[float, float]:
    if values.size < 2:
        return np.nan, np.nan
    if np.isin(values, (0.0, 1.0)).all():
        limits = binomtest(int(values.sum()), values.size).proportion_ci()
        return float(limits.low), float(limits.high)
    reach = 1.96 * values.std(ddof=1) / np.sqrt(values.size)
    return float(values.mean() - reach), float(values.mean() + reach)
