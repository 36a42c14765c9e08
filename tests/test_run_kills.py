"""A run that is ended at any moment leaves nothing torn, nothing behind, and nothing that the next run would not put right."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.kills import SIGNALS, StartedRun, find_torn, list_leftovers, read_published, seed_key
from tests.test_run import make
from toolkit.locking import LOCK
from toolkit.results.disclosure.register import UNFINISHED
from toolkit.shipped import EXAMPLES


def run_whole(arguments: Sequence[str | Path], folder: Path, temporary: Path) -> tuple[dict[str, bytes], float]:
    """Return what an undisturbed run publishes, and how many seconds it takes."""
    began = time.monotonic()
    run = StartedRun(arguments, folder, temporary).start()
    said = run.finish()
    assert run.process.returncode == 0, said
    assert list_leftovers(folder) == [] and list(temporary.iterdir()) == [] and run.list_processes() == []
    assert not (folder / "internal" / UNFINISHED).exists() and (folder / "internal" / LOCK).read_bytes() == b""
    return read_published(folder), time.monotonic() - began


def kill_often(arguments: Sequence[str | Path], tmp_path: Path, count: int, between: int, *, timed: bool = False) -> list[str]:
    """Return what was wrong after `count` kills; after each `between` of them a run is let finish and compared."""
    whole, seconds = run_whole(arguments, seed_key(tmp_path / "whole"), tmp_path / "temporary")
    chance = random.Random(12)
    folder = tmp_path / "killed"
    wrong: list[str] = []
    for number in range(count):
        if number % between == 0:
            folder = seed_key(tmp_path / f"killed-{number}")
        run = StartedRun(arguments, folder, tmp_path / f"temporary-{number}").start()
        wrong += run.kill(SIGNALS[number % len(SIGNALS)], chance.uniform(0.3, seconds), timed=timed)
        wrong += [f"torn: {name}" for name in find_torn(folder, whole)]
        if number % between == between - 1:
            again, _ = run_whole(arguments, folder, tmp_path / "temporary")
            wrong += [f"differs: {name}" for name in whole.keys() | again.keys() if whole.get(name) != again.get(name)]
    return wrong


def test_a_run_that_is_ended_at_any_moment_leaves_nothing_behind_and_the_next_makes_the_same_bytes(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    arguments = ["run", study.folder, "--school", "s1", "--page", "summary"]
    assert kill_often(arguments, tmp_path, 2, 2) == []


@pytest.mark.slow
def test_two_hundred_kills_of_a_whole_run_leave_nothing_behind(tmp_path: Path) -> None:
    example = next(folder for folder in EXAMPLES if folder.name == "zes_scholen")
    assert kill_often(["run", example], tmp_path, 200, 5, timed=True) == []


def test_a_run_whose_pages_are_being_made_ends_at_once(tmp_path: Path) -> None:
    """Kernels hold nothing that the run waits for: this hung for good."""
    study = make(tmp_path / "study")
    for number in (signal.SIGINT, signal.SIGTERM):
        folder = tmp_path / f"{number.name}-out"
        run = StartedRun(["run", study.folder], folder, tmp_path / number.name).start()
        end = time.monotonic() + 60
        while not list((folder / "internal").glob("*.ipynb")) and time.monotonic() < end:
            time.sleep(0.02)
        assert run.kill(number, 0.0) == [] and run.process.returncode == 128 + number
