"""Every benchmark, and one table of them at the end: `python -m benchmarks`, or only some by name.

    python -m benchmarks [reports] [models] [formulas] [reading] [cluster] [--rounds 3] [--schools 100] [--forms 1000000] [--write]

`--write` puts the table into docs/performance.md, with the date, the machine and the command.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import cluster, formulas, mixed_models, reading, reports
from benchmarks.harness import ROOT, Contest, hold, write_table

PAGE = ROOT / "docs" / "performance.md"
TABLE = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
Options = argparse.Namespace
KINDS: dict[str, Callable[[Options, Path], Iterator[Contest]]] = {
    "formulas": lambda options, folder: formulas.list_contests(),
    "models": lambda options, folder: mixed_models.list_contests(options.model_schools),
    "reading": lambda options, folder: reading.list_contests(folder, options.forms),
    "reports": lambda options, folder: reports.list_contests(folder, options.schools),
    "cluster": lambda options, folder: cluster.list_contests(folder),
}


def main() -> None:
    """Measure what was asked for, print the table, and write it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"only these: {', '.join(KINDS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--schools", type=int, default=100, help="of how many schools the pages are made")
    parser.add_argument("--model-schools", type=int, nargs="+", default=[14, 200, 2000])
    parser.add_argument("--forms", type=int, default=1_000_000, help="how many forms are read")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    lines, absent = [], dict[str, None]()
    with tempfile.TemporaryDirectory() as folder:
        for kind in options.kinds or KINDS:
            for contest in KINDS[kind](options, Path(folder)):
                lines += hold(contest, options.rounds)
                absent |= dict.fromkeys(f"{peer} ({why})" for peer, why in contest.absent.items())
    measured = f"{describe_run(load, options.rounds)}\n\n{write_table(lines, list(absent))}\n"
    print(measured)
    if options.write:
        PAGE.write_text(TABLE.sub(lambda found: measured, PAGE.read_text(encoding="utf-8")), encoding="utf-8")


def describe_run(load: float, rounds: int) -> str:
    """Return when, on what and how the table was made."""
    model = re.findall(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    machine = f"{os.cpu_count()} cores ({model[0] if model else platform.machine()}), Python {platform.python_version()}"
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    loads = f"{load:.1f} before and {os.getloadavg()[0]:.1f} after"
    return f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}, {machine}; load {loads}; {rounds} rounds; `{command}`"


if __name__ == "__main__":
    main()
