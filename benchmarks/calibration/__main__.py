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

from benchmarks.calibration.cells import list_cells, run_cell
from benchmarks.calibration.command import SEED, make_parser, run_cells, save_results
from benchmarks.calibration.tables import list_outside, list_tables, load_results


def main() -> None:
    """Run all cells, save what they come to, and print the tables."""
    parser = make_parser("benchmarks.calibration", __doc__, SEED)
    parser.add_argument("--slow", type=int, default=1000, help="how many of them the slow methods get")
    parser.add_argument("--again", action="store_true", help="only where the default left its bounds: ten times the studies, the next seed")
    wish = parser.parse_args()
    cells, options = list_cells(), f"--studies {wish.studies} --slow {wish.slow} --seed {wish.seed}"
    if wish.again:
        cells, options, wish.studies, wish.slow, wish.seed = list_outside(load_results()), "--again", 20_000, 0, SEED + 1
    if not cells:
        parser.exit(message="The default left its bounds nowhere.\n")
    results = run_cells(cells, lambda cell, share, executor: run_cell(cell, wish.seed, wish.studies // share, wish.slow // share, executor),
                        wish.processes)  # fmt: skip
    if wish.output:
        save_results(results, wish.output, options)
    print(results.to_string(index=False) if wish.again else "\n\n".join(list_tables(results).values()))


if __name__ == "__main__":
    main()
