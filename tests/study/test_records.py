"""The declaration of records: what a study file may say of them, and what is told where that can't be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.study.test_loading import check
from toolkit.languages import load_text
from toolkit.study.records import KINDS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "study-file.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        ({"file": "../goals.xlsx"}, "records.1.file", "lies outside the study's folder"),
        ({"columns": {"gaol": "Doel"}}, "records.1.columns", "There is no column ‘gaol’. Is ‘goal’ meant?"),
        ({"themes": {"a": {"nl": "a"}}}, "records.1.themes", "Themes belong to notes, not to goals."),
        ({"show": True}, "records.1.show", "Only profiles are shown on request, not goals."),
    ],
)
def test_a_wrong_entry_is_told(tmp_path: Path, change: dict[str, object], key: str, words: str) -> None:
    (told,) = check(tmp_path, records=[{"kind": "goals", "file": "goals.xlsx"} | change])
    assert told.startswith(f"{key}: ") and words in told


@pytest.mark.parametrize(("language", "words"), [("nl", "Thema’s horen bij notities"), ("en", "Themes belong to notes")])
def test_themes_elsewhere_are_told_in_both_languages(language, words: str) -> None:
    assert load_text(language).find_fault("themes_no_notes", kind="goals").message.startswith(words)
    shown = load_text(language).find_fault("show_no_profiles", kind="goals")
    assert "goals" in shown.message and "profiles" in f"{shown}"
    assert load_text(language).say("faults.what.column")


def test_a_sound_entry_has_no_problem(tmp_path: Path) -> None:
    assert check(tmp_path, records=[{"kind": "goals", "file": "goals.xlsx", "columns": {"goal": "Wat"}}]) == []


def test_the_page_about_the_study_file_has_every_kind_with_its_columns() -> None:
    rows = dict(re.findall(r"^\| ([a-z]+) \| (`.*) \|$", PAGE, re.MULTILINE))
    told = {kind: [re.findall("`([a-z_]+)`", part) for part in row.split("|")] for kind, row in rows.items()}
    sides = {kind: [[c.name for c in columns if c.needed is needed] for needed in (True, False)] for kind, columns in KINDS.items()}
    assert told == sides


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_column_says_what_it_holds(language) -> None:
    text = load_text(language)
    told = {column.describe(text) for columns in KINDS.values() for column in columns}
    assert len(told) > 10 and not any("{" in words or "inf" in words for words in told)
