"""How estimating, protecting and recording grow with the number of schools: CPU seconds and memory, each size in a process of its own.

    python -m benchmarks.many_schools 100 200 400

The studies are invented: 12 to 28 people a school, two waves, 42 statements, leaders and others. It prints the rows of the table in
docs/performance.md.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import toolkit.results.estimation as estimation
from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.simulation.survey_files import Dress, dress_items, name_by_id, write_delimited, write_number
from toolkit.study.loading import load_study

SEED = 17
LIKE = Path(__file__).parent.parent / "datasets" / "gespreide_start" / "study.toml"
HEAD = """\
id = "many"
title = { nl = "Veel scholen", en = "Many schools" }
languages = ["nl", "en"]
invented = true
state = "final"
report_date = 2026-10-01
seed = 17
instruments = ["energie_own9", "plg12", "profcultuur8", "cijfer1"]

[layouts.plain]
respondent = "code"
school = "school"
role = "role"
date = "date"
"""
WAVE = """
[[waves]]
id = "{id}"
date = {date}
label = {{ nl = "{date}", en = "{date}" }}

[[sources]]
file = "exports/{id}.csv"
layout = "plain"
wave = "{id}"
"""
COMPARISON = '[[comparisons]]\nid = "first_last"\nbefore = "w1"\nafter = "w2"\nplanned = true\n'


def write_study(folder: Path, schools: int) -> None:
    """Write the study file and the exports of so many invented schools; twelve have a board together."""
    invention = Invention(sizes=tuple(12 + 5 * number % 17 for number in range(schools)))
    responses = invent_responses(invent_population(invention, SEED), SEED)
    rng = np.random.default_rng([SEED, 3])
    (folder / "exports").mkdir()
    parts = [HEAD]
    for wave, date in zip(invention.waves, invention.dates, strict=True):
        people = responses[responses["wave"] == wave].sort_values("date", kind="stable", ignore_index=True)
        table = pd.DataFrame({"date": people["date"].dt.strftime("%Y-%m-%d %H:%M"), "code": people["respondent"]})
        table = pd.concat([table, people[["school", "role"]], dress_items(people, Dress(name_by_id, write_number), rng)], axis=1)
        write_delimited(folder / "exports" / f"{wave}.csv", table, separator=",", encoding="utf-8")
        parts.append(WAVE.format(id=wave, date=date))
    for number, school in enumerate(invention.schools):
        parts.append(f'[[schools]]\nid = "{school}"\nname = "School {school}"\nboard = "b{number // 12}"\n')
    like = LIKE.read_text(encoding="utf-8")
    parts += [like[like.index("[[roles]]") : like.index("[[comparisons]]")], COMPARISON]
    (folder / "study.toml").write_text("\n".join(parts), encoding="utf-8")


def measure(folder: Path) -> list[float]:
    """Return CPU seconds (reading, estimating, joint test, register), MB of the register and at the peak, and how much is hidden."""
    spent: dict[str, float] = {}
    for name in ("read_exports", "protect_results", "add_robustness"):
        setattr(estimation, name, _time(getattr(estimation, name), name, spent))
    study = load_study(folder)
    start = time.process_time()
    found = estimation.estimate_study(study, register=folder / "internal")
    whole = time.process_time() - start
    start = time.process_time()
    found.record()
    register = time.process_time() - start
    joint = spent["protect_results"] + spent["add_robustness"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    megabytes = (folder / "internal" / "register.jsonl").stat().st_size / 1e6
    hidden = len(found.results.provenance["subtraction"])
    return [spent["read_exports"], whole - joint - spent["read_exports"], joint, register, megabytes, peak, hidden]


def _time(function: Callable[..., Any], name: str, spent: dict[str, float]) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        start = time.process_time()
        found = function(*given, **named)
        spent[name] = spent.get(name, 0.0) + time.process_time() - start
        return found

    return timed


def main() -> None:
    """Print a row per size, or what one process measured."""
    if sys.argv[1] == "--folder":
        print(*measure(Path(sys.argv[2])))
        return
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    print("| schools | reading | estimating | joint test | register | register, MB | peak, MB | hidden by the joint test |")
    print("|---|---|---|---|---|---|---|---|")
    for schools in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            write_study(Path(folder), schools)
            command = [sys.executable, "-m", "benchmarks.many_schools", "--folder", folder]
            said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
        *seconds, megabytes, peak, hidden = map(float, said.stdout.split())
        print(f"| {schools} | {' | '.join(f'{each:.1f}' for each in seconds)} | {megabytes:.2f} | {peak:.0f} | {hidden:.0f} |", flush=True)


if __name__ == "__main__":
    main()
