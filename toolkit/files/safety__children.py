"""Children: processes that open one file each, because what reads it can crash on damaged data or leaves threads behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from toolkit.files.safety import TOO_LARGE, TooLargeError, UnreadableError
from toolkit.study.layouts import Limits


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
