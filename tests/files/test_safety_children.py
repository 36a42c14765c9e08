"""Processes that open one file each."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.files.safety import TOO_LARGE, TooLargeError, UnreadableError, ask_child
from toolkit.study.layouts import Limits


def ask(folder: Path, monkeypatch: pytest.MonkeyPatch, program: str, **limits: int) -> bytes:
    """Return what a child with this program gives; the words behind it are its file, the limit of cells, and more."""
    (folder / "given_child.py").write_text(f"import os, sys, time\n{program}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return ask_child("given_child", Path("answers.sav"), Limits(**limits), "more")


def test_a_child_is_told_its_file_and_the_limit_and_gives_what_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(tmp_path, monkeypatch, "print(*sys.argv[1:])", cells=7).split() == [b"answers.sav", b"7", b"more"]


@pytest.mark.parametrize(
    ("program", "message"), [("sys.exit('no such thing')", "no such thing"), ("os.abort()", "damaged"), ("sys.exit(9)", "damaged")]
)
def test_a_child_that_fails_or_crashes_means_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, message: str
) -> None:
    with pytest.raises(UnreadableError, match=message):
        ask(tmp_path, monkeypatch, program)


@pytest.mark.parametrize("program", [f"sys.exit({TOO_LARGE})", "time.sleep(30)"])
def test_a_child_that_would_take_too_much_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    with pytest.raises(TooLargeError):
        ask(tmp_path, monkeypatch, program, seconds=1)
