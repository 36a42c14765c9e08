"""Grids and sheets: what stands in a file, as text, before and after its header is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from toolkit.files.cells import Cells, Mask, pack_cells
from toolkit.spelling import fold

#: per column position: a cell's text -> the label that the file itself gives it.
Labels = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells of one sheet as text, rows × columns; `first_row` is the number that a person sees beside the first of them."""

    sheet: str
    cells: Cells
    first_row: int = 1
    labels: Labels = field(default_factory=dict)
    #: a second name of each column, where the file has one (the variable labels of SPSS).
    wordings: tuple[str, ...] = ()
    visible: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """One file as it was read: its bytes' fingerprint, how it was written, and its grids."""

    sha256: str
    format: str
    grids: tuple[Grid, ...]
    encoding: str = ""
    separator: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows below a header: `cells` rows × columns of text, `rows` the number of each row in its file."""

    file: str
    sheet: str
    headers: tuple[str, ...]
    wordings: tuple[str, ...]
    cells: Cells
    rows: NDArray[np.int64]
    labels: Labels
    #: the positions of columns that the survey tool adds of its own.
    own: frozenset[int] = frozenset()

    def find_columns(self, name: str) -> list[int]:
        """Return the positions of the columns with this header: as it is written, or else folded, or else as the second name."""
        exact = [position for position, header in enumerate(self.headers) if header == name]
        folded = [position for position, header in enumerate(self.headers) if fold(header) == fold(name)]
        return exact or folded or [position for position, wording in enumerate(self.wordings) if wording and fold(wording) == fold(name)]

    def name_column(self, position: int) -> str:
        """Return the header of a column, or its letter where the header is empty."""
        return self.headers[position] or f"[{name_letter(position)}]"


def fill_grid(rows: Sequence[Sequence[str]]) -> Cells:
    """Return rows of unequal length as one rectangle; what is not there is empty.

    >>> fill_grid([["a"], ["b", "c"]]).tolist()
    [['a', ''], ['b', 'c']]
    """
    width = max(map(len, rows), default=0)
    cells = np.full((len(rows), width), "", dtype=object)
    for number, row in enumerate(rows):
        cells[number, : len(row)] = row
    return pack_cells(cells)


def take_sheet(grid: Grid, file: str, header: int, skip: int = 0) -> Sheet:
    """Return the sheet whose header is row `header` (from 0) of `grid`, without the `skip` rows right below it."""
    body = header + 1 + skip
    headers = tuple(" ".join(str(text).split()) for text in grid.cells[header]) if len(grid.cells) > header else ()
    rows = np.arange(body, len(grid.cells), dtype=np.int64) + grid.first_row
    wordings = grid.wordings or ("",) * len(headers)
    return Sheet(file, grid.sheet, headers, wordings, grid.cells[body:], rows, grid.labels)


def find_blank(cells: Cells) -> Mask:
    """Return which cells hold nothing but space."""
    blank: Mask = np.empty(cells.shape, dtype=bool, order="F")
    for position, column in enumerate(cells.columns):
        blank[:, position] = column.mark(lambda text: not text.strip())
    return blank


def find_rows(cells: Cells, texts: Sequence[str]) -> Mask:
    """Return which rows hold exactly these texts."""
    same: Mask = np.ones(len(cells), dtype=bool)
    for column, text in zip(cells.columns, texts, strict=True):
        same &= column.mark(text.__eq__)
    return same


def name_letter(position: int) -> str:
    """Return the letters by which a spreadsheet names the column at `position` (from 0).

    >>> [name_letter(position) for position in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
