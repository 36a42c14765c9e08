"""Small studies with records, each file given as lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.responses.cases import open_study
from toolkit.records.reading import Records, read_records
from toolkit.study.study import Study

THEMES = {"calm": {"nl": "rust", "en": "calm"}}


def open_records(folder: Path, files: dict[str, list[str]], **more: Any) -> Study:
    """Return a study that reads `files`: per kind the lines of a text file."""
    entries = []
    for kind, lines in files.items():
        (folder / f"{kind}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        entries.append({"kind": kind, "file": f"{kind}.csv"} | ({"themes": THEMES} if kind == "notes" else {}) | more.get(kind, {}))
    contacts = [{"date": "2025-10-01", "type": "training", "title": "Samen kijken"}]
    return open_study({"sources": [{"file": "answers.csv"}], "contacts": contacts, "records": entries}, folder)


def read(folder: Path, files: dict[str, list[str]], codes: tuple[str, ...] = (), **more: Any) -> Records:
    """Return what is read of `files`."""
    return read_records(open_records(folder, files, **more), codes=codes)
