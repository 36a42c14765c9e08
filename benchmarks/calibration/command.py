"""What the commands of the calibration share: their options, one cell after another, and results saved with where they come from."""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

SEED = 20261122
HOUSE = Path(__file__).parents[2]
#: What gives the results of one cell: the cell, by how much its studies are divided, and who computes them.
Run = Callable[[Any, int, Executor], pd.DataFrame]


def make_parser(module: str, about: str | None, seed: int) -> argparse.ArgumentParser:
    """Return the options that all commands have."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=(about or "").splitlines()[0])
    parser.add_argument("--studies", type=int, default=2000, help="studies per cell, half of it where there is a true change")
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, help="where the results go, as CSV")
    return parser


def run_cells(cells: Sequence[Any], run: Run, processes: int) -> pd.DataFrame:
    """Return what all cells come to, and tell how far it is."""
    started, parts = time.time(), []
    with ProcessPoolExecutor(processes) as executor:
        for cell in cells:
            parts.append(run(cell, 2 if cell.change else 1, executor))  # power needs fewer
            print(f"{time.time() - started:7.0f} s  {cell}", file=sys.stderr, flush=True)
    return pd.concat(parts)


def run_command(module: str, about: str | None, seed: int, cells: Sequence[Any], run_cell: Callable[..., pd.DataFrame]) -> pd.DataFrame:
    """Return what the cells come to with the options that were typed, saved where these say."""
    wish = make_parser(module, about, seed).parse_args()
    found = run_cells(cells, lambda cell, share, executor: run_cell(cell, wish.seed, wish.studies // share, executor), wish.processes)
    if wish.output:
        save_results(found, wish.output, f"--studies {wish.studies} --seed {wish.seed}", module)
    return found


def save_results(results: pd.DataFrame, path: Path, options: str, command: str = "benchmarks.calibration") -> None:
    """Write the results below the command, the date and the versions that made them."""
    commit = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=HOUSE, capture_output=True, text=True).stdout.strip()
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "pandas"))
    toolkit = f"toolkit {version('plg-toolkit')} at {commit or 'an unknown commit'}"
    head = [f"python -m {command} {options}", f"{dt.date.today()}, {toolkit}, Python {platform.python_version()}, {versions}"]
    table = results.to_csv(index=False, float_format="%.4g", lineterminator="\n")
    path.write_text("".join(f"# {line}\n" for line in head) + table, encoding="utf-8")
