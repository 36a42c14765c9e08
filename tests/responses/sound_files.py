"""Files in which nothing is to be found: two waves of four schools, to put a fault in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.responses.cases import open_study
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.instruments import load_instrument

ENERGY = list(load_instrument("energie_own9").columns)
SAFETY = list(load_instrument("edmondson7").columns)
ITEMS = [*ENERGY, *SAFETY, "cijfer1_grade"]
SCHOOLS = ("Alfa", "Beta", "Gamma", "Delta")
BEFORE = "data/before.csv"
AFTER = "data/after.csv"
DOCUMENT: dict[str, Any] = {
    "instruments": ["energie_own9", "edmondson7", "cijfer1"],
    "schools": [{"id": name, "name": name} for name in SCHOOLS],
    "sources": [{"file": BEFORE, "wave": "before", "layout": "l"}, {"file": AFTER, "wave": "after", "layout": "l"}],
    "layouts": {"l": {"respondent": "code", "school": "school", "date": "datum"}},
    "leave_out": [{"column": "toestemming", "values": ["nee"], "keep": ["ja"], "reason": "no_consent"}],
    "outcomes": {"primary": "energie_own9.total"},
}


@dataclass
class Files:
    """The rows of each file as texts, files of another kind, and the study file, to put one fault in."""

    rows: dict[str, pd.DataFrame]
    document: dict[str, Any]
    bytes: dict[str, bytes]

    @property
    def layout(self) -> dict[str, Any]:
        """The layout of both files."""
        layout: dict[str, Any] = self.document["layouts"]["l"]
        return layout

    def change(self, file: str, column: str, *texts: str, first: int = 0) -> None:
        """Put texts below each other in a column."""
        self.rows[file].loc[first : first + len(texts) - 1, column] = list(texts)


def make_files() -> Files:
    """Return what 48 people of four schools answered in both waves."""
    generator = np.random.default_rng(8)
    people = 12 * len(SCHOOLS)
    letters = ["".join(generator.choice(list("bcdfghjklmnpqrstvwz"), 5)) for _ in range(people)]
    codes = [f"{text}{number}" for text, number in zip(letters, generator.permutation(range(10, 100))[:people], strict=True)]
    level = generator.normal(size=(people, 1))
    rows = {}
    for file, year, month, gain in ((BEFORE, 2025, 9, 0.0), (AFTER, 2026, 6, 0.4)):
        own = 0.8 * level + 0.4 * generator.normal(size=(people, 1))
        energy = np.clip(np.rint(3 + gain + 1.2 * own + generator.normal(size=(people, 9))), 0, 6)
        safety = np.clip(np.rint(4 + gain + 1.2 * own + generator.normal(size=(people, 7))), 1, 7)
        safety[:, [0, 2, 4]] = 8 - safety[:, [0, 2, 4]]
        grade = np.clip(np.rint(7 + own + 0.5 * generator.normal(size=(people, 1))), 1, 10)
        answers = pd.DataFrame(np.hstack([energy, safety, grade]).astype(int).astype(str), columns=ITEMS)
        days = [f"{year}-{month:02}-{day:02}" for day in generator.integers(13, 28, people)]
        who = {"code": codes, "school": np.repeat(SCHOOLS, 12), "datum": days, "toestemming": "ja"}
        rows[file] = pd.concat([pd.DataFrame(who), answers], axis=1).astype(object)
    return Files(rows, copy.deepcopy(DOCUMENT), {})


def read(files: Files, folder: Path) -> Exports:
    """Return what is read of files written to a folder."""
    for name, rows in files.rows.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        rows.to_csv(folder / name, index=False, lineterminator="\n")
    for name, data in files.bytes.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return read_exports(open_study(files.document, folder))


def renumber(files: Files, columns: list[str], change: Callable[[int], object], file: str = AFTER) -> None:
    """Put other numbers in the columns of a file."""
    files.rows[file][columns] = files.rows[file][columns].map(lambda text: str(change(int(text))))


def name_people(files: Files, write: Callable[[int], str], later: Callable[[int], str]) -> None:
    """Give the people of each file codes by their number."""
    for file, code in ((BEFORE, write), (AFTER, later)):
        files.rows[file]["code"] = [code(number) for number in range(len(files.rows[file]))]
