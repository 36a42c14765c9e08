"""Simulate studies whose truth is known, ask the toolkit about each, and print how often it is right.

    python -m benchmarks.calibration --output benchmarks/calibration/results.csv   # everything: about an hour on two idle cores
    python -m benchmarks.calibration --studies 200 --slow 50                       # a first look
    python -m benchmarks.calibration --again --output benchmarks/calibration/again.csv

The last looks again, with another seed and ten times the studies, at the cells in which error or coverage of the default left the bounds:
chance, or more?
The numbers follow from the seed, whatever the number of processes. `python -m benchmarks.calibration.tables` then writes the tables of
docs/validity.md.
"""

from __future__ import annotations

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is imported

import argparse
import datetime as dt
import platform
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks.calibration.cells import list_cells, run_cell
from benchmarks.calibration.studies import Cell
from benchmarks.calibration.tables import list_outside, list_tables, load_results

SEED = 20261122
HOUSE = Path(__file__).parents[2]


def main() -> None:
    """Run all cells, save what they come to, and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calibration", description=__doc__.splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000, help="studies per cell, half of it where there is a true change")
    parser.add_argument("--slow", type=int, default=1000, help="how many of them the slow methods get")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--again", action="store_true", help="only where the default left its bounds: ten times the studies, the next seed")
    parser.add_argument("--output", type=Path, help="where the results go, as CSV")
    wish = parser.parse_args()
    cells, options = list_cells(), f"--studies {wish.studies} --slow {wish.slow} --seed {wish.seed}"
    if wish.again:
        cells, options, wish.studies, wish.slow, wish.seed = list_outside(load_results()), "--again", 20_000, 0, SEED + 1
    if not cells:
        parser.exit(message="The default left its bounds nowhere.\n")
    results = run_cells(cells, wish)
    if wish.output:
        save_results(results, wish.output, options)
    print(results.to_string(index=False) if wish.again else "\n\n".join(list_tables(results).values()))


def run_cells(cells: list[Cell], wish: argparse.Namespace) -> pd.DataFrame:
    """Return what all cells come to, and tell how far it is."""
    started, parts = time.time(), []
    with ProcessPoolExecutor(wish.processes) as executor:
        for cell in cells:
            share = 2 if cell.change else 1  # power needs fewer
            parts.append(run_cell(cell, wish.seed, wish.studies // share, wish.slow // share, executor))
            print(f"{time.time() - started:7.0f} s  {cell}", file=sys.stderr, flush=True)
    return pd.concat(parts)


def save_results(results: pd.DataFrame, path: Path, options: str, command: str = "benchmarks.calibration") -> None:
    """Write the results below the command, the date and the versions that made them."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=HOUSE, capture_output=True, text=True).stdout.strip()
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas"))
    toolkit = f"toolkit {version('plg-toolkit')} at {commit or 'an unknown commit'}"
    head = [f"python -m {command} {options}", f"{dt.date.today()}, {toolkit}, Python {platform.python_version()}, {versions}"]
    table = results.to_csv(index=False, float_format="%.4g", lineterminator="\n")
    path.write_text("".join(f"# {line}\n" for line in head) + table, encoding="utf-8")


if __name__ == "__main__":
    main()
