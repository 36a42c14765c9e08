"""Groups of persons and the people invited per role: names that refer to nothing, and numbers that can't be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.responses.cases import open_study
from toolkit.languages import Language, load_text
from toolkit.study.loading import check_study

ROLES = [{"id": id, "label": {"nl": id, "en": id}} for id in ("head", "teacher")]
TEAM = {"id": "language", "label": {"nl": "taal", "en": "language"}}
SOURCE = {"file": "a.csv", "wave": "before", "school": "s1", "layout": "form"}


def check(folder: Path, language: Language, **parts: Any) -> str:
    (folder / "study.toml").write_text(f'languages = ["{language}"]\ninstruments = ["uwes3"]\n', encoding="utf-8")
    study = open_study({"sources": [SOURCE], "layouts": {"form": {}}, "roles": ROLES} | parts, folder)
    return "\n".join(str(problem) for problem in check_study(study, folder / "study.toml"))


def say(language: Language, code: str, **places: object) -> str:
    text = load_text(language)
    return f"{text.say(f'faults.{code}.says', **places)} {text.say(f'faults.{code}.mend')}"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_group_that_a_file_names_must_be_there(tmp_path: Path, language: Language) -> None:
    layouts = {"form": {"subgroup": "team", "subgroups": {"T1": "langage"}}}
    assert say(language, "subgroups_none") in check(tmp_path, language, layouts=layouts)
    told = check(tmp_path, language, layouts=layouts, subgroups=[TEAM], sources=[SOURCE | {"subgroup": "sums"}])
    kind = load_text(language).say("faults.what.subgroup")
    assert f"{kind} ‘langage’" in told and f"{kind} ‘sums’" in told and "language" in told


def test_a_group_has_an_id_that_no_other_group_and_no_role_has(tmp_path: Path) -> None:
    assert "‘language’" in check(tmp_path, "en", subgroups=[TEAM, TEAM])
    assert "‘head’" in check(tmp_path, "en", subgroups=[TEAM | {"id": "head"}])
    assert "‘language’" not in check(tmp_path, "en", subgroups=[TEAM])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_more_people_are_invited_in_all_roles_than_in_the_school(tmp_path: Path, language: Language) -> None:
    school = {"id": "s1", "name": "One", "invited": {"before": 20}}
    told = check(tmp_path, language, schools=[school | {"invited_roles": {"before": {"head": 1, "teacher": 20}}}])
    assert say(language, "invited_roles", school="s1", wave="before", total=21, invited=20) in told
    fine = check(tmp_path, language, schools=[school | {"invited_roles": {"before": {"head": 1, "teacher": 19}, "after": {"head": 99}}}])
    assert say(language, "invited_roles", school="s1", wave="before", total=20, invited=20) not in fine and "99" not in fine
    wrong = check(tmp_path, language, schools=[school | {"invited_roles": {"now": {"heads": 1}}}])
    assert "‘now’" in wrong and "‘heads’" in wrong
