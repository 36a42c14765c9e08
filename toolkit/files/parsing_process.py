"""The child in which every foreign file is opened: a damaged one can make a library crash, or take all memory and time, and takes no more
than this process along.

Run as `python -m toolkit.files.parsing_process`. Reads requests from the standard input, a line of JSON each, and answers on the standard
output as `wire.py` says. It goes on to the next file only where one was read well. It ends with the process that asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from toolkit.files.parsing import parse_file
from toolkit.files.safety import limit_process
from toolkit.files.wire import HEARD, SHARE, send, send_answer


class Told:
    """Collects what is noted of one file, as data; the process that asked makes findings of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.rows = list[dict[str, Any]]()

    def add(self, code: str, **places: Any) -> None:
        """Note the finding `code` with its places."""
        self.rows.append({"code": code} | places)

    def report(self, file: str, share: float) -> None:
        """Tell how far the work on a file is."""
        send(self.stream, SHARE, json.dumps([file, share]).encode())


def answer(line: bytes, stream: BinaryIO, limit: Callable[[Any], None]) -> bool:
    """Read the file that a request names, and write what it holds; return whether it was read well."""
    send(stream, HEARD)
    asked = json.loads(line, object_hook=lambda found: SimpleNamespace(**found))
    limit(asked.limits)
    told: Any = Told(stream)
    file = parse_file(Path(asked.path), asked.layout, asked.limits, asked.file, told)
    try:
        send_answer(stream, file, told.rows)
    except MemoryError:
        os._exit(1)  # in the middle of a message nothing else can be said
    return file is not None


def end_with_parent() -> None:
    """Let the system end this process with the one that started it, where it can (Linux)."""
    with contextlib.suppress(Exception):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def main() -> None:
    """Answer requests until one fails or none come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked decides
    end_with_parent()
    stream = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # a library that prints writes nothing between the answers
    for line in sys.stdin.buffer:
        if not answer(line, stream, limit_process):
            break


if __name__ == "__main__":
    main()
