"""SPSS files: values as text, their labels, and which of them the file declares to be no answer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.files.cells import Cells, Grid, make_column
from toolkit.files.safety import UnreadableError
from toolkit.files.values import write_value

if TYPE_CHECKING:
    from toolkit.findings import Notes


def read_spss_file(path: Path, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a .sav or .zsav file, with its labels, and its encoding; rows are numbered as cases, from 1.

    Values that the file declares missing become empty, and are told. Raises `UnreadableError` where the file is broken. The library is in
    C: a damaged file can make it crash, and take its process along.
    """
    try:
        said = describe_spss_file(str(path))
    except MemoryError:
        raise
    except Exception as error:  # its faults in a damaged file are of any kind
        raise UnreadableError(str(error) or type(error).__name__) from None
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


def describe_spss_file(path: str) -> dict[str, Any]:
    """Return the names, texts, labels and missing ranges of an SPSS file."""
    import pyreadstat

    data, meta = pyreadstat.read_sav(path, user_missing=True, output_format="dict")
    columns = [_list_texts(data[name]) for name in meta.column_names]
    labels = [
        {write_value(value): str(label) for value, label in meta.variable_value_labels.get(name, {}).items()} for name in meta.column_names
    ]
    return {
        "names": [str(name or "") for name in meta.column_names],  # a damaged file may have a column without a name
        "wordings": [str(label or "") for label in meta.column_labels],
        "columns": columns,
        "labels": labels,
        "missing": [meta.missing_ranges.get(name, []) for name in meta.column_names],
        "encoding": meta.file_encoding or "",
    }


def _list_texts(values: list[object]) -> tuple[list[str], list[int]]:
    """Return the different texts of a column in the order in which they come, and the place of each row's text among them."""
    known: dict[str, int] = {}
    written: dict[object, int] = {}
    places = []
    for value in values:
        if value not in written:
            written[value] = known.setdefault(write_value(value), len(known))
        places.append(written[value])
    return list(known), places


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
