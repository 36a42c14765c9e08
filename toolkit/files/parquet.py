"""Parquet files: values as text, a missing value as an empty one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from toolkit.files.cells import Cells, Grid, make_column
from toolkit.files.safety import ask_child
from toolkit.findings import Notes
from toolkit.study.layouts import Limits


def read_parquet_file(path: Path, limits: Limits, file: str, notes: Notes) -> Grid:
    """Return the cells of a Parquet file; rows are numbered as in the data, from 1.

    Raises `UnreadableError` where the file is broken and `TooLargeError` where it would take more than `limits`.
    """
    notes.report(file, 0)
    head, _, body = ask_child("toolkit.files.parquet_process", path, limits, str(limits.rows_at_once)).partition(b"\n")
    said = json.loads(head)
    columns = []
    start = 0
    for name, texts, kind in zip(said["names"], said["texts"], said["types"], strict=True):
        places = np.frombuffer(body, dtype=kind, count=said["height"], offset=start)
        columns.append(make_column(name, texts, places.astype(np.int64)))
        start += places.nbytes
    notes.report(file, 1 / 2)  # the other half is for what the cells mean
    return Grid("", Cells(columns, said["height"] + 1), first_row=0)
