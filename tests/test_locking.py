from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from toolkit.errors import ReportError
from toolkit.locking import INTERNAL, LOCK, README, hold_folder, prepare_internal

LANGUAGES = ("nl", "en")
HOLD = "import sys, time\nfrom pathlib import Path\nfrom toolkit.locking import hold_folder\n"
HOLD += "with hold_folder(Path(sys.argv[1]), 'en'):\n    print('held', flush=True)\n    time.sleep(60)\n"


def read_lock(folder: Path) -> str:
    return (folder / INTERNAL / LOCK).read_text(encoding="utf-8").strip()


@pytest.mark.parametrize(
    ("language", "says"), [("nl", "al een run bezig: proces"), ("en", "Another run is at work in this folder: process")]
)
def test_a_second_run_is_told_who_holds_the_folder_and_since_when(language: str, says: str, tmp_path: Path) -> None:
    with hold_folder(tmp_path, "en"):
        told = json.loads(read_lock(tmp_path))
        assert (told["process"], told["host"]) == (os.getpid(), socket.gethostname())
        with pytest.raises(ReportError, match=f"{says} {os.getpid()} .*{told['since'][:16]}"), hold_folder(tmp_path, language):  # type: ignore[arg-type]
            pass
    assert read_lock(tmp_path) == ""
    with hold_folder(tmp_path, "en"):
        pass


def test_the_lock_of_a_process_that_was_killed_is_taken_over(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        with pytest.raises(ReportError, match=f"process {holder.pid} on"), hold_folder(tmp_path, "en"):
            pass
        holder.kill()
        holder.wait()
    assert json.loads(read_lock(tmp_path))["process"] == holder.pid
    with hold_folder(tmp_path, "en"):
        assert json.loads(read_lock(tmp_path))["process"] == os.getpid()


ELSEWHERE = [("nl", "op een andere computer bezig: proces 7 op elsewhere"), ("en", "on another machine .*process 7 on elsewhere")]


@pytest.mark.parametrize(("language", "says"), ELSEWHERE)
def test_the_lock_of_another_machine_stays_until_a_person_removes_it(language: str, says: str, tmp_path: Path) -> None:
    prepare_internal(tmp_path / INTERNAL, "en")
    lock = tmp_path / INTERNAL / LOCK
    lock.write_text(json.dumps({"process": 7, "host": "elsewhere", "since": "2026-07-01 12:00:00+02:00"}), encoding="utf-8")
    with pytest.raises(ReportError, match=says) as told, hold_folder(tmp_path, language):  # type: ignore[arg-type]
        pass
    assert f"{INTERNAL}/{LOCK}" in str(told.value)
    lock.unlink()
    with hold_folder(tmp_path, "en"):
        pass


BROKEN: dict[str, Callable[[Path], object]] = {
    "words": lambda path: path.write_text("who knows", encoding="utf-8"),
    "no text": lambda path: path.write_bytes(b"\xff\xfe\x00"),
    "half": lambda path: path.write_text('{"process": 1, "ho', encoding="utf-8"),
    "without a host": lambda path: path.write_text('{"process": 1}', encoding="utf-8"),
    "no number": lambda path: path.write_text('{"process": "x", "host": "h", "since": "s"}', encoding="utf-8"),
    "deep": lambda path: path.write_text("[" * 2000, encoding="utf-8"),
    "a folder": lambda path: path.mkdir(),
    "a link": lambda path: path.symlink_to(path.with_name("elsewhere")),
}


@pytest.mark.parametrize(("language", "says"), [("nl", "is niet te lezen"), ("en", "can't be read")])
@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_lock_is_a_sentence(how: str, language: str, says: str, tmp_path: Path) -> None:
    prepare_internal(tmp_path / INTERNAL, "en")
    BROKEN[how](tmp_path / INTERNAL / LOCK)
    with pytest.raises(ReportError, match=f"^internal/run.lock: .*{says}"), hold_folder(tmp_path, language):  # type: ignore[arg-type]
        pass
    assert not (tmp_path / INTERNAL / "elsewhere").exists()


@pytest.mark.parametrize("name", [INTERNAL, "figures"])
def test_a_folder_that_is_a_link_is_not_written_in(name: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReportError, match=f"^{name}: This is a link"), hold_folder(tmp_path / "out", "en"):
        pass
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(("language", "says"), [("nl", "Deze map is niet om te delen"), ("en", "This folder is not for sharing")])
def test_what_is_internal_is_for_its_owner_only_and_says_what_it_holds(language: str, says: str, tmp_path: Path) -> None:
    internal = tmp_path / INTERNAL
    internal.mkdir(mode=0o755)
    (internal / "old.html").write_text("made by an earlier version", encoding="utf-8")
    (internal / "old.html").chmod(0o644)
    prepare_internal(internal, language)  # type: ignore[arg-type]
    assert internal.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in internal.iterdir()} == dict.fromkeys(
        [".gitignore", README, "old.html"], 0o600
    )
    words = (internal / README).read_text(encoding="utf-8")
    assert words.startswith(says) and "register" in words and words.count("\n\n") == 3
    assert (internal / ".gitignore").read_text(encoding="utf-8") == "*\n"


def test_what_a_killed_run_was_writing_is_removed_by_the_next(tmp_path: Path) -> None:
    left = [tmp_path / f".{'a' * 16}.new", tmp_path / INTERNAL / f".{'0' * 16}.new"]
    (tmp_path / INTERNAL).mkdir()
    left[0].write_text("half", encoding="utf-8")
    left[1].mkdir()
    (left[1] / "scores.sav").write_text("people", encoding="utf-8")
    (tmp_path / ".new").write_text("of somebody's own", encoding="utf-8")
    with hold_folder(tmp_path, "en"):
        assert [path.exists() for path in left] == [False, False]
    assert (tmp_path / ".new").exists()


def test_who_comes_while_another_leaves_waits_a_moment(tmp_path: Path) -> None:
    """A lock that is held and of which nobody says yet that he holds it."""
    prepare_internal(tmp_path / INTERNAL, "en")
    hold = "import fcntl, sys, time\nfile = open(sys.argv[1], 'a')\nfcntl.flock(file, fcntl.LOCK_EX)\n"
    hold += "print('held', flush=True)\ntime.sleep(0.2)"
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path / INTERNAL / LOCK)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout and holder.stdout.readline() == "held\n"
        began = time.monotonic()
        with hold_folder(tmp_path, "en"):
            assert time.monotonic() - began < 5
