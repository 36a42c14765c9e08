"""What the benchmarks have in common: ways to do one task, measured in turn in the same run, and one table of ratios with their spread.

A ratio is what a peer took divided by what the toolkit took in the same round, so what else the machine does weighs on both. No test
rests on a time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
#: One thread per process, and never every import compiled anew.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Spent:
    """Wall and CPU seconds of one way to do a task, those of its processes included, and what it answered."""

    wall: float
    cpu: float
    answer: Any = None

    def per(self, count: float) -> Spent:
        """Return the same, of each of `count`."""
        return Spent(self.wall / count, self.cpu / count, self.answer)


Way = Callable[[], Spent]


@dataclass(frozen=True, slots=True)
class Contest:
    """One task, how the toolkit does it and how its peers do; peers that are `absent` with the reason.

    `compare` says how far the answer of a peer lies from ours.
    """

    task: str
    ours: Way
    peers: Mapping[str, Way]
    absent: Mapping[str, str] = field(default_factory=dict)
    compare: Callable[[Any, Any], str] = lambda ours, theirs: ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: what each took at the median, and both ratios of every round."""

    task: str
    peer: str
    ours: Spent
    theirs: Spent
    cpu: Sequence[float]
    wall: Sequence[float]
    answers: str


def spend(*command: str | Path, cwd: Path = ROOT) -> Spent:
    """Return what a command takes with all processes that it waits for; `answer` is what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, cwd=cwd)
    said, complaints = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed: {complaints.decode(errors='replace')[-2000:]}")
    return Spent(time.perf_counter() - start, used.ru_utime + used.ru_stime, said.decode())


def call(work: Callable[[], Any], repeats: int = 1) -> Spent:
    """Return what a call takes in this process, on average over `repeats`, and what it returns."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        answer = work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu, answer).per(repeats)


def hold(contest: Contest, rounds: int) -> Iterator[Line]:
    """Yield a line for each peer, all ways taken in turn, so many rounds."""
    ways = {"toolkit": contest.ours, **contest.peers} if contest.peers else {}
    taken: dict[str, list[Spent]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, way in ways.items():
            taken[name].append(way())
            print(f"{contest.task}: round {number + 1}, {name}: {taken[name][-1].cpu:.4g} CPU s", file=sys.stderr, flush=True)
    ours = taken.get("toolkit", [])
    for name in contest.peers:
        theirs = taken[name]
        ratios = [[getattr(other, kind) / getattr(own, kind) for own, other in zip(ours, theirs, strict=True)] for kind in ("cpu", "wall")]
        answers = contest.compare(ours[-1].answer, theirs[-1].answer)
        yield Line(contest.task, name, _find_median(ours), _find_median(theirs), *ratios, answers)


def _find_median(spent: Sequence[Spent]) -> Spent:
    return Spent(*(statistics.median(getattr(each, kind) for each in spent) for kind in ("wall", "cpu")))


def write_table(lines: Sequence[Line], absent: Sequence[str]) -> str:
    """Return the table in Markdown, with what was left out and why."""
    head = "| task | peer | toolkit, CPU s (wall) | peer, CPU s (wall) | ratio, CPU | ratio, wall | answers |\n" + "|---" * 7 + "|\n"
    rows = [
        f"| {line.task} | {line.peer} | {_write_spent(line.ours)} | {_write_spent(line.theirs)} | {_write_ratio(line.cpu)} "
        f"| {_write_ratio(line.wall)} | {line.answers or '–'} |\n"
        for line in lines
    ]
    return head + "".join(rows) + "".join(f"\nLeft out: {each}." for each in absent)


def _write_spent(spent: Spent) -> str:
    return f"{_write(spent.cpu)} ({_write(spent.wall)})"


def _write_ratio(ratios: Sequence[float]) -> str:
    return f"**{_write(statistics.median(ratios))}** [{_write(min(ratios))} to {_write(max(ratios))}]"


def _write(value: float, signs: int = 3) -> str:
    """Return a number with so many signs that say something, and no power of ten."""
    decimals = max(signs - len(f"{abs(value):.0f}".lstrip("0")), 0) if value >= 1 else 0
    return f"{value:.{decimals}f}" if value >= 1 else f"{float(f'{value:.{signs}g}'):.10f}".rstrip("0").rstrip(".")
