"""Parquet files: values as text, a missing value as an empty one.

The library that reads them works in threads, which a process that forks per report must not have, and is in C++, where a damaged file can
make it crash: it comes in in the child only (`parsing_process.py`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from toolkit.files.cells import Cells, Grid, Places, make_column, shrink_places
from toolkit.files.safety import UnreadableError
from toolkit.files.values import write_value

if TYPE_CHECKING:
    import pandas as pd

    from toolkit.findings import Notes
    from toolkit.study.layouts import Limits

#: the types whose values are written here; the others are written by the reader, so that no digit of a long number or decimal is lost.
WRITTEN_HERE = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "DOUBLE", "BOOLEAN", "VARCHAR"}
#: how many rows the reader gives at the least.
VECTOR = 2048


def read_parquet_file(path: Path, limits: Limits, file: str, notes: Notes) -> Grid:
    """Return the cells of a Parquet file; rows are numbered as in the data, from 1. Raises `UnreadableError` where the file is broken."""
    notes.report(file, 0)
    try:
        names, columns = describe_parquet_file(str(path), limits)
    except MemoryError:
        raise
    except Exception as error:  # its faults in a damaged file are of any kind
        said = (str(error) or type(error).__name__).splitlines()[0]
        raise UnreadableError(said.replace(str(path), path.name)) from None  # a page says nothing of where things stand on this machine
    cells = []
    for name, column in zip(names, columns, strict=True):
        places = np.concatenate(column.pieces) if column.pieces else np.zeros(0, dtype=np.uint8)
        column.pieces.clear()
        cells.append(make_column(name, list(column.known), places.astype(np.int64)))
    notes.report(file, 1 / 2)  # the other half is for what the cells mean
    return Grid("", Cells(cells, len(cells[0].places) if cells else 1), first_row=0)


class ParquetColumn:
    """One column while it is read: its different texts, and per piece the place of each row's text among them."""

    def __init__(self) -> None:
        self.known = dict[str, int]()
        self.pieces = list[Places]()

    def add(self, values: pd.Series) -> None:
        """Put the values of further rows below those that are there; a missing value is an empty text."""
        import pandas as pd

        codes, distinct = pd.factorize(values)  # -1 for a missing value
        places = [self.known.setdefault(write_value(value), len(self.known)) for value in distinct.tolist()]
        if (codes < 0).any():
            places.append(self.known.setdefault("", len(self.known)))
        self.pieces.append(shrink_places(np.array(places, dtype=np.int64)[codes], len(self.known)))


def describe_parquet_file(path: str, limits: Limits) -> tuple[list[str], list[ParquetColumn]]:
    """Return the names and columns of a Parquet file; `limits.rows_at_once` of its rows are held at a time."""
    import duckdb

    memory = f"{max(limits.memory // 2, 1)}MB"  # the other half is for the texts
    closed = {"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2, "memory_limit": memory}
    with duckdb.connect(config=cast(Any, closed)) as reader:
        described = reader.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": path}).fetchall()
        columns = [ParquetColumn() for _ in described]
        wanted = ", ".join(_select(name, kind) for name, kind, *_ in described)
        reader.execute(f"SELECT {wanted} FROM read_parquet($path)", {"path": path})
        while len(frame := reader.fetch_df_chunk(max(limits.rows_at_once // VECTOR, 1))):
            for position, column in enumerate(columns):
                column.add(frame.iloc[:, position])
    return [str(name) for name, *_ in described], columns


def _select(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    written = quoted if kind in WRITTEN_HERE else f"CAST({quoted} AS VARCHAR)"
    return f"CAST({written} AS DOUBLE)" if kind == "FLOAT" else written  # by way of its digits: 3.1, not 3.0999999046
