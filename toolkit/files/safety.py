"""Safety: why a file is not read, how much may be read, and each risky reader in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.study.layouts import Limits

#: the status with which a child ends that was given a file of more cells than it may read.
TOO_LARGE = 3


class UnreadableError(Exception):
    """A file that can't be read; the text says why."""


class KindError(UnreadableError):
    """A file of a kind that is not read; the text names the ending by which people know it."""


class LockedError(Exception):
    """A file that asks for a password."""


class TooLargeError(Exception):
    """A file that would take too much; the texts say how much, and how much is allowed."""


def check_cells(rows: int, columns: int, limits: Limits) -> None:
    """Raise `TooLargeError` where a table of so many rows and columns has more cells than `limits` allow."""
    if rows * columns > limits.cells:
        raise TooLargeError(f"{rows} × {columns}", f"{limits.cells}")


def ask_child(module: str, path: Path, limits: Limits, *more: str) -> bytes:
    """Return what `module`, run as a program on the file at `path`, writes.

    Raises `TooLargeError` where the file would take more than `limits`, and `UnreadableError`, also for a crash, where it is broken.
    """
    command = [sys.executable, "-P", "-m", module, str(path), str(limits.cells), *more]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place), "PYTHONIOENCODING": "utf-8"}
    try:
        child = subprocess.run(command, capture_output=True, timeout=limits.seconds, env=surroundings, check=False)
    except subprocess.TimeoutExpired:
        raise TooLargeError(f"> {limits.seconds} s", f"{limits.seconds} s") from None
    if child.returncode == TOO_LARGE:
        raise TooLargeError(f"> {limits.cells}", f"{limits.cells}")
    if child.returncode:
        raise UnreadableError(child.stderr.decode("utf-8", errors="replace").strip() if child.returncode == 1 else "damaged")
    return child.stdout
