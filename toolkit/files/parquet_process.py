"""The child that opens a Parquet file: the library that reads it works in threads, which a process that forks per report must not have,
and is in C++, where a damaged file can make it crash.

Run as `python -m toolkit.files.parquet_process FILE CELLS ROWS`; writes one line of JSON (names, and per column its different texts and
the type of its places), and after it the bytes of the places, column by column. Ends with `TOO_LARGE` where the file has more cells than
CELLS, with 1 and a reason where it can't be read. ROWS are held at a time.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from toolkit.files.cells import Places, shrink_places
from toolkit.files.safety import TOO_LARGE
from toolkit.files.values import write_value

#: the types whose values are written here; the others are written by the reader, so that no digit of a long number or decimal is lost.
WRITTEN_HERE = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "DOUBLE", "BOOLEAN", "VARCHAR"}
#: how many rows the reader gives at the least.
VECTOR = 2048


class ParquetColumn:
    """One column while it is read: its different texts, and per piece the place of each row's text among them."""

    def __init__(self) -> None:
        self.known = dict[str, int]()
        self.pieces = list[Places]()

    def add(self, values: pd.Series) -> None:
        """Put the values of further rows below those that are there; a missing value is an empty text."""
        codes, distinct = pd.factorize(values)  # -1 for a missing value
        places = [self.known.setdefault(write_value(value), len(self.known)) for value in distinct.tolist()]
        if (codes < 0).any():
            places.append(self.known.setdefault("", len(self.known)))
        self.pieces.append(shrink_places(np.array(places, dtype=np.int64)[codes], len(self.known)))


def describe_parquet_file(path: str, cells: int, rows: int) -> tuple[list[str], list[ParquetColumn]] | None:
    """Return the names and columns of a Parquet file, `rows` of which are held at a time; None where it has more than `cells` cells."""
    with duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False, "threads": 2, "memory_limit": "4GB"}
    ) as reader:
        described = reader.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": path}).fetchall()
        height = reader.execute("SELECT sum(num_rows) FROM parquet_file_metadata($path)", {"path": path}).fetchall()[0][0]
        if height * len(described) > cells:
            return None
        columns = [ParquetColumn() for _ in described]
        wanted = ", ".join(_select(name, kind) for name, kind, *_ in described)
        reader.execute(f"SELECT {wanted} FROM read_parquet($path)", {"path": path})
        while len(frame := reader.fetch_df_chunk(max(rows // VECTOR, 1))):
            for position, column in enumerate(columns):
                column.add(frame.iloc[:, position])
    return [str(name) for name, *_ in described], columns


def _select(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    written = quoted if kind in WRITTEN_HERE else f"CAST({quoted} AS VARCHAR)"
    return f"CAST({written} AS DOUBLE)" if kind == "FLOAT" else written  # by way of its digits: 3.1, not 3.0999999046


def main(path: str, cells: str, rows: str) -> int:
    """Write the file at `path` to the standard output and return the status with which to end."""
    try:
        described = describe_parquet_file(path, int(cells), int(rows))
    except Exception as error:
        said = (str(error) or type(error).__name__).splitlines()[0]
        sys.stderr.write(said.replace(path, Path(path).name))  # a page says nothing of where things stand on this machine
        return 1
    if described is None:
        return TOO_LARGE
    names, columns = described
    places = [np.concatenate(column.pieces) if column.pieces else np.zeros(0, dtype=np.uint8) for column in columns]
    texts = [list(column.known) for column in columns]
    types = [part.dtype.str for part in places]
    sys.stdout.buffer.write(json.dumps({"names": names, "texts": texts, "types": types, "height": len(places[0])}).encode() + b"\n")
    for part in places:
        sys.stdout.buffer.write(part.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
