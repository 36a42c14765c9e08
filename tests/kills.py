"""Runs of the command that are ended at any moment, and what must hold afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.languages import load_text
from toolkit.results.disclosure.register_lines import REGISTER, read_lines

#: The signals that end a run in order, and the one that nobody can catch.
ORDERLY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SIGNALS = (*ORDERLY, signal.SIGKILL)
#: In so many seconds a run ends, and so many more are allowed to a machine that does something else as well.
SECONDS = 2.0
SLACK = 1.0
#: A run that goes on for so many seconds hangs. Where other tests take the time of the machine, nothing shorter can be told.
HANG = 20.0
#: The variable by which every process of a run is known, also one that has lost its parent.
MARK = "PLG_TEST_RUN"
KEY = "0123456789abcdef" * 4


@dataclass
class StartedRun:
    """A run of the command in a process of its own; `mark` tells its processes."""

    arguments: Sequence[str | Path]
    folder: Path
    temporary: Path
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def start(self) -> StartedRun:
        """Start it as the leader of a session, as a terminal would."""
        self.temporary.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {MARK: self.mark, "TMPDIR": str(self.temporary), "LANG": "en_GB.UTF-8", "LC_ALL": ""}
        command = [sys.executable, "-m", "toolkit", *map(str, self.arguments), "--output", str(self.folder)]
        self.process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        return self

    def finish(self, timeout: float = 300) -> str:
        """Wait for the end, and return what it said on standard error."""
        return self.process.communicate(timeout=timeout)[1]

    def kill(self, number: signal.Signals, after: float, *, timed: bool = False) -> list[str]:
        """End the run by a signal after so many seconds, and return what is not as it should be; how long it takes if `timed`."""
        within = SECONDS + SLACK if timed else HANG
        time.sleep(after)
        if self.process.poll() is not None:
            self.finish()
            return []
        began = time.monotonic()
        if number is signal.SIGINT:
            os.killpg(self.process.pid, number)  # a terminal tells all that stand in its foreground
        else:
            self.process.send_signal(number)
        try:
            said = self.finish(HANG)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return [f"hangs after {number.name} at {after:.2f} s"]
        took = time.monotonic() - began
        faults = [f"took {took:.1f} s to end"] if took > within else []
        faults += self._find_words(number, said)
        left = self._await_end(began + within)
        faults += [f"left a process: {line}" for line in left]
        faults += [f"left {path.name} in the temporary folder" for path in self.temporary.iterdir()]
        return [f"{number.name} at {after:.2f} s: {fault}" for fault in faults]

    def _find_words(self, number: signal.Signals, said: str) -> list[str]:
        """Return what is wrong with the words and the exit code; before the program listens it ends as any program does."""
        code = self.process.returncode
        if number is signal.SIGKILL or code in (-number, 0):
            return []
        sentence = load_text("en").say("general.interrupted", signal=number.name)
        if code == 128 + number and said.splitlines()[-1:] == [sentence] and "Traceback" not in said:
            return []
        return [f"ended with {code} and said: {said[-400:]}"]

    def _await_end(self, end: float) -> list[str]:
        while (left := self.list_processes()) and time.monotonic() < end:
            time.sleep(0.05)
        return left

    def list_processes(self) -> list[str]:
        """Return the command lines of what is left of this run."""
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.mark}".encode() in (place / "environ").read_bytes():
                    found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
            except OSError:
                continue
        return [line for line in found if line]


def seed_key(folder: Path) -> Path:
    """Give a folder of reports the same key as any other, so that all its bytes can be compared."""
    (folder / "internal").mkdir(parents=True, exist_ok=True)
    (folder / "internal" / "register.key").write_text(KEY, encoding="utf-8")
    return folder


def read_published(folder: Path) -> dict[str, bytes]:
    """Return what stands in a folder of reports for others to read, and the register."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    register = folder / "internal" / REGISTER
    return {path.name: path.read_bytes() for path in [*files, *([register] if register.exists() else [])]}


def find_torn(folder: Path, whole: Mapping[str, bytes]) -> list[str]:
    """Return the names of what is neither as an undisturbed run makes it nor, as the index and the account, of a part of it."""
    if not folder.exists():
        return []
    read_lines(folder / "internal", load_text("en"))
    growing = {"index.html", "manifest.json", "ro-crate-metadata.json"}
    files = {name: content for name, content in read_published(folder).items() if not name.endswith(".new")}
    return [
        name for name, content in files.items() if content != whole.get(name) and not (name in growing and content.rstrip()[-1:] in b">}")
    ]


def list_leftovers(folder: Path) -> list[str]:
    """Return what is left in a folder of what was being written."""
    return [path.name for path in folder.rglob(".*.new")]


def forget(folder: Path) -> None:
    """Remove a folder of reports, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)
