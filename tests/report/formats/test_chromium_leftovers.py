"""What a browser leaves when its run is killed is removed by a later one; nobody else's is touched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.report.formats.chromium import PROFILE, STALE, sweep_profiles


def test_folders_of_browsers_of_runs_that_are_gone_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("toolkit.writing.SHORT_PLACES", ())
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    ).stdout.strip()
    names = {f"{PROFILE}{gone}-old": False, f"{PROFILE}{gone}-new": True, f"{PROFILE}{os.getpid()}-old": True, f"{PROFILE}mine-old": True}
    for name in names:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("page", encoding="utf-8")
        if name.endswith("old"):
            past = (tmp_path / name).stat().st_mtime - STALE - 1
            os.utime(tmp_path / name, (past, past))
    sweep_profiles()
    assert {name: (tmp_path / name).exists() for name in names} == names
