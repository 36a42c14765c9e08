"""Files that the study file does not name, and a last wave that nothing compares."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.findings import Notes, describe_finding
from toolkit.responses.exports import read_exports
from toolkit.responses.unnamed import find_uncompared, find_unnamed_files, tell_unnamed_files
from toolkit.study.loading import load_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "file_in_data_unnamed"
DATASETS = Path(__file__).parent.parent.parent / "datasets"
LATER: dict[str, object] = {"id": "later", "date": "2027-06-15", "label": {"nl": "Later", "en": "Later"}}
WAVES: list[dict[str, object]] = [
    {"id": "before", "date": "2025-09-15", "label": {"nl": "Voor", "en": "Before"}},
    {"id": "after", "date": "2026-06-15", "label": {"nl": "Na", "en": "After"}},
]
ONE: dict[str, object] = {"sources": [{"file": "data/a.csv", "school": "s1", "wave": "before"}]}


def find(folder: Path, *names: str, document: dict[str, object] | None = None) -> list[str]:
    """Return the files that are told of a study that reads data/a.csv, with these files beside it."""
    for name in ("data/a.csv", *names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return [path.relative_to(folder.resolve()).as_posix() for path in find_unnamed_files(open_study(ONE | (document or {}), folder))]


def test_a_file_in_the_folder_that_no_source_names_is_told() -> None:
    findings = read_exports(load_study(SITUATION)).findings
    assert findings["code"].tolist() == ["file_unnamed"]
    said = describe_finding(findings.iloc[0].to_dict(), "en")
    assert said.message.startswith("data/late_school.csv is in the folder and not read")
    assert "file_in_data_unnamed data/late_school.csv." in said.mend


@pytest.mark.parametrize(
    ("here", "typed"),
    [("", "plg add studies/mine"), ("studies", "plg add mine"), ("studies/mine", "plg add ."), ("elsewhere", "plg add mine")],
)
def test_the_command_names_the_folder_from_here(here: str, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SITUATION, tmp_path / "studies" / "mine")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / here)
    notes = Notes()
    tell_unnamed_files(load_study(tmp_path / "studies" / "mine"), notes)
    assert notes.rows[0]["expected"] == f"{typed} data/late_school.csv"


def test_every_kind_of_file_that_is_read_is_told_and_only_in_folders_of_sources(tmp_path: Path) -> None:
    named = ["data/b.csv", "data/c.XLSX", "data/d.sav", "data/e.parquet", "data/f.ods"]
    assert find(tmp_path, *named, "elsewhere/g.csv", "data/poster.pdf", "top.csv") == named


def test_a_file_that_is_read_and_saved_as_another_kind_is_not_told(tmp_path: Path) -> None:
    assert find(tmp_path, "data/a.sav", "data/a.parquet", "data/a 2.csv", "data/b/a.sav") == ["data/a 2.csv"]


def test_what_lies_beside_data_for_another_reason_is_not_told(tmp_path: Path) -> None:
    beside = ["~$a.xlsx", ".~lock.a.xlsx#", ".hidden.csv", "README.csv", "Leesmij.txt", "notes.txt", "matches.toml", "results.csv"]
    assert find(tmp_path, *(f"data/{name}" for name in beside), "study.toml", "instruments/x.csv") == []


def test_a_dictionary_and_a_copy_of_a_file_that_is_read_are_not_told(tmp_path: Path) -> None:
    layouts: dict[str, object] = {"layouts": {"r": {"dictionary": "data/words.csv"}}}
    assert find(tmp_path, "data/words.csv", document=layouts) == []
    shutil.copyfile(tmp_path / "data" / "a.csv", tmp_path / "data" / "a (copy).csv")
    assert find(tmp_path, document=layouts) == []


def test_text_files_are_told_where_the_study_reads_one(tmp_path: Path) -> None:
    sources = [{"file": f"data/{name}", "school": "s1", "wave": "before"} for name in ("a.csv", "b.txt")]
    assert find(tmp_path, "data/b.txt", "data/c.txt", document={"sources": sources}) == ["data/c.txt"]


def test_a_file_that_was_meant_by_another_name_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "answer.csv").write_text("x", encoding="utf-8")
    study = open_study({"sources": [{"file": "data/answers.csv", "school": "s1", "wave": "before"}]}, tmp_path)
    assert [code for code in read_exports(study).findings["code"] if code.startswith("file")] == ["file_missing"]


def test_many_files_are_told_in_one_finding(tmp_path: Path) -> None:
    find(tmp_path, *(f"data/b{number:02}.csv" for number in range(12)))
    notes = Notes()
    tell_unnamed_files(open_study(ONE, tmp_path), notes)
    (note,) = notes.rows
    assert (note["code"], note["count"]) == ("files_unnamed", 12)
    assert note["value"].endswith("data/b07.csv, … (+4)")


@pytest.mark.parametrize("name", sorted(path.parent.name for path in DATASETS.glob("*/study.toml")))
def test_the_examples_are_not_asked_about_files_or_comparisons(name: str) -> None:
    study = load_study(DATASETS / name)
    assert find_unnamed_files(study) == []
    assert find_uncompared(study) == ""


def compare(before: str, after: str, *, planned: bool = True) -> dict[str, object]:
    return {"id": f"{before}_{after}", "before": before, "after": after, "planned": planned}


@pytest.mark.parametrize(
    ("comparisons", "code"),
    [
        ([compare("before", "after")], "wave_uncompared"),
        ([compare("before", "after", planned=False)], "wave_uncompared"),
        ([], "comparisons_unplanned"),
        ([compare("before", "later", planned=False)], "comparisons_unplanned"),
        ([compare("before", "after"), compare("after", "later", planned=False)], ""),
    ],
)
def test_of_three_waves_the_last_is_compared_and_something_is_planned(
    comparisons: list[dict[str, object]], code: str, tmp_path: Path
) -> None:
    assert find_uncompared(open_study(ONE | {"waves": [*WAVES, LATER], "comparisons": comparisons}, tmp_path)) == code


def test_of_two_waves_nothing_is_asked(tmp_path: Path) -> None:
    assert find_uncompared(open_study(ONE, tmp_path)) == ""
