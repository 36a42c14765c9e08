"""Two runs at once in one folder: one makes it, the other is told who is at work, and nothing is torn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.kills import StartedRun, list_leftovers, read_published, seed_key
from tests.test_run import make
from tests.test_run_kills import run_whole
from toolkit.shipped import EXAMPLES

#: How a run is told, in the language of its study, that another is at work.
HELD = ("Another run is at work in this folder: process", "In deze map is al een run bezig: proces")


def pair_often(arguments: Sequence[str | Path], tmp_path: Path, count: int) -> list[str]:
    """Return what was wrong after so many pairs of runs in folders of their own."""
    whole, seconds = run_whole(arguments, seed_key(tmp_path / "whole"), tmp_path / "temporary")
    wrong = []
    for number in range(count):
        folder = seed_key(tmp_path / f"pair-{number}")
        first = StartedRun(arguments, folder, tmp_path / "temporary" / "first").start()
        time.sleep(seconds * (number % 5) / 10)
        second = StartedRun(arguments, folder, tmp_path / "temporary" / "second").start()
        said = {run.process.pid: (run.finish(), run.process.returncode) for run in (first, second)}
        told = [words for words, code in said.values() if code]
        wrong += [f"pair {number}: {words[-400:]}" for words in told if not any(start in words for start in HELD)]
        wrong += [f"pair {number}: nobody made it"] if len(told) == 2 else []
        made = read_published(folder)
        wrong += [f"pair {number} differs: {name}" for name in whole.keys() | made.keys() if whole.get(name) != made.get(name)]
        wrong += [f"pair {number} left {name}" for name in list_leftovers(folder)]
    return wrong


def test_two_runs_at_once_in_one_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    study = make(tmp_path / "study")
    assert pair_often(["run", study.folder, "--school", "s1", "--page", "summary"], tmp_path, 1) == []


@pytest.mark.slow
def test_fifty_pairs_of_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    arguments = ["run", next(folder for folder in EXAMPLES if folder.name == "zes_scholen"), "--page", "summary"]
    assert pair_often(arguments, tmp_path, 50) == []
