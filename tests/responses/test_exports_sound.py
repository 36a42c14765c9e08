"""Sound files, also as people and programs write them: nothing is told, or only what a survey tool marks."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.responses.sound_files import AFTER, Files, make_files, name_people, read


def test_of_sound_files_nothing_is_told(tmp_path: Path) -> None:
    assert read(make_files(), tmp_path).findings["code"].tolist() == []


@pytest.mark.parametrize("header", ["code", "Geboortedatum"])
def test_days_of_birth_as_codes_are_not_asked_about(header: str, tmp_path: Path) -> None:
    files = make_files()
    name_people(files, *[lambda number: f"{1960 + number % 40}-0{number % 9 + 1}-1{number % 8}"] * 2)
    files.rows = {name: rows.rename(columns={"code": header}) for name, rows in files.rows.items()}
    files.layout["respondent"] = header
    exports = read(files, tmp_path)
    assert exports.findings["code"].tolist() == ([] if header == "code" else ["code_personal"])
    assert exports.responses.groupby("respondent")["wave"].nunique().eq(2).all()


@pytest.mark.parametrize("written", ["'{}", '="{}"', " {}. ", "{}\t"])
def test_codes_written_otherwise_are_the_same_people_and_nothing_is_told(written: str, tmp_path: Path) -> None:
    files = make_files()
    files.rows[AFTER]["code"] = [written.format(code.upper()) for code in files.rows[AFTER]["code"]]
    exports = read(files, tmp_path)
    assert exports.findings.empty
    assert exports.responses.groupby("respondent")["wave"].nunique().eq(2).all()


@pytest.mark.parametrize("written", ["7½", "7,5", "7.50", "7 1/2", "'7,5", "7 en een half"])
def test_a_half_of_a_grade_is_read_however_it_is_written(written: str, tmp_path: Path) -> None:
    files = make_files()
    files.change(AFTER, "cijfer1_grade", written)
    exports = read(files, tmp_path)
    assert exports.findings.empty
    assert exports.responses.query("wave == 'after'")["cijfer1_grade"].iloc[0] == 7.5


def mark_as(files: Files, tool: str, **columns: str) -> None:
    """Make both files exports of a tool, of which every form was finished."""
    files.layout["tool"] = tool
    for file, rows in files.rows.items():
        files.rows[file] = rows.assign(**columns)


@pytest.mark.parametrize("status", ["1", "8", "Survey Preview", "Spam"])
def test_trials_of_qualtrics_are_one_fault(status: str, tmp_path: Path) -> None:
    files = make_files()
    mark_as(files, "qualtrics", Status="0", Finished="1")
    files.change(AFTER, "Status", status, status)
    check_left_out(files, "forms_trial", "left_out_test", 2, tmp_path)


@pytest.mark.parametrize(
    ("tool", "column", "done", "open"),
    [
        ("qualtrics", "Finished", "1", "0"),
        ("qualtrics", "Finished", "TRUE", "FALSE"),
        ("castor", "Survey Completed On", "2026-06-15", ""),
        ("limesurvey", "submitdate", "2026-06-15 10:00:00", ""),
    ],
)
def test_unfinished_forms_are_one_fault_and_count_where_they_are_included(
    tool: str, column: str, done: str, open: str, tmp_path: Path
) -> None:
    files = make_files()
    mark_as(files, tool, **{column: done})
    files.change(AFTER, column, open, open, open)
    check_left_out(files, "forms_unfinished", "left_out_unfinished", 3, tmp_path)
    files.layout["include"] = ["unfinished"]
    exports = read(files, tmp_path)
    assert len(exports.responses) == 96
    assert exports.findings.empty


def check_left_out(files: Files, told: str, counted: str, number: int, folder: Path) -> None:
    """Assert that so many forms are left out, told by these two findings."""
    exports = read(files, folder)
    assert exports.findings["code"].tolist() == [told, counted]
    assert exports.findings["count"].tolist() == [number, number]
    assert len(exports.responses) == 96 - number
    shutil.rmtree(folder / "data")
