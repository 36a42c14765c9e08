"""Failures: why a file is not read at all."""

from __future__ import annotations

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
