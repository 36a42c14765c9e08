"""Cases: small studies in folders, read as a person's exports are.

`tests/data/responses/<case>/` holds `study.toml` (what differs from `BASE`), the files, and what should come out: `responses.csv` and
`findings.csv`, each with the columns that matter. A folder `book.xlsx/` becomes a workbook: it holds a CSV per sheet, and a TOML file where
cells are merged or rows hidden. `answers.csv.times` becomes a large `answers.csv`: a number, and below it what is repeated so many times.
`answers.csv.pipe` becomes a pipe.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl

from toolkit.responses.exports import Exports, read_exports
from toolkit.study.answers import Answers
from toolkit.study.instruments import Instrument, Item, Licence, Scale
from toolkit.study.study import Study

FOLDER = Path(__file__).parent.parent / "data" / "responses"
CASES = sorted(path.name for path in FOLDER.iterdir())
BASE = {
    "id": "case",
    "title": {"nl": "Geval", "en": "Case"},
    "languages": ["nl", "en"],
    "report_date": "2026-07-01",
    "instruments": ["uwes3"],
    "waves": [
        {"id": "before", "date": "2025-09-15", "label": {"nl": "Voormeting", "en": "Before"}},
        {"id": "after", "date": "2026-06-15", "label": {"nl": "Nameting", "en": "After"}},
    ],
    "schools": [{"id": "s1", "name": "De Klaver"}, {"id": "s2", "name": "’t Één"}],
    "outcomes": {"primary": "uwes3.total"},
}


def open_study(document: dict[str, object], folder: Path, *instruments: Instrument) -> Study:
    """Return the study of `BASE` and `document`, as if its file stood in `folder`; `instruments` take the place of those it names."""
    study = Study.model_validate(BASE | document)
    study._path = folder / "study.toml"
    if instruments:
        study.__dict__["instruments"] = study.__dict__["scored_instruments"] = instruments
    return study


def make_instrument(
    id: str, low: float, high: float, items: Iterable[Item], scales: dict[str, list[str]] | None = None, **more: Any
) -> Instrument:
    """Return an instrument whose scales need every answer; `more` is of its answers."""
    words = {"nl": id, "en": id}
    return Instrument(
        id=id,
        version="1",
        name=words,
        about=words,
        source="",
        licence=Licence(kind="open", notice=words, text_shipped=False),
        answers=Answers(min=low, max=high, **more),
        items=tuple(items),
        scales=tuple(Scale(id=name, label=words, items=tuple(of), min_answered=len(of)) for name, of in (scales or {}).items()),
    )


def read_case(name: str, folder: Path) -> Exports:
    """Return what is read from the case `name`, copied to `folder` with its workbooks made."""
    shutil.copytree(FOLDER / name, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("responses.csv", "findings.csv"))
    for place in [path for path in folder.iterdir() if path.is_dir() and path.suffix == ".xlsx"]:
        sheets = {path.stem: list(csv.reader(io.StringIO(path.read_text(encoding="utf-8")))) for path in sorted(place.glob("*.csv"))}
        looks = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in place.glob("*.toml")}
        shutil.rmtree(place)
        write_workbook(place, sheets, looks)
    for path in folder.glob("*.times"):
        times, _, text = path.read_text(encoding="utf-8").partition("\n")
        path.with_suffix("").write_bytes(text.encode() * int(times))
        path.unlink()
    for path in folder.glob("*.pipe"):
        os.mkfifo(path.with_suffix(""))
        path.unlink()
    return read_exports(open_study(tomllib.loads((folder / "study.toml").read_text(encoding="utf-8")), folder))


def write_workbook(path: Path, sheets: dict[str, list[list[str]]], looks: dict[str, dict[str, Any]]) -> None:
    """Write a workbook; what looks like a number becomes one, as when a person types it. `looks` names merged cells and hidden rows."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([float(cell) if cell.replace(".", "", 1).isdigit() else cell or None for cell in row])
        for cells in looks.get(title, {}).get("merged", []):
            sheet.merge_cells(cells)
        for number in looks.get(title, {}).get("hidden", []):
            sheet.row_dimensions[number].hidden = True
    book.save(path)
