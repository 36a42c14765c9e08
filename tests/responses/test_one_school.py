"""Schools that are in different waves while their people have the same codes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tests.responses.cases import open_study
from toolkit.findings import describe_finding
from toolkit.responses.exports import read_exports
from toolkit.responses.one_school import Pair, find_one_schools
from toolkit.study.loading import load_study

SITUATION = Path(__file__).parent.parent / "data" / "situations" / "disjoint_schools"


def make(*groups: tuple[str, int, Iterable[str]]) -> pd.DataFrame:
    """Return a row per school, wave and code."""
    return pd.DataFrame([(school, wave, code) for school, wave, codes in groups for code in codes], columns=["school", "wave", "code"])


def find(*groups: tuple[str, int, Iterable[str]]) -> list[Pair]:
    """Return the pairs of schools with their own ids as names."""
    return find_one_schools(make(*groups), {school: school for school, _, _ in groups})


def test_names_in_one_wave_and_numbers_in_the_other_are_one_question_with_lines_to_paste() -> None:
    study = load_study(SITUATION)
    findings = read_exports(study).findings
    asked = findings[findings["severity"] != "tells"]
    assert asked["code"].tolist() == ["schools_apart"]
    said = describe_finding(asked.iloc[0].to_dict(), "en")
    assert "No school of wave ‘before’ occurs in wave ‘after’" in said.message
    assert "1 = Alfa (8), 2 = Beta (8)" in said.message
    assert 'schools = { "1" = "Alfa", "2" = "Beta" }' in said.mend


def test_with_the_lines_that_were_proposed_everybody_is_followed() -> None:
    study = load_study(SITUATION)
    layout = study.layouts["a"].model_copy(update={"schools": {"1": "Alfa", "2": "Beta"}})
    exports = read_exports(study.model_copy(update={"layouts": {"a": layout}, "schools": study.schools[:2]}))
    assert exports.responses.groupby("school")["respondent"].nunique().to_dict() == {"Alfa": 8, "Beta": 8}
    assert exports.responses.groupby(["school", "respondent"])["wave"].nunique().eq(2).all()
    assert exports.findings["code"].tolist() == []


def test_a_whole_file_of_another_school_gets_its_school_in_its_source(tmp_path: Path) -> None:
    header = "code,uwes3_i1,uwes3_i2,uwes3_i3\n"
    for number, name in enumerate(("a", "b")):
        (tmp_path / f"{name}.csv").write_text(
            header + "".join(f"person{code}x,{code},{number},{(code + number) % 5}\n" for code in range(6)), encoding="utf-8"
        )
    sources = [
        {"file": "a.csv", "school": "s1", "wave": "before", "layout": "l"},
        {"file": "b.csv", "school": "s2", "wave": "after", "layout": "l"},
    ]
    findings = read_exports(open_study({"sources": sources, "layouts": {"l": {"respondent": "code"}}}, tmp_path)).findings
    (found,) = findings[findings["code"] == "schools_apart"].to_dict("records")
    assert found["expected"] == '\n# [[sources]] b.csv\nschool = "s1"\n# [[schools]]: – s2\n'


def test_a_school_keeps_its_name_though_its_number_came_first() -> None:
    assert find(("7", 0, "abcd"), ("De Klaver", 1, "abcd")) == [Pair("De Klaver", "7", 4)]
    assert find(("Klaver", 0, "abcd"), ("Klaver Oost", 1, "abcd")) == [Pair("Klaver", "Klaver Oost", 4)]


def test_codes_that_every_school_gives_out_tell_nothing() -> None:
    assert find(("a", 0, "12345"), ("b", 0, "12345"), ("x", 1, "12345"), ("y", 1, "12345")) == []
    assert find(("a", 0, "12345"), ("x", 1, "12345"), ("c", 0, "12345"), ("c", 1, "12345")) == []


def test_a_few_people_who_moved_do_not_make_two_schools_one() -> None:
    assert find(("a", 0, "abcdefghijkl"), ("x", 1, "abcmnopqrstu"), ("b", 0, "vw"), ("b", 1, "vw")) == []
    assert find(("a", 0, "ab"), ("x", 1, "ab")) == []


def test_schools_that_are_there_together_are_two() -> None:
    assert find(("a", 0, "abcd"), ("a", 1, "ab"), ("x", 1, "abcd")) == []
