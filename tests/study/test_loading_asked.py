"""Of whom an instrument is asked: rows that are no people are refused, and so are roles that the study does not have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.languages import Language
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import check_study

ROLES = [{"id": "head", "label": {"nl": "directeur", "en": "head"}}]


def check(folder: Path, language: Language, **asked: object) -> list[str]:
    (folder / "study.toml").write_text(f'languages = ["{language}"]\ninstruments = ["uwes3"]\n', encoding="utf-8")
    instrument = load_instrument("uwes3").model_copy(update=asked)
    study = open_study({"sources": [{"file": "a.csv", "wave": "before", "school": "s1"}], "roles": ROLES}, folder, instrument)
    return [str(problem) for problem in check_study(study, folder / "study.toml") if "uwes3" in str(problem) or "teacher" in str(problem)]


@pytest.mark.parametrize(("language", "words"), [("nl", "een rapport telt mensen"), ("en", "a report counts people")])
@pytest.mark.parametrize("unit", ["school", "team", "meeting"])
def test_rows_that_are_no_people_are_refused(tmp_path: Path, language: Language, words: str, unit: str) -> None:
    told = check(tmp_path, language, unit=unit)
    assert any(words in problem and unit in problem and "study.toml, " in problem for problem in told)
    assert not any(words in problem for problem in check(tmp_path, language))


def test_an_instrument_is_meant_for_roles_that_there_are(tmp_path: Path) -> None:
    assert any("teacher" in problem for problem in check(tmp_path, "en", roles=("teacher",)))
    assert not any("head" in problem for problem in check(tmp_path, "en", roles=("head",)))
