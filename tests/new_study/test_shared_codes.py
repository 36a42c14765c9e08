"""Schools of exports that are one by the codes of their people."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from toolkit.new_study.proposal import propose_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "disjoint_schools"
TODAY = dt.date(2026, 11, 1)
WORDS = {
    "en": "‘1’ and ‘Alfa’ are never there in one measurement, and share 8 codes of people. They were taken for one school.",
    "nl": "‘1’ en ‘Alfa’ komen nooit in één meting samen voor, en delen 8 codes van mensen. Ze zijn voor één school genomen.",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_names_before_and_numbers_after_become_one_school_each_which_is_doubted(language: str, tmp_path: Path) -> None:
    files = [SITUATION / "data" / f"{name}.csv" for name in ("before", "after")]
    proposal = propose_study(tmp_path / "mine", files, "nl" if language == "nl" else "en", TODAY)
    document = tomllib.loads(proposal.text)
    assert [school["id"] for school in document["schools"]] == ["Alfa", "Beta"]
    assert document["layouts"]["after"]["schools"] == {"1": "Alfa", "2": "Beta"}
    assert "schools" not in document["layouts"]["before"]
    assert f"[[schools]] 1: {WORDS[language]}" in proposal.doubts


def make(path: Path, school: str, codes: str) -> Path:
    rows = [f"{code},{school},{','.join('123412341')}" for code in codes]
    header = ["code", "school", *(f"energie_own9_i{number}" for number in range(1, 10))]
    path.write_text("\n".join([",".join(header), *rows]) + "\n", encoding="utf-8")
    return path


def test_schools_with_other_people_stay_two(tmp_path: Path) -> None:
    files = [make(tmp_path / "voor.csv", "Alfa", "abcdef"), make(tmp_path / "na.csv", "Beta", "abuvwxyz")]
    document = tomllib.loads(propose_study(tmp_path / "mine", files, "nl", TODAY).text)
    assert [school["id"] for school in document["schools"]] == ["Alfa", "Beta"]


def test_schools_of_one_measurement_stay_two_though_their_codes_are_the_same(tmp_path: Path) -> None:
    files = [make(tmp_path / "voor_a.csv", "Alfa", "abcdef"), make(tmp_path / "voor_b.csv", "Beta", "abcdef")]
    document = tomllib.loads(propose_study(tmp_path / "mine", files, "nl", TODAY).text)
    assert [school["id"] for school in document["schools"]] == ["Alfa", "Beta"]
