"""Empty workbooks: one per kind, which the study then reads; nothing is overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import toolkit as plg
from tests.records.record_cases import open_records
from toolkit.cli.main import app
from toolkit.findings import describe_finding
from toolkit.languages import Language, load_text
from toolkit.records.parsing import name_known
from toolkit.records.reading import read_records
from toolkit.records.templates import describe_entries, make_workbook, write_templates
from toolkit.study.records import KINDS


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_workbook_that_was_written_is_read_without_columns(language: Language, tmp_path: Path) -> None:
    text = load_text(language)
    files = {kind: [] for kind in KINDS}
    for kind in KINDS:
        (tmp_path / f"{kind}.xlsx").write_bytes(make_workbook(kind, text))
    study = open_records(tmp_path, files, **{kind: {"file": f"{kind}.xlsx"} for kind in KINDS})
    assert read_records(study).findings.empty
    for entry in study.records:
        known = [name_known(column, entry, study) for column in KINDS[entry.kind] if column.holds not in ("text", "date", "number")]
        assert all(known) or entry.kind == "contacts"  # this study has no cohorts


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_second_sheet_says_what_each_column_holds(language: Language, tmp_path: Path) -> None:
    path = tmp_path / "goals.xlsx"
    path.write_bytes(make_workbook("goals", load_text(language)))
    first, second = openpyxl.load_workbook(path).worksheets
    headers = [cell.value for cell in first[1]]
    assert [row[0].value for row in second.iter_rows(min_row=2)] == headers
    words = {"nl": "een getal van 0 tot en met 4", "en": "a number from 0 to 4"}[language]
    assert words in [row[2].value for row in second.iter_rows()]


def test_files_that_are_there_stay_and_kinds_that_are_read_get_none(tmp_path: Path) -> None:
    study = open_records(tmp_path, {"goals": ["goal;school", "a;s1"]})
    made = write_templates(study, "nl")
    assert "goals" not in [path.stem for path in made] and len(made) == len(KINDS) - 1
    assert 'file = "records/notes.xlsx"' in describe_entries(made, study)
    (tmp_path / "records" / "notes.xlsx").write_text("mine", encoding="utf-8")
    assert write_templates(study, "nl") == []
    assert (tmp_path / "records" / "notes.xlsx").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", ("Deze studie leest geen", "Zet dit in", "niets geschreven", "Gelezen: notities 1")),
        ("en", ("This study reads no", "Put this in", "Nothing was", "Read: notes 1")),
    ],
)
def test_the_command_writes_workbooks_and_says_what_was_read(language: str, told: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "study"
    shutil.copytree("tests/data/rows/A2", folder)
    run = lambda *more: CliRunner().invoke(app, ["records", str(folder), "--language", language, *more]).output  # noqa: E731
    none, paste, nothing, read = told
    assert none in run()
    assert paste in run("--template") and nothing in run("--template")
    study = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(study + '\n[[records]]\nkind = "notes"\nfile = "n.csv"\n', encoding="utf-8")
    (folder / "n.csv").write_text("datum;thema;tekst\n2025-10-01;haast;a\n", encoding="utf-8")
    said = run()
    assert read in said and "haast" in said
    finding = read_records(plg.load_study(folder)).findings.to_dict("records")[0]
    assert str(describe_finding(finding, language)) in said  # type: ignore[arg-type]
