"""What a study's shape can't tell: names that point nowhere, files of which too little is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.responses.cases import open_study
from toolkit.study.loading import check_study

STUDY = """
[[waves]]
[[waves]]

[[sources]]
file = "a.csv"

[layouts.form]
wave_columns = { befor = {}, after = { x = "uwes3_i4" } }
"""


def check(folder: Path, **document: object) -> list[str]:
    """Return the problems of a study, each with its key."""
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    sources = {"sources": [{"file": "a.csv", "wave": "before", "school": "s1"}]}
    study = open_study(sources | document, folder)
    return [f"{problem.key}: {problem.message} {problem.mend}" for problem in check_study(study, folder / "study.toml")]


def test_a_sound_study_has_no_problems(tmp_path: Path) -> None:
    assert check(tmp_path) == []


def test_wave_columns_name_waves_and_items(tmp_path: Path) -> None:
    layouts = {"form": {"wave_columns": {"befor": {}, "after": {"x": "uwes3_i4", "y": "uwes3_i1"}}}}
    told = check(tmp_path, layouts=layouts)
    assert told == [
        "layouts.form.wave_columns.befor: There is no wave ‘befor’. Is ‘before’ meant?",
        "layouts.form.wave_columns.after.x: There is no item ‘uwes3_i4’. Is ‘uwes3_i1’ meant?",
    ]


@pytest.mark.parametrize(("words", "what"), [("waves", "wave"), ("schools", "school"), ("roles", "role")])
def test_words_of_a_file_stand_for_something_of_the_study(tmp_path: Path, words: str, what: str) -> None:
    (told,) = check(tmp_path, layouts={"form": {words: {"x": "nowhere"}}})
    assert told.startswith(f"layouts.form.{words}.x: There is no {what} ‘nowhere’.")


def test_a_column_of_roles_needs_roles(tmp_path: Path) -> None:
    roles = [{"id": "head", "label": {"nl": "directeur", "en": "head"}}]
    assert len(check(tmp_path, layouts={"form": {"role": "Functie"}})) == 1
    assert check(tmp_path, layouts={"form": {"role": "Functie"}}, roles=roles) == []
    assert len(check(tmp_path, sources=[{"file": "a.csv", "wave": "before", "school": "s1", "role": "haed"}], roles=roles)) == 1


def test_a_file_is_listed_once_or_with_a_layout_for_each_time(tmp_path: Path) -> None:
    twice = [{"file": "a.csv", "wave": wave, "school": "s1"} for wave in ("before", "after")]
    assert check(tmp_path, sources=twice) == [
        "sources.2: The file ‘a.csv’ is listed twice. List it once, or give each entry a layout of its own."
    ]
    sheets = {"one": {"sheet": "1"}, "two": {"sheet": "2"}}
    assert check(tmp_path, sources=[entry | {"layout": name} for entry, name in zip(twice, sheets, strict=True)], layouts=sheets) == []


def test_a_dictionary_lies_in_the_folder_of_the_study(tmp_path: Path) -> None:
    assert check(tmp_path, layouts={"form": {"dictionary": "dictionary.csv"}}) == []
    (told,) = check(tmp_path, layouts={"form": {"dictionary": "../dictionary.csv"}})
    assert "The file ‘../dictionary.csv’ lies outside the study's folder." in told


def test_ratings_in_their_order_are_ratings_that_are_asked(tmp_path: Path) -> None:
    document = {"instruments": ["plg12"], "outcomes": {"primary": "plg12.e1.now"}}
    assert check(tmp_path, layouts={"form": {"ratings": ["now", "wanted"]}}, **document) == []
    assert len(check(tmp_path, layouts={"form": {"ratings": ["now", "gap"]}}, **document)) == 1


def test_databases_say_of_themselves_of_which_wave_a_row_is(tmp_path: Path) -> None:
    source = [{"file": "a.csv", "school": "s1", "layout": "form"}]
    assert check(tmp_path, sources=source, layouts={"form": {"tool": "redcap"}}) == []
    assert len(check(tmp_path, sources=source, layouts={"form": {"tool": "qualtrics"}})) == 1


def test_a_wave_is_not_compared_with_itself(tmp_path: Path) -> None:
    (told,) = check(tmp_path, comparisons=[{"id": "c", "before": "after", "after": "after"}])
    assert "The wave ‘after’ is compared with itself." in told


def test_the_later_wave_is_not_the_one_before(tmp_path: Path) -> None:
    backwards = [{"id": "c1", "before": "after", "after": "before"}]
    assert check(tmp_path, comparisons=backwards) == [
        "comparisons.1: The wave ‘after’ comes after ‘before’. Swap them: before is the earlier wave."
    ]


def test_the_faults_of_an_instrument_of_ones_own_are_told_by_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "mine.toml").write_text('id = "mine"\nverzion = "1"\n', encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    study = open_study({"instruments": ["mine"], "outcomes": {"primary": "mine.total"}, "sources": [{"file": "a.csv"}]}, tmp_path)
    told = [str(problem) for problem in check_study(study, tmp_path / "study.toml")]
    assert "instruments/mine.toml, line 2, [verzion]: Unknown key ‘verzion’. Is ‘version’ meant?" in told
    assert all(problem.startswith("instruments/mine.toml") for problem in told)


def test_two_schools_with_one_name_are_told(tmp_path: Path) -> None:
    schools = [{"id": "s1", "name": "De Linde"}, {"id": "s2", "name": "de  linde"}, {"id": "s3", "name": "De Linde (Gent)"}]
    assert check(tmp_path, schools=schools) == [
        "schools.2.name: Two schools have the name ‘de  linde’. Add the place or the location to each."
    ]


def test_an_instrument_that_is_not_there_is_the_only_problem_told(tmp_path: Path) -> None:
    told = check(tmp_path, instruments=["uwes33"], outcomes={"primary": "nothing.at.all"})
    assert len(told) == 1
    assert told[0].startswith("instruments.1: There is no instrument ‘uwes33’.")
