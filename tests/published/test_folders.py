"""Every folder of published data has a study file that is read, or a reason why not, and stands in the list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.published.road import PUBLISHED, SHIPPED, walk
from toolkit.study.study import load_study

#: tables of effects: there is nobody who answered.
NO_SURVEY = {"meta_teacher_expectancy", "prepost_control_effects"}
LISTED = dict(re.findall(r"^\| `(\w+)` \|.*\| `(test_\w+\.py)` \|$", (PUBLISHED / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
STUDIES = sorted(path.parent.relative_to(PUBLISHED).as_posix() for path in PUBLISHED.rglob("study.toml"))


def test_every_folder_is_listed_and_every_folder_listed_is_there() -> None:
    there = {path.name for path in PUBLISHED.iterdir() if path.is_dir()} | {"univbct"}
    assert set(LISTED) == there
    assert (SHIPPED / "univbct" / "study.toml").is_file()


@pytest.mark.parametrize("folder", sorted(LISTED))
def test_a_folder_has_a_study_or_is_no_survey_and_the_test_named_reads_it(folder: str) -> None:
    has_study = folder == "univbct" or any(name.split("/")[0] == folder for name in STUDIES)
    assert has_study is (folder not in NO_SURVEY)
    assert folder in (Path(__file__).parent / LISTED[folder]).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", sorted({*LISTED} - {"univbct"}))
def test_a_folder_says_where_its_data_come_from_and_holds_little(folder: str) -> None:
    readme = (PUBLISHED / folder / "README.md").read_text(encoding="utf-8")
    assert "**Provenance**" in readme and any(word in readme for word in ("**Licence**", "GPL"))
    for path in (PUBLISHED / folder).rglob("*"):
        if path.is_file() and path.suffix not in (".toml", ".md"):
            assert path.stat().st_size < 1_000_000
            assert path.name in readme


@pytest.mark.parametrize("name", STUDIES)
def test_a_study_of_published_data_is_sound_and_nothing_in_it_stops(name: str) -> None:
    study, road = load_study(PUBLISHED / name), walk(name)
    assert set(study.languages) == {"nl", "en"}
    findings = road.exports.findings
    assert findings.loc[findings["severity"] == "stops", ["code", "file", "column"]].to_numpy().tolist() == []
    assert len(road.scores) > 0
