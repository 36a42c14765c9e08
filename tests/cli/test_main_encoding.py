"""Terminals that can't show every sign."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

DATASET = Path(__file__).parents[2] / "datasets" / "zes_scholen"


@pytest.mark.parametrize(
    "encoding", ["cp437", pytest.param("ascii", marks=pytest.mark.slow), pytest.param("latin-1", marks=pytest.mark.slow)]
)
def test_a_sign_that_a_terminal_can_not_show_is_a_question_mark(encoding: str, tmp_path: Path) -> None:
    study = (DATASET / "study.toml").read_text(encoding="utf-8").replace('id = "w1"', 'id = "‘w①’"', 1)
    (tmp_path / "study.toml").write_text(study, encoding="utf-8")
    surroundings = os.environ | {"PYTHONIOENCODING": encoding}
    for study_file, status in ((DATASET, 0), (tmp_path, 1)):
        done = subprocess.run(
            [sys.executable, "-m", "toolkit", "check", str(study_file)], capture_output=True, env=surroundings, check=False
        )
        assert b"Traceback" not in done.stderr and done.returncode == status
        said = done.stdout if status == 0 else done.stderr
        assert encoding == "ascii" or b"?" in said  # where a terminal knows only ASCII, UTF-8 is written
