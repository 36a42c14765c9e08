"""Gathering: rows that come piece by piece, put away column by column, each different text once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from toolkit.files.cells import Cells, Column, Mask, Places, list_texts, shrink_places
from toolkit.files.safety import check_cells
from toolkit.study.layouts import Limits


@dataclass(frozen=True, slots=True)
class Uneven:
    """Rows with more or fewer cells than most have: the first of them (from 1), its width, the usual width, and how many they are."""

    row: int
    width: int
    usual: int
    count: int


class Known(dict[str, int]):
    """The place of each different text; a new one gets the next."""

    def __missing__(self, text: str) -> int:
        place = self[text] = len(self)
        return place


class Gatherer:
    """Takes rows of unequal length and gives them as one rectangle, in which what is not there is empty."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.height = limits, 0
        self.known, self.pieces = list[Known](), list[list[Places]]()
        self.lengths, self.filled = list[NDArray[np.int64]](), list[Mask]()

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Put `rows` below those that are there; `TooLargeError` where the rectangle would have more cells than the limits allow."""
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        width = int(lengths.max())
        self.check(len(rows), width)
        self._widen(width)
        for known, pieces, texts in zip_longest(self.known, self.pieces, zip_longest(*rows, fillvalue="")):
            places = np.fromiter(map(known.__getitem__, texts), dtype=np.int64, count=len(rows)) if texts else np.zeros(len(rows))
            pieces.append(shrink_places(places, len(known)))
        self.lengths.append(lengths)
        self.filled.append(np.fromiter(map(any, rows), dtype=bool, count=len(rows)))
        self.height += len(rows)

    def add_columns(self, columns: Sequence[Column]) -> None:
        """Put further rows, given as columns, below those that are there."""
        self._widen(len(columns))
        for known, pieces, column in zip(self.known, self.pieces, columns, strict=True):
            places = np.array([known[text] for text in column.texts], dtype=np.int64)
            pieces.append(shrink_places(places[column.places], len(known)))
        self.height += len(columns[0].places)

    def check(self, rows: int, width: int) -> None:
        """Raise `TooLargeError` where so many further rows would make more cells than the limits allow."""
        check_cells(self.height + rows, max(width, len(self.known)), self.limits)

    def _widen(self, width: int) -> None:
        while len(self.known) < width:
            self.known.append(Known({"": 0}))
            self.pieces.append([np.zeros(self.height, dtype=np.uint8)])

    def finish(self) -> Cells:
        """Return all rows; nothing can be added after."""
        columns = []
        for known, pieces in zip(self.known, self.pieces, strict=True):
            columns.append(Column(list_texts(iter(known)), np.concatenate(pieces)))
            pieces.clear()
        return Cells(columns, self.height)

    def find_uneven(self, cells: Cells) -> Uneven | None:
        """Return what there is to say of rows of another width than most: their answers may stand in the wrong column."""
        if not self.height:
            return None
        lengths, filled = np.concatenate(self.lengths), np.concatenate(self.filled)
        widths, counts = np.unique(lengths[filled], return_counts=True)
        if len(widths) < 2:
            return None
        usual = int(widths[counts == counts.max()].max())
        uneven = lengths < usual
        for column in cells.columns[usual:]:
            uneven |= column.mark(bool)
        uneven &= filled
        rows = np.flatnonzero(uneven)
        return Uneven(int(rows[0]) + 1, int(lengths[rows[0]]), usual, len(rows)) if len(rows) else None
