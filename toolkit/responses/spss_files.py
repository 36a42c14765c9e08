"""SPSS files: values as text, their labels, and which of them the file declares to be no answer."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from toolkit.responses.findings import Notes
from toolkit.responses.grids import Cells, Grid
from toolkit.responses.text_files import UnreadableError


def read_spss_file(path: Path, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a .sav or .zsav file, with its labels, and its encoding; rows are numbered as cases, from 1.

    Values that the file declares missing become empty, and are told. `UnreadableError` where the file is broken.
    """
    try:
        frame, meta = pyreadstat.read_sav(path, user_missing=True, apply_value_formats=False)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError, OverflowError, ValueError) as error:
        raise UnreadableError(str(error)) from None
    cells = np.full((len(frame) + 1, len(frame.columns)), "", dtype=object)
    cells[0] = list(frame.columns)
    labels = {}
    for position, name in enumerate(frame.columns):
        column = write_values(frame[name])
        cells[1:, position] = _empty_missing(column, meta.missing_ranges.get(name, []), name, file, notes)
        labels[position] = {write_value(value): str(label) for value, label in meta.variable_value_labels.get(name, {}).items()}
    wordings = tuple(label or "" for label in meta.column_labels)
    return Grid("", cells, first_row=0, labels=labels, wordings=wordings), str(meta.file_encoding or "")


def write_values(column: pd.Series) -> Cells:
    """Return a column of a file as text, each different value written once."""
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    return np.array([write_value(value) for value in distinct] + [""], dtype=object)[codes]


def write_value(value: Any) -> str:
    """Return one value of a spreadsheet or SPSS file as a person would write it.

    >>> [write_value(value) for value in (4.0, 3.5, 0.1 + 0.2, True, None)]
    ['4', '3.5', '0.3', 'TRUE', '']
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else format(value, ".0f") if math.isfinite(value) else str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds").removesuffix(" 00:00:00")
    return str(value)


def _empty_missing(column: Cells, ranges: Sequence[Any], name: str, file: str, notes: Notes) -> Cells:
    """Return `column` without the values in `ranges`, which the file declares missing; trailing spaces of text don't count."""
    missing = {text for text in set(column) if text and any(_lies_in(text, bounds) for bounds in ranges)}
    gone = np.isin(column, list(missing)) if missing else np.zeros(len(column), dtype=bool)
    if gone.any():
        notes.add("no_answer", file=file, column=name, value=", ".join(sorted(missing)), count=int(gone.sum()))
    return np.where(gone, "", column)


def _lies_in(text: str, bounds: Mapping[str, Any]) -> bool:
    low, high = bounds["lo"], bounds["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return str(low).rstrip() <= text.rstrip() <= str(high).rstrip()
    try:
        return float(low) <= float(text) <= float(high)
    except ValueError:
        return False
