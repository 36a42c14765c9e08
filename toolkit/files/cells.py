"""Cells: a table of text held column by column, each different text once, so that a million rows fit; the grids and sheets made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from toolkit.spelling import fold

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]
Places = NDArray[np.unsignedinteger[Any]]


#: per column position: a cell's text -> the label that the file itself gives it.
Labels = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of cells: its different texts, and per row the place of its text among them. Texts that no row has may be there too."""

    texts: Texts
    places: Places

    def write(self) -> Texts:
        """Return the text of each row."""
        texts: Texts = self.texts[self.places]
        return texts

    def mark(self, holds: Callable[[str], bool]) -> Mask:
        """Return for which rows `holds` is true of their text; it is asked once per text."""
        marks: Mask = np.array([holds(text) for text in self.texts], dtype=bool)[self.places]
        return marks

    def change(self, turn: Callable[[str], str]) -> Column:
        """Return the column in which each text became what `turn` makes of it."""
        return Column(list_texts(turn(text) for text in self.texts), self.places)

    def count_texts(self, rows: NDArray[Any] | slice = slice(None)) -> tuple[NDArray[np.intp], Texts]:
        """Return the texts that stand in `rows`, in the order in which they come, and before them the place of each row's text."""
        import pandas as pd

        places, found = pd.factorize(self.places[rows])
        return places, self.texts[found]


class Cells:
    """Rows × columns of text. `cells[row]` and `cells[rows, column]` give texts, `cells[first:last]` the cells of those rows."""

    def __init__(self, columns: Sequence[Column], height: int) -> None:
        self.columns = tuple(columns)
        self.height = height

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, len(self.columns)

    @property
    def size(self) -> int:
        """The number of cells."""
        return self.height * len(self.columns)

    def __len__(self) -> int:
        return self.height

    def __iter__(self) -> Iterator[Texts]:
        return (self[row] for row in range(self.height))

    @overload
    def __getitem__(self, key: slice) -> Cells: ...
    @overload
    def __getitem__(self, key: int) -> Texts: ...
    @overload
    def __getitem__(self, key: tuple[int, int]) -> str: ...
    @overload
    def __getitem__(self, key: tuple[Any, int]) -> Texts: ...
    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            rows, position = key
            return self.columns[position].texts[self.columns[position].places[rows]]
        if isinstance(key, slice):
            return Cells([Column(column.texts, column.places[key]) for column in self.columns], len(range(*key.indices(self.height))))
        return list_texts(column.texts[column.places[key]] for column in self.columns)

    def tolist(self) -> list[list[str]]:
        """Return the texts of all rows."""
        return [row.tolist() for row in self]


def pack_cells(texts: Texts) -> Cells:
    """Return an array of texts, rows × columns, as cells."""
    return Cells([pack_column(column) for column in texts.T], len(texts))


def pack_column(texts: Texts) -> Column:
    """Return the texts of one column, a text per row, with each different one held once."""
    known = Known()
    places = np.fromiter(map(known.__getitem__, texts), dtype=np.int64, count=len(texts))
    return Column(list_texts(iter(known)), shrink_places(places, len(known)))


def make_column(header: str, texts: Sequence[str], places: NDArray[Any]) -> Column:
    """Return a column of which the first row is `header` and each further row the text of `texts` at its place."""
    return Column(list_texts(iter([header, *texts])), shrink_places(np.concatenate([[0], places + 1]), len(texts) + 1))


def shrink_places(places: NDArray[Any], texts: int) -> Places:
    """Return places among so many texts in the fewest bytes that hold them."""
    shrunk: Places = places.astype(np.min_scalar_type(max(texts - 1, 0)), copy=False)
    return shrunk


def list_texts(texts: Iterator[str]) -> Texts:
    """Return texts as an array."""
    found = list(texts)
    array = np.empty(len(found), dtype=object)
    array[:] = found
    return array


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

    def __init__(self) -> None:
        self.height = 0
        self.known = list[Known]()
        self.pieces = list[list[Places]]()
        self.lengths = list[NDArray[np.int64]]()
        self.filled = list[Mask]()

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Put `rows` below those that are there."""
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        self._widen(int(lengths.max()))
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
        lengths = np.concatenate(self.lengths)
        filled = np.concatenate(self.filled)
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
