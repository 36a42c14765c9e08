"""What is written for a person to judge."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.responses.cases import open_study, read_case
from toolkit.languages import Language
from toolkit.responses.exports import read_exports
from toolkit.study.matches import write_matches

SCHOOLS = [{"id": "s1", "name": "De Klaver"}]


@pytest.mark.parametrize(
    ("language", "said"), [("nl", ["houd het voor uzelf", "buiten git"]), ("en", ["keep it to yourself", "out of git"])]
)
def test_a_proposal_is_written_once_and_what_was_judged_stays(language: Language, said: list[str], tmp_path: Path) -> None:
    exports = read_case("codes_alike", tmp_path)
    (tmp_path / "matches.toml").unlink()
    study = open_study({"sources": [{"file": "x.csv"}], "schools": SCHOOLS}, tmp_path)
    assert write_matches(exports.findings, study, language) == tmp_path / "matches.toml"
    text = (tmp_path / "matches.toml").read_text(encoding="utf-8")
    assert all(words in text for words in said)
    assert tomllib.loads(text) == {"matches": [{"school": "s1", "codes": ["carl-21", "karl-21"]}]}
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8").splitlines() == ["matches.toml"]
    judged = text.replace("# accepted = true", "accepted = false")
    (tmp_path / "matches.toml").write_text(judged, encoding="utf-8")
    assert write_matches(exports.findings, study, language) is None
    assert (tmp_path / "matches.toml").read_text(encoding="utf-8") == judged


@pytest.mark.parametrize(("language", "said"), [("nl", "staat in meer dan een paar"), ("en", "is in more than one pair")])
def test_a_code_with_two_candidates_is_said_to_have_them(language: Language, said: str, tmp_path: Path) -> None:
    exports = read_case("codes_alike", tmp_path)
    (tmp_path / "matches.toml").unlink()
    twice = exports.findings.loc[exports.findings["code"] == "codes_alike"]
    findings = twice.loc[[*twice.index, *twice.index]].reset_index(drop=True)
    findings.loc[1, "expected"] = "carl-22"
    path = write_matches(findings, open_study({"sources": [{"file": "x.csv"}], "schools": SCHOOLS}, tmp_path), language)
    assert path is not None
    assert path.read_text(encoding="utf-8").count(f"carl-21’ {said}") == 2


def test_a_judgement_is_followed_on_the_next_run(tmp_path: Path) -> None:
    first = read_case("codes_alike", tmp_path)
    text = (tmp_path / "matches.toml").read_text(encoding="utf-8")
    assert first.responses["respondent"].tolist().count("carl-21") == 1
    (tmp_path / "matches.toml").write_text(text.replace('"karl-21"]', '"karl-21"]\naccepted = true'), encoding="utf-8")
    study = open_study(tomllib.loads((tmp_path / "study.toml").read_text(encoding="utf-8")), tmp_path)
    again = read_exports(study)
    assert again.responses["respondent"].tolist().count("carl-21") == 2
    assert "codes_alike" not in set(again.findings["code"])
