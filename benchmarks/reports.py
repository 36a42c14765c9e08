"""Seconds per school report: papermill and nbconvert with a kernel per school, against `plg report` with warm kernels.

Both make the same pages of the same 14 schools from the same template. papermill gets the results ready made; `plg report` reads the
exports and estimates them within its time. Start-up counts on both sides. papermill's time is that of a few schools, said per school.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUDY = ROOT / "datasets" / "vergelijking" / "study.toml"
BIN = Path(sys.executable).parent
SCHOOLS = 14
SAMPLE = 4
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {"OMP_NUM_THREADS": "1"}


def run(*command: str | Path) -> float:
    """Return the wall seconds that `command` takes."""
    start = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True, env=ENVIRONMENT, cwd=ROOT, capture_output=True)
    return time.perf_counter() - start


def time_papermill(folder: Path) -> float:
    """Return the seconds per report of papermill, then nbconvert, each its own process and kernel, as evaluators do by hand."""
    results = sorted((folder / "ours" / "internal").glob("school-*.results.json"))
    seconds = 0.0
    for path in results[:SAMPLE]:
        notebook = folder / f"{path.stem}.ipynb"
        school = _find_school(path)
        parameters = ["-p", "study_file", STUDY, "-p", "school", school, "-p", "language", "nl", "-p", "results_file", path]
        seconds += run(BIN / "papermill", ROOT / "notebooks" / "school_report.ipynb", notebook, *parameters)
        seconds += run(BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", notebook)
    return seconds / min(SAMPLE, len(results))


def _find_school(path: Path) -> str:
    from toolkit.results.results import load_results

    return str(max(load_results(path).levels["school"].unique(), key=len))


def main() -> None:
    """Print seconds per report of both ways, and how many times faster ours is, three rounds interleaved."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for round_ in range(3):
            pages = ("--page", "school", "--page", "cohort")
            ours = run(BIN / "plg", "report", STUDY, "--language", "nl", *pages, "--output", folder / "ours") / (SCHOOLS + 1)
            theirs = time_papermill(folder)
            speeds = f"papermill + nbconvert {theirs:.2f} s/report, plg report {ours:.2f} s/report"
            print(f"round {round_ + 1}: {speeds}, ratio {theirs / ours:.1f}")


if __name__ == "__main__":
    main()
