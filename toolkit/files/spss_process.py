"""The child that opens an SPSS file: the library that reads it is in C, and a damaged file can make it crash and take its process along.

Run as `python -m toolkit.files.spss_process FILE CELLS`; prints the file as JSON, each column as its different texts and the place of
each row's text among them. Ends with `TOO_LARGE` where the file has more cells than CELLS, with 1 and a reason where it can't be read.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pyreadstat

from toolkit.files.safety import TOO_LARGE
from toolkit.files.values import write_value


def describe_spss_file(path: str, cells: int) -> dict[str, Any]:
    """Return the names, texts, labels and missing ranges of an SPSS file; no more than `cells` cells, and one row more, are read."""
    _, meta = pyreadstat.read_sav(path, metadataonly=True)
    rows = cells // max(len(meta.column_names), 1)
    data, meta = pyreadstat.read_sav(path, user_missing=True, row_limit=rows + 1, output_format="dict")
    columns = [_list_texts(data[name]) for name in meta.column_names]
    labels = [
        {write_value(value): str(label) for value, label in meta.variable_value_labels.get(name, {}).items()} for name in meta.column_names
    ]
    return {
        "names": meta.column_names,
        "wordings": [label or "" for label in meta.column_labels],
        "columns": columns,
        "labels": labels,
        "missing": [meta.missing_ranges.get(name, []) for name in meta.column_names],
        "encoding": meta.file_encoding or "",
        "too_large": any(len(places) > rows for _, places in columns),
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


def main(path: str, cells: str) -> int:
    """Print the file at `path` as JSON and return the status with which to end."""
    try:
        described = describe_spss_file(path, int(cells))
    except Exception as error:
        sys.stderr.write(str(error) or type(error).__name__)
        return 1
    if described["too_large"]:
        return TOO_LARGE
    sys.stdout.write(json.dumps(described))  # in one piece: json.dump writes word by word
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
