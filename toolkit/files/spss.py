"""SPSS files: values as text, their labels, and which of them the file declares to be no answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.files.cells import Cells, Grid, make_column
from toolkit.files.safety import ask_child
from toolkit.findings import Notes
from toolkit.study.layouts import Limits


def read_spss_file(path: Path, limits: Limits, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a .sav or .zsav file, with its labels, and its encoding; rows are numbered as cases, from 1.

    Values that the file declares missing become empty, and are told. Raises `UnreadableError` where the file is broken and `TooLargeError`
    where it would take more than `limits`.
    """
    said = json.loads(ask_child("toolkit.files.spss_process", path, limits))
    names: list[str] = said["names"]
    height = len(said["columns"][0][1]) if names else 0
    columns = []
    for position, (texts, places) in enumerate(said["columns"]):
        missing = [text for text in texts if text and any(_lies_in(text, bounds) for bounds in said["missing"][position])]
        kept = ["" if text in missing else text for text in texts]
        columns.append(make_column(names[position], kept, np.array(places, dtype=np.int64)))
        if missing:
            count = int(np.isin(places, [texts.index(text) for text in missing]).sum())
            notes.add("no_answer", file=file, column=names[position], value=", ".join(sorted(missing)), count=count)
    labels = dict(enumerate(said["labels"]))
    wordings = tuple(said["wordings"])
    return Grid("", Cells(columns, height + 1), first_row=0, labels=labels, wordings=wordings), said["encoding"]


def _lies_in(text: str, bounds: Mapping[str, Any]) -> bool:
    """Return whether a value lies in a range that a file declares missing; trailing spaces of text don't count."""
    low = bounds["lo"]
    high = bounds["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return str(low).rstrip() <= text.rstrip() <= str(high).rstrip()
    try:
        return float(low) <= float(text) <= float(high)
    except ValueError:
        return False
