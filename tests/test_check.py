"""The first half of the gate: what a check reads and writes, and what it does not wait for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import ROOT, begin
from toolkit import load_study
from toolkit.check import locate

SCRIPT = """
import sys
from toolkit.check import check_study
made = check_study(sys.argv[1], sys.argv[2])
print(*made.pages, *sys.modules, sep="\\n")
"""
#: What estimates, and what runs notebooks: each takes longer to import than a small study to read.
HEAVY = {"scipy.optimize", "scipy.stats", "seaborn", "statsmodels", "pingouin", "IPython", "jupyter_client", "nbconvert", "nbformat"}
HEAVY |= {"toolkit.results.estimation"}


def test_a_check_waits_for_nothing_that_estimates_or_runs_notebooks(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SCRIPT, str(begin(tmp_path)), str(tmp_path / "out")]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert said[0] == str(tmp_path / "out" / "internal" / "data_check.html") and Path(said[0]).is_file()
    assert HEAVY & set(said) == set() and "pandas" in said


def test_reports_go_where_they_are_asked_or_in_a_folder_named_after_the_study(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    study, folder, languages = locate("datasets/univbct", None, ())
    assert (study.id, folder, languages) == ("univbct", Path("reports/univbct"), study.languages)
    assert locate(load_study("datasets/univbct"), "there", ("nl",))[1:] == (Path("there"), ("nl",))
