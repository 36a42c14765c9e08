"""One run per folder of reports: a lock that says who holds it, and that ends with its holder.

The lock is a file in the folder `internal`, held by the operating system for as long as the process lives: when a run is killed, nothing
has to be cleared away. What stands in it is for people, and for other machines that see the same disk; there the lock of the operating
system may not be seen, so the words count.
"""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ReportError
from toolkit.languages import Language, Text, load_text
from toolkit.writing import OWN_FILE, close_folder, replace_file, sweep_leftovers

INTERNAL = "internal"
LOCK = "run.lock"
README = "README.txt"
#: The folders of a folder of reports in which something is written.
WRITTEN_IN = (INTERNAL, "figures")
#: So many bytes are always written, in one go: a lock is never half another.
SIZE = 512
#: So often, and with so many seconds between, it is tried to take a lock of which nobody says yet that he holds it.
TRIES = 20
WAIT = 0.025


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: a process on a host, since when."""

    process: int
    host: str
    since: str


@contextmanager
def hold_folder(folder: Path, language: Language) -> Iterator[None]:
    """Hold `folder` for one run, prepared for what is internal and without leftovers of a run that was killed.

    `ReportError`, in `language`, says who holds it already, and where a link or a broken lock stands in the way.
    """
    text = load_text(language)
    for name in WRITTEN_IN:
        if (folder / name).is_symlink():
            raise ReportError(text.find_fault("folder_link", name))
    close_folder(folder / INTERNAL)
    lock = _take(folder / INTERNAL / LOCK, text)
    try:
        for place in (folder, *(folder / name for name in WRITTEN_IN)):
            sweep_leftovers(place)
        prepare_internal(folder / INTERNAL, language)
        yield
    finally:
        os.ftruncate(lock, 0)
        os.close(lock)


def prepare_internal(internal: Path, language: Language) -> None:
    """Make the folder for what is not to be shared: for its owner only, ignored by git, with a note on what it holds."""
    close_folder(internal)
    text = load_text(language)
    words = "\n\n".join(text.say(f"internal.{part}") for part in ("title", "holds", "share", "keep"))
    for name, content in ((".gitignore", "*\n"), (README, words + "\n")):
        path = internal / name
        if path.is_symlink() or not path.is_file() or path.read_bytes() != content.encode():
            replace_file(path, content, private=True)


def _take(path: Path, text: Text) -> int:
    """Return the open lock at `path`, which holds for as long as it is open."""
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, OWN_FILE)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.EISDIR, errno.EMLINK):
            raise
        raise ReportError(text.find_fault("lock_unreadable", f"{INTERNAL}/{LOCK}")) from None
    try:
        _claim(lock, text)
    except BaseException:
        os.close(lock)
        raise
    return lock


def _claim(lock: int, text: Text) -> None:
    here = socket.gethostname()
    for _ in range(TRIES):
        free = _try(lock)
        holder = _read(lock, text)
        if free or holder:
            break
        time.sleep(WAIT)  # somebody took it this moment, or leaves it
    if holder and (not free or holder.host != here):
        code = "folder_busy" if holder.host == here else "folder_busy_elsewhere"
        places: dict[str, Any] = {"process": holder.process, "host": holder.host, "since": holder.since, "lock": f"{INTERNAL}/{LOCK}"}
        raise ReportError(text.find_fault(code, **places))
    if not free:
        raise ReportError(text.find_fault("folder_busy", process="?", host=here, since="?"))
    since = dt.datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
    words = json.dumps({"process": os.getpid(), "host": here, "since": since})
    os.pwrite(lock, words.encode().ljust(SIZE - 1)[: SIZE - 1] + b"\n", 0)


def _try(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(lock: int, text: Text) -> Holder | None:
    """Return who holds the lock as it says, None where it is empty."""
    content = os.pread(lock, 4 * SIZE, 0)
    if not content.strip():
        return None
    try:
        told = json.loads(content)
        return Holder(int(told["process"]), str(told["host"]), str(told["since"]))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ReportError(text.find_fault("lock_unreadable", f"{INTERNAL}/{LOCK}")) from None
