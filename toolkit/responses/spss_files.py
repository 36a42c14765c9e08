"""SPSS files: values as text, their labels, and which of them the file declares to be no answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.responses.failures import TooLargeError, UnreadableError
from toolkit.responses.findings import Notes
from toolkit.responses.grids import Grid
from toolkit.responses.spss_child import TOO_LARGE
from toolkit.study.layouts import Limits


def read_spss_file(path: Path, limits: Limits, file: str, notes: Notes) -> tuple[Grid, str]:
    """Return the cells of a .sav or .zsav file, with its labels, and its encoding; rows are numbered as cases, from 1.

    Values that the file declares missing become empty, and are told. Raises `UnreadableError` where the file is broken and `TooLargeError`
    where it would take more than `limits`.
    """
    said = _ask_child(path, limits)
    names: list[str] = said["names"]
    height = len(said["columns"][0][1]) if names else 0
    cells = np.full((height + 1, len(names)), "", dtype=object)
    cells[0] = names
    for position, (texts, places) in enumerate(said["columns"]):
        missing = [text for text in texts if text and any(_lies_in(text, bounds) for bounds in said["missing"][position])]
        kept = np.array(["" if text in missing else text for text in texts] or [""], dtype=object)
        cells[1:, position] = kept[places]
        if missing:
            count = int(np.isin(places, [texts.index(text) for text in missing]).sum())
            notes.add("no_answer", file=file, column=names[position], value=", ".join(sorted(missing)), count=count)
    return Grid("", cells, first_row=0, labels=dict(enumerate(said["labels"])), wordings=tuple(said["wordings"])), said["encoding"]


def _ask_child(path: Path, limits: Limits) -> dict[str, Any]:
    """Return what the child says of the file at `path`; a crash there is a damaged file here."""
    command = [sys.executable, "-P", "-m", "toolkit.responses.spss_child", str(path), str(limits.cells)]
    surroundings = os.environ | {"PYTHONPATH": os.pathsep.join(place for place in sys.path if place), "PYTHONIOENCODING": "utf-8"}
    try:
        child = subprocess.run(command, capture_output=True, timeout=limits.seconds, env=surroundings, check=False)
    except subprocess.TimeoutExpired:
        raise TooLargeError(f"> {limits.seconds} s", f"{limits.seconds} s") from None
    if child.returncode == TOO_LARGE:
        raise TooLargeError(f"> {limits.cells}", f"{limits.cells}")
    if child.returncode:
        raise UnreadableError(child.stderr.decode("utf-8", errors="replace").strip() if child.returncode == 1 else "damaged")
    said: dict[str, Any] = json.loads(child.stdout)
    return said


def _lies_in(text: str, bounds: Mapping[str, Any]) -> bool:
    """Return whether a value lies in a range that a file declares missing; trailing spaces of text don't count."""
    low, high = bounds["lo"], bounds["hi"]
    if isinstance(low, str) or isinstance(high, str):
        return str(low).rstrip() <= text.rstrip() <= str(high).rstrip()
    try:
        return float(low) <= float(text) <= float(high)
    except ValueError:
        return False
