"""What a page read of its results: whoever noted that can tell later, without making the page, whether other results would give the same.

A read is a tuple: the key of an estimate, ("table", name) for all that was handed of a table, or ("derived", name, ...) for what follows
from several numbers and shows none of them, such as whether schools can be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from operator import itemgetter
from typing import Any, Protocol

import numpy as np
import pandas as pd

from toolkit.results.results import Results

Read = tuple[Any, ...]
#: How a read of a whole table, or of what follows from several numbers, begins.
TABLE, DERIVED = "table", "derived"


class Answers(Protocol):
    """What can be asked again for what was read."""

    def answer(self, read: Read) -> object:
        """Return what is found where `read` was read."""


class WatchedResults:
    """Results of which it is noted what was taken out of them by the table."""

    def __init__(self, results: Results, reads: set[Read]) -> None:
        self.unwatched = results
        self._reads = reads

    def __getattr__(self, name: str) -> Any:
        self._reads.add((TABLE, name))
        return getattr(self.unwatched, name)


def sign_reads(view: Answers, reads: Iterable[Read]) -> str:
    """Return what stands for all that a page of `view` finds where it reads these."""
    found = sha256()
    for written, read in sorted(((repr(read), read) for read in reads), key=itemgetter(0)):
        found.update(f"({written}, {view.answer(read)!r})".encode())
    return found.hexdigest()


def list_plain(reads: Iterable[Read]) -> tuple[Read, ...]:
    """Return reads as they can be written down: their numbers without the library that they came from."""
    return tuple(tuple(part.item() if isinstance(part, np.generic) else part for part in read) for read in reads)


def sign_origin(results: Results) -> list[tuple[str, Any]]:
    """Return what a page can tell of where its results are from: all but what was hidden."""
    return sorted((name, told) for name, told in results.provenance.items() if name != "subtraction")


def write_rows(frame: pd.DataFrame) -> str:
    """Return the rows of a table as text in which every number is whole."""
    return repr(list(zip(*(frame[name].tolist() for name in frame), strict=True)))
