"""Safety: why a file is not read, and how much memory and time reading one may take."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.study.layouts import Limits

#: a file may be so many MB before its limits of memory and time grow along with it.
LARGE = 100
#: the least that one cell of a workbook takes while it is read, in bytes.
CELL = 24
#: how the libraries in C, C++ and Rust say that they were given no more memory.
FULL = ("memory allocation", "bad_alloc", "out of memory", *(f"{no} allocate" for no in ("unable to", "failed to", "cannot", "could not")))


class UnreadableError(Exception):
    """A file that can't be read; the text says why."""


class KindError(UnreadableError):
    """A file of a kind that is not read; the text names the ending by which people know it."""


class LockedError(Exception):
    """A file that asks for a password."""


class TooLargeError(Exception):
    """A file that is larger, packed or unpacked, than may be read; the texts say how large, and how large is allowed."""


class TooMuchError(Exception):
    """A file that would take more memory than is allowed; the text says of what it holds so much."""


def stretch_limits(limits: Limits, size: int) -> dict[str, Any]:
    """Return the limits for a file of so many bytes, as data: above 100 MB its memory and time grow with its size.

    >>> from toolkit.study.layouts import Limits
    >>> stretch_limits(Limits(memory=500, seconds=60), 250_000_000)
    {'megabytes': 300, 'memory': 1250, 'seconds': 150, 'rows_at_once': 20000}
    """
    share = max(1.0, size / (LARGE * 1_000_000))
    return limits.model_dump() | {"memory": round(limits.memory * share), "seconds": round(limits.seconds * share)}


def check_memory(rows: int, columns: int, limits: Limits) -> None:
    """Raise `TooMuchError` where a sheet of so many rows and columns takes more memory than `limits` allow, however it is read."""
    if rows * columns * CELL > limits.memory * 1_000_000:
        raise TooMuchError(f"{rows} × {columns}")


def is_full(says: str) -> bool:
    """Return whether the words of an error say that there was no more memory."""
    return any(sign in says.casefold() for sign in FULL)


def limit_process(limits: Limits) -> None:
    """Give this process the memory and time of `limits` from now on.

    Where the system knows no limits (Windows) nothing happens, and where it does not tell how much is used (macOS) only time is limited.
    What the system limits is the address space, of which a process has more than it uses: the difference comes on top.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    unused = _find_unused()
    most_of = {resource.RLIMIT_CPU: int(used.ru_utime + used.ru_stime) + limits.seconds + 1, resource.RLIMIT_CORE: 0}
    if unused is not None:
        most_of[resource.RLIMIT_AS] = limits.memory * 1_000_000 + unused
    for kind, most in most_of.items():
        hard = resource.getrlimit(kind)[1]
        with contextlib.suppress(ValueError, OSError):  # a system that knows the limit and does not set it
            resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _find_unused() -> int | None:
    """Return how many bytes of address space this process has beyond those that it uses; None where the system does not tell."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()
        return (int(pages[0]) - int(pages[1])) * os.sysconf("SC_PAGE_SIZE")
    return None
