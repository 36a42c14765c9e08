"""Situations that people met: each is told as it must be, and with what it asks answered the numbers are the right ones."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.responses.cases import FOLDER
from toolkit.findings import describe_finding, list_sentences
from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.loading import load_study
from toolkit.study.study import Study

SITUATIONS = FOLDER.parent / "situations"
#: the situations of which the files are those of a case.
AMONG_CASES = {
    "choice_ids": "answers_numbered_with_a_gap",
    "code_dates": "codes_that_became_dates",
    "code_long": "codes_that_lost_digits",
    "grade_half": "grades_as_people_write_them",
    "leading_zeros": "codes_without_their_zeros",
    "long_format": "rows_that_are_single_answers",
    "reversed_one_wave": "items_turned_in_one_wave",
    "stata_file": "what_another_program_saved",
    "twice_complete": "same_person_twice_equally_complete",
    "two_items_not_asked_after": "questions_not_asked_after",
}
#: the findings that stop or ask, and what their words must name.
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "choice_ids": {"scale_renumbered": ("1, 2, 3, 4, 5, 6, 8", '"1" = 0, "2" = 1, "3" = 2, "4" = 3, "5" = 4, "6" = 5, "8" = 6')},
    "code_dates": {
        "code_date": ("data/w2.xlsx, row 2", "‘code’", "2026-01-03", "jan03, feb04, mrt05, apr06, mei07"),
        "codes_dated": ("apr06, feb04, jan03, mei07, mrt05 → 20260406", "number: 5", "matches.toml"),
    },
    "code_long": {"code_long": ("‘code’", "fifteen digits", "Number: 14", "their answers count")},
    "consent_words": {"rule_unmet_consent": ("‘toestemming’", "(nee)", "‘Nee, liever niet’, ‘Ja’")},
    "disjoint_schools": {"schools_apart": ("No school of wave ‘before’ occurs in wave ‘after’", "1 = Alfa (8), 2 = Beta (8)")},
    "file_in_data_unnamed": {"file_unnamed": ("data/late_school.csv is in the folder and not read",)},
    "grade_half": {"answer_date": ("row 6", "‘7/8’"), "answer_unknown": ("‘8-’",), "label_unknown": ("‘8 (goed)’",)},
    "junk_codes": {},
    "leading_zeros": {"codes_zeros": ("0017, 0027", "→ 17, 27", "number: 14")},
    "long_format": {"items_long": ("each row is one answer", "‘vraag’")},
    "one_form": {},
    "overlap_schools": {"answers_shared": ("data/s2.xlsx", "data/s1.csv", "exactly the same answers", "Number: 24")},
    "reversed_one_wave": {"items_turned": ("In w2", "edmondson7_i1, edmondson7_i3, edmondson7_i5", "M 3.49 → 4.87")},
    "stale_part": {"answers_shared": ("Number: 10", "data/w2.csv", "data/w1.xlsx", "2, 3, 4, 5, 6, 7, 8, 9, 10, 11")},
    "stata_file": {"file_program": ("Stata (.dta)", "export delimited")},
    "test_rows": {"rule_unmet": ("‘code’", "‘TEST’", "leaves nobody out", "‘TEST1’, ‘test jan’")},
    "twice_complete": {"respondent_contradicts": ("‘p01’", "the more complete, else the later", "data/a.csv, 3")},
    "two_columns": {},
    "two_columns_one_item": {},
    "two_items_not_asked_after": {"items_missing": ('not_asked = ["energie_own9_i8", "energie_own9_i9"]',)},
    "unknown_school_cascade": {"schools_unknown": ("data/before.csv, data/after.csv", "‘Beta’ (16), ‘Gamma’ (16)", 'id = "Gamma"')},
    "wave_words": {"waves_unknown": ("‘Voor de start van het traject’ (14), ‘Na afloop van het traject’ (14)", 'traject" = "w1"')},
}
#: what is only told of them.
ALSO_TOLD = {
    "grade_half": ["answers_partial"],
    "junk_codes": ["code_words", "code_empty"],
    "long_format": ["columns_unknown"],
    "test_rows": ["answers_same"],
    "twice_complete": ["left_out_double"],
    "two_columns": ["items_joined"],
    "two_columns_one_item": ["items_joined"],
}


def copy(name: str, folder: Path) -> Path:
    """Return a copy of the folder of a situation, as a person had it."""
    where = FOLDER / AMONG_CASES[name] if name in AMONG_CASES else SITUATIONS / name
    study = shutil.copytree(where, folder / name, ignore=shutil.ignore_patterns("responses.csv", "findings.csv"))
    text = (study / "study.toml").read_text(encoding="utf-8")
    answered = ('not_asked = ["energie_own9_i8", "energie_own9_i9"]\n', '[matching]\ntwice = "complete"\n')
    for line in answered:
        text = text.replace(line, "")
    (study / "study.toml").write_text(text, encoding="utf-8")
    return study


def read(study: Path, **changed: Any) -> tuple[Study, Exports]:
    """Return a study with some of its parts changed, and what it reads."""
    loaded = load_study(study).model_copy(update=changed)
    return loaded, read_exports(loaded)


def describe(study: Study, exports: Exports, scale: str = "total", school: str = "") -> dict[str, tuple[float, int]]:
    """Return the mean score and how many people have one, per wave."""
    scores = compute_scores(exports.responses, study)
    scores = scores[(scores["scale"] == scale) & scores["school"].eq(school or scores["school"])]
    found = scores.groupby("wave")["score"].agg(["mean", "count"])
    return {str(wave): (round(float(row["mean"]), 4), int(row["count"])) for wave, row in found.iterrows()}


@pytest.mark.parametrize("name", TOLD)
def test_a_situation_is_told_as_it_must_be_and_nothing_beside_it(name: str, tmp_path: Path) -> None:
    _, exports = read(copy(name, tmp_path))
    findings = exports.findings
    asked = findings[findings["severity"] != "tells"]
    assert sorted(set(asked["code"])) == sorted(TOLD[name])
    assert sorted(set(findings["code"]) - set(asked["code"])) == sorted(ALSO_TOLD.get(name, []))
    for code, words in TOLD[name].items():
        said = str(describe_finding(asked[asked["code"] == code].iloc[0].to_dict(), "en"))
        assert [word for word in words if word not in said] == []
    if name not in ("grade_half", "twice_complete"):
        assert len(list(list_sentences(findings, "en"))) <= 3


def test_no_person_is_named_in_what_is_told_of_a_long_file(tmp_path: Path) -> None:
    study = copy("long_format", tmp_path)
    people = set(pd.read_csv(study / "data" / "a.csv", sep=None, engine="python")["code"])
    said = " ".join(sentence for _, sentence in list_sentences(read(study)[1].findings, "en"))
    assert people and not [person for person in people if person in said]
    assert "‘code’" not in said and "‘wave’" not in said


def test_of_an_equally_complete_form_the_later_is_used(tmp_path: Path) -> None:
    _, exports = read(copy("twice_complete", tmp_path))
    kept = exports.responses[exports.responses["respondent"].str.startswith("p01")]
    assert kept["row"].tolist() == [3, 5]
    assert kept["date"].dt.year.notna().all()


# --- with what was asked answered -------------------------------------------------------------------------------------------------


def test_a_school_without_the_rows_of_another_has_its_own_means(tmp_path: Path) -> None:
    study = copy("overlap_schools", tmp_path)
    rows = pd.read_excel(study / "data" / "s2.xlsx", dtype=object, engine="calamine")
    others = read(study)[1].findings["value"].iloc[0]
    assert str(others).startswith("26, 27, 28, 29")
    rows.iloc[:24].to_excel(study / "data" / "s2.xlsx", index=False)
    loaded, exports = read(study)
    assert exports.findings.empty
    assert describe(loaded, exports, school="s2") == {"w1": (3.7870, 12), "w2": (4.4815, 12)}


def test_items_that_are_turned_back_in_the_wave_that_was_named_give_the_rise(tmp_path: Path) -> None:
    study = copy("reversed_one_wave", tmp_path)
    named = read(study)[1].findings.iloc[0]
    file = study / "data" / "a.csv"
    rows = pd.read_csv(file, sep=None, engine="python")
    wave = rows["wave"] == named["wave"]
    for item in str(named["column"]).split(", "):
        rows.loc[wave, item] = 8 - rows.loc[wave, item]
    rows.to_csv(file, index=False)
    loaded, exports = read(study)
    assert exports.findings.empty
    assert describe(loaded, exports) == {"w1": (4.5714, 15), "w2": (5.0381, 15)}


def test_trial_forms_in_the_words_that_were_named_are_left_out(tmp_path: Path) -> None:
    study = copy("test_rows", tmp_path)
    rule = load_study(study).leave_out[0].model_copy(update={"values": ("TEST1", "test jan")})
    loaded, exports = read(study, leave_out=(rule,))
    assert describe(loaded, exports) == {"w1": (3.1587, 14), "w2": (3.7460, 14)}
    assert set(exports.findings["severity"]) <= {"tells"}


def test_every_person_has_answers_though_two_columns_hold_them(tmp_path: Path) -> None:
    loaded, exports = read(copy("two_columns", tmp_path))
    assert describe(loaded, exports) == {"w1": (3.3730, 14), "w2": (4.0317, 14)}
    (tmp_path / "other").mkdir()
    _, exports = read(copy("two_columns_one_item", tmp_path / "other"))
    assert len(exports.responses) == 24


def test_schools_without_a_place_follow_nowhere_though_their_codes_are_the_same(tmp_path: Path) -> None:
    study = copy("unknown_school_cascade", tmp_path)
    for file in (study / "data").iterdir():
        rows = pd.read_csv(file)
        rows["code"] = [f"p{place:02}" for place in rows.groupby("school").cumcount()]
        rows.to_csv(file, index=False)
    assert read(study)[1].findings["code"].tolist() == ["schools_unknown"]


def test_three_files_with_words_for_the_wave_that_nobody_knows_are_one_finding(tmp_path: Path) -> None:
    study = copy("wave_words", tmp_path)
    text = (study / "study.toml").read_text(encoding="utf-8")
    source = '[[sources]]\nfile = "data/a.csv"\nlayout = "l"\nschool = "s1"\n'
    assert source in text
    rows = pd.read_csv(study / "data" / "a.csv", sep=None, engine="python")
    for name in ("b", "c"):
        rows.assign(wave=f"Groep {name}", code=rows["code"] + name).sample(frac=1, random_state=1).to_csv(
            study / "data" / f"{name}.csv", index=False
        )
    sources = "\n".join(source.replace("a.csv", f"{name}.csv") for name in "abc")
    (study / "study.toml").write_text(text.replace(source, sources), encoding="utf-8")
    found = read(study)[1].findings
    assert found["code"].tolist() == ["waves_unknown"]
    assert "‘Groep b’ (28)" in found["value"][0]
    assert list(tomllib.loads(str(found["expected"][0]))["waves"]) == [
        "Voor de start van het traject",
        "Na afloop van het traject",
        "Groep b",
        "Groep c",
    ]
