"""Cells: a table of text, column by column, each different text held once, so that a million rows fit and are judged text by text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Texts = NDArray[np.object_]
Mask = NDArray[np.bool_]
Places = NDArray[np.unsignedinteger[Any]]


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
        places, found = pd.factorize(self.places[rows])
        return places, self.texts[found]


class Cells:
    """Rows × columns of text. `cells[row]` and `cells[rows, column]` give texts, `cells[first:last]` the cells of those rows."""

    def __init__(self, columns: Sequence[Column], height: int) -> None:
        self.columns, self.height = tuple(columns), height

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
    places, found = pd.factorize(texts)
    return Column(found, shrink_places(places, len(found)))


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
