"""The command as a user types it, and a first study to use it on.

A process of its own imports everything anew, which takes longer than most commands: only a few tests need one.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import openpyxl

from toolkit.cli.main import main
from toolkit.study.instruments import load_instrument

ROOT = Path(__file__).parent.parent
Ran = subprocess.CompletedProcess[str]


def type_plg(*arguments: str | Path, folder: Path = ROOT) -> Ran:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "toolkit", *map(str, arguments)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300, env=environment)


def plg(*arguments: str | Path, folder: Path = ROOT) -> Ran:
    """Run the command in this process, and return what it printed and its exit code."""
    command, out, err, code = ["plg", *map(str, arguments)], io.StringIO(), io.StringIO(), 0
    with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), patch.object(sys, "argv", command):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(command, code, out.getvalue(), err.getvalue())


def begin(folder: Path) -> Path:
    """Make a study as the README tells: plg new, and two workbooks of one's own."""
    study = folder / "mystudy"
    assert plg("new", study, "--language", "en").returncode == 0
    headers = ["code", *load_instrument("energie_own9").columns, *load_instrument("plg12").columns]
    for wave, shift in (("before", 0), ("after", 1)):
        book = openpyxl.Workbook()
        book.active.append(headers)
        for person in range(12):
            book.active.append(
                [f"P{person}", *[(person + item) % 5 + shift for item in range(9)], *[1 + (person + item) % 5 for item in range(24)]]
            )
        book.save(study / "data" / f"{wave}.xlsx")
    return study
