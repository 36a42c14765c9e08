"""The process in which files are read: used again, ended in time, and what its end says of a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.files import child
from toolkit.files.child import Ended, ask_child, start_child, stop_child
from toolkit.files.reading import read_file
from toolkit.findings import Notes
from toolkit.study.layouts import Layout, Limits

#: what a child of another kind does first.
START = """
import os, signal, sys, time
from toolkit.files.wire import HEARD, send
stream = sys.stdout.buffer
sys.stdin.buffer.readline()
send(stream, HEARD)
"""


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    stop_child()
    yield
    stop_child()


def read(path: Path) -> list[str]:
    """Return the codes of what is noted of a file."""
    notes = Notes()
    read_file(path, Layout(), Limits(), path.name, notes)
    return [note["code"] for note in notes.rows]


def write_text(folder: Path) -> Path:
    """Return a file that is read well."""
    path = folder / "a.csv"
    path.write_bytes(b"a;b\n1;2\n")
    return path


def ask(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 20) -> object:
    """Return how a child ends that does what `program` says once it heard a request."""
    (folder / "given_child.py").write_text(START + program, encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(child, "COMMAND", ("-P", "-m", "given_child"))
    return ask_child({}, seconds, 1000, lambda file, share: None)


def test_a_child_is_used_again_after_a_file_that_was_read_well_only(tmp_path: Path) -> None:
    path = write_text(tmp_path)
    assert read(path) == []
    first = child._children[0].process.pid
    assert read(path) == [] and child._children[0].process.pid == first
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    assert read(tmp_path / "b.xlsx") == ["file_unreadable"] and child._children == []
    assert read(path) == [] and child._children[0].process.pid != first


def test_a_child_that_ended_meanwhile_is_replaced_without_a_word(tmp_path: Path) -> None:
    path = write_text(tmp_path)
    start_child()
    os.kill(child._children[0].process.pid, signal.SIGKILL)
    assert read(path) == []


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("os.abort()", "damaged"),
        ("sys.exit(9)", "damaged"),
        ("stream.write(b'a' * 8); stream.flush(); sys.exit(0)", "damaged"),
        ("stream.write(b'a' * 12); stream.flush(); time.sleep(60)", "damaged"),
        ("send(stream, b'a', b'no answer'); time.sleep(60)", "damaged"),
        ("send(stream, b'a', b'[1]'); time.sleep(60)", "damaged"),
        ("sys.stderr.write('memory allocation of 99 bytes failed'); sys.stderr.flush(); os.abort()", "memory"),
        ("os.kill(os.getpid(), signal.SIGXCPU)", "slow"),
    ],
)
def test_how_a_child_ended_says_what_is_wrong_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    assert ask(program, tmp_path, monkeypatch) == Ended(why)
    assert child._children == []


#: asks a child as `ask` does, from a process that is small itself: what a child is started from counts as its own memory.
APART = """
import sys
from toolkit.files import child
sys.path.insert(0, sys.argv[1])
child.COMMAND = ("-P", "-m", "given_child")
print(child.ask_child({}, 20, 1000, lambda file, share: None).why)
"""


@pytest.mark.parametrize(("held", "why"), [(850_000_000, "memory"), (400_000_000, "damaged")])
def test_a_child_that_crashes_without_a_word_had_too_little_memory_if_it_held_nearly_all(tmp_path: Path, held: int, why: str) -> None:
    (tmp_path / "given_child.py").write_text(f"{START}held = b'x' * {held}; os.abort()", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", APART, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == why


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = time.monotonic()
    assert ask("time.sleep(60)", tmp_path, monkeypatch, seconds=0.5) == Ended("slow")
    assert time.monotonic() - start < 30


def test_a_child_that_never_listens_is_an_error_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "COMMAND", ("-c", "pass"))
    with pytest.raises(OSError, match="does not start"):
        ask_child({}, 5, 1000, lambda file, share: None)


def test_a_copy_of_this_process_leaves_the_child_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_text(tmp_path)
    assert read(path) == []
    mine = child._children[0]
    monkeypatch.setattr(mine, "owner", -1)
    assert read(path) == [] and child._children[0] is not mine
    mine.owner = os.getpid()
    mine.process.returncode = None
    assert mine.process.poll() is None
    mine.stop()


def test_a_stopped_run_leaves_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(content: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(child, "receive_answer", lambda stream, content: interrupt(content))
    with pytest.raises(KeyboardInterrupt):
        read(write_text(tmp_path))
    assert child._children == []
