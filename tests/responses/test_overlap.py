"""The same answers in two places: asked about once per pair of files, and not where people just answered alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import open_study
from toolkit.findings import Notes, describe_finding
from toolkit.responses.exports import Exports, read_exports
from toolkit.responses.overlap import check_overlap
from toolkit.study.loading import load_study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"
NINE = [f"energie_own9_i{number}" for number in range(1, 10)]


def list_told(exports: Exports) -> list[tuple[str, str, int]]:
    """Return the code, the file and the count of every finding."""
    return list(exports.findings[["code", "file", "count"]].itertuples(index=False, name=None))


def test_rows_of_the_first_wave_pasted_into_the_second_are_asked_about() -> None:
    exports = read_exports(load_study(SITUATIONS / "stale_part"))
    assert list_told(exports) == [("answers_shared", "data/w2.csv", 10)]
    found = exports.findings.iloc[0].to_dict()
    assert found["severity"] == "asks"
    assert found["value"] == "2, 3, 4, 5, 6, 7, 8, 9, 10, 11"
    assert "data/w1.xlsx" in describe_finding(found, "nl").message


def test_a_school_inside_the_export_of_another_is_asked_about_once() -> None:
    exports = read_exports(load_study(SITUATIONS / "overlap_schools"))
    assert list_told(exports) == [("answers_shared", "data/s2.xlsx", 24)]
    found = exports.findings.iloc[0].to_dict()
    assert str(found["expected"]).startswith("data/s1.csv: ")
    assert found["school"] == "s1, s2"


def make_wave(people: int, seed: int, low: int = 0, high: int = 6) -> pd.DataFrame:
    """Return answers to nine questions by people with codes of their own."""
    answers = np.random.default_rng(seed).integers(low, high + 1, (people, len(NINE)))
    return pd.DataFrame(answers, columns=NINE).assign(code=[f"p{number:03}" for number in range(people)])


def read_waves(folder: Path, before: pd.DataFrame, after: pd.DataFrame, **more: object) -> Exports:
    """Return what is read of two files, a wave each."""
    before.to_csv(folder / "before.csv", index=False)
    after.to_csv(folder / "after.csv", index=False)
    sources = [{"file": f"{wave}.csv", "wave": wave, "school": "s1", "layout": "l"} for wave in ("before", "after")]
    document = {"sources": sources, "layouts": {"l": {"respondent": "code"}}, "instruments": ["energie_own9"]}
    schools = {"schools": [{"id": "s1", "name": "A"}], "outcomes": {"primary": "energie_own9.total"}}
    return read_exports(open_study(document | schools | more, folder))


def test_an_export_that_also_holds_the_earlier_wave_gives_one_finding(tmp_path: Path) -> None:
    before = make_wave(12, 1)
    exports = read_waves(tmp_path, before, pd.concat([make_wave(12, 2), before]))
    assert [entry for entry in list_told(exports) if entry[0] != "left_out_double"] == [("answers_shared", "after.csv", 12)]


def test_a_wave_saved_twice_with_its_rows_in_another_order_and_other_codes(tmp_path: Path) -> None:
    before = make_wave(20, 3)
    after = before.sample(frac=1, random_state=1).assign(code=[f"q{number:03}" for number in range(20)])
    assert ("answers_shared", "after.csv", 20) in list_told(read_waves(tmp_path, before, after))


def test_a_few_rows_pasted_among_many_are_found(tmp_path: Path) -> None:
    before = make_wave(60, 4)
    after = make_wave(60, 5)
    after.loc[10:13, NINE] = before.loc[40:43, NINE].to_numpy()
    assert list_told(read_waves(tmp_path, before, after)) == [("answers_shared", "after.csv", 4)]


def test_a_question_that_one_wave_has_more_hides_nothing(tmp_path: Path) -> None:
    before = make_wave(15, 6).assign(cijfer1_grade=7)
    after = before.drop(columns="cijfer1_grade")
    exports = read_waves(tmp_path, before, after, instruments=["energie_own9", "cijfer1"])
    assert ("answers_shared", "after.csv", 15) in list_told(exports)


def test_two_files_that_are_the_same_are_told_as_that_alone(tmp_path: Path) -> None:
    wave = make_wave(15, 7)
    assert list_told(read_waves(tmp_path, wave, wave)) == [("file_same", "after.csv", 1)]


def test_one_person_at_two_schools_with_two_forms_of_their_own_is_no_overlap(tmp_path: Path) -> None:
    first, second = make_wave(12, 8), make_wave(12, 9).assign(code=[f"q{number:03}" for number in range(12)])
    second.loc[0, "code"] = "p000"
    for name, rows in (("a", first), ("b", second)):
        rows.to_csv(tmp_path / f"{name}.csv", index=False)
    sources = [{"file": f"{name}.csv", "wave": "before", "school": school, "layout": "l"} for name, school in (("a", "s1"), ("b", "s2"))]
    document = {"sources": sources, "layouts": {"l": {"respondent": "code"}}, "instruments": ["energie_own9"]}
    exports = read_exports(open_study(document | {"outcomes": {"primary": "energie_own9.total"}}, tmp_path))
    assert list_told(exports) == [("code_two_schools", "", 2)]


@pytest.mark.parametrize(("instrument", "people"), [("uwes3", 40), ("energie_own9", 14), ("energie_own9", 120), ("uwes9", 60)])
def test_people_who_answer_much_the_same_in_two_waves_are_no_overlap(instrument: str, people: int) -> None:
    study = open_study(
        {"instruments": [instrument], "sources": [{"file": "a.csv"}], "outcomes": {"primary": f"{instrument}.total"}}, Path()
    )
    items = [column for whole in study.instruments for column in whole.columns]
    generator = np.random.default_rng(10)
    for _ in range(5):
        person = generator.normal(size=(people, 1)) + 0.5 * generator.normal(size=(people, len(items)))
        parts = []
        for wave in ("before", "after"):
            answers = np.clip(np.rint(4 + 0.7 * (0.9 * person + 0.4 * generator.normal(size=person.shape))), 0, 6)
            places = {
                "source": f"{wave}.csv",
                "school": "s1",
                "wave": wave,
                "row": range(people),
                "code": [f"p{at}" for at in range(people)],
            }
            parts.append(pd.DataFrame(answers, columns=items).assign(**places))
        notes = Notes()
        check_overlap(pd.concat(parts, ignore_index=True), study, notes)
        assert notes.rows == []
