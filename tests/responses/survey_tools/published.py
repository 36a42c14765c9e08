"""Reading the published exports of survey tools."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from tests.responses.cases import open_study
from toolkit.files.cells import Grid, fill_grid
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.instruments import Instrument

PUBLISHED = Path(__file__).parent.parent.parent / "data" / "published"


def read_published(path: str, instrument: Instrument, layout: dict[str, Any], **document: Any) -> Exports:
    """Return what is read from one published file, of one school and wave where the layout or the document says nothing else."""
    folder, file = path.split("/")
    source = {"file": file, "layout": "tool", "school": "s1"} | ({} if "waves" in layout else {"wave": "before"})
    blank = {"sources": [source], "layouts": {"tool": layout}, "matching": {"by": "none"}}
    return read_exports(open_study(blank | document, PUBLISHED / folder, instrument))


def list_told(exports: Exports, *codes: str) -> list[tuple[str, str, str, int]]:
    """Return code, column, value and count of what was found, of these codes or of all."""
    rows = exports.findings[["code", "column", "value", "count"]].itertuples(index=False, name=None)
    return [row for row in rows if not codes or row[0] in codes]


def make_grid(text: str, separator: str = ",") -> Grid:
    """Return the grid of a text."""
    return Grid("", fill_grid(list(csv.reader(text.splitlines(), delimiter=separator))))
