"""A temporary folder with a long path, as schedulers of clusters give, is no reason for a run to fail: sockets have short paths only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_run import make

SHORTER = "import toolkit.writing; toolkit.writing.SHORT_PLACES = (); from toolkit.cli.main import main; main()"


@pytest.mark.parametrize("elsewhere", [True, False])
def test_a_run_with_a_long_temporary_folder_makes_its_pages(elsewhere: bool, tmp_path: Path) -> None:
    """Somewhere else if there is a place with a short path, and without such sockets where there is none."""
    study = make(tmp_path / "study")
    far = tmp_path / ("a" * 60) / ("b" * 60)
    far.mkdir(parents=True)
    program = ["-m", "toolkit"] if elsewhere else ["-c", SHORTER]
    command = [sys.executable, *program, "run", study.folder, "--school", "s1", "--page", "summary", "--output", tmp_path / "out"]
    made = subprocess.run(command, env=os.environ | {"TMPDIR": str(far)}, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stdout + made.stderr
    assert len(list((tmp_path / "out").glob("summary-*.html"))) == 1 and list(far.iterdir()) == []
