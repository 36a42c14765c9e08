"""Witnesses: numbers computed elsewhere, to which the toolkit's numbers are held."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parent / "reference"


@dataclass(frozen=True, slots=True)
class Witness:
    """One entry of `tests/reference/r_reference.json`: what R computed, from which data, to which tolerance."""

    id: str
    value: Any
    call: str
    rtol: float
    file: str

    def data(self) -> pd.DataFrame:
        """Return the data that R used, as a new frame."""
        return pd.read_csv(REFERENCE / "data" / self.file)

    def agree(self, ours: Any, *path: str | int, rtol: float | None = None) -> None:
        """Assert that `ours` equals the value at `path`, within the entry's tolerance (1e-9 absolute near zero)."""
        theirs = self.value
        for step in path:
            theirs = theirs[step]
        np.testing.assert_allclose(
            np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float), rtol=rtol or self.rtol, atol=1e-9, err_msg=f"{self.id} {path}"
        )


@cache
def _entries() -> Mapping[str, dict[str, Any]]:
    document = json.loads((REFERENCE / "r_reference.json").read_text(encoding="utf-8"))
    return {entry["id"]: entry for entry in document["entries"]}


def witness(id: str) -> Witness:
    """Return the reference entry `id`."""
    entry = _entries()[id]
    return Witness(id, entry["value"], entry["r_call"], entry["rtol"], entry["data"])


def witness_ids() -> list[str]:
    """Return the ids of all reference entries."""
    return list(_entries())
