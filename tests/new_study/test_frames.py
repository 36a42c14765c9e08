"""A study of a plain table: its reports hold the numbers that the functions on the table give."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import toolkit as plg
from toolkit.errors import FrameError

DATES = {"sept": "2025-09-15", "june": "2026-06-22"}


def score_example() -> pd.DataFrame:
    return plg.score(plg.load_example(), "energie_own9")


def test_the_results_of_the_study_are_those_of_the_frame() -> None:
    scores = score_example()
    study = plg.study_from_frame(scores, title="Our teams", dates=DATES)
    found = plg.estimate_study(study).results.change
    names = {school.id: school.name for school in study.schools}
    table = plg.change(scores, dv="energie_own9", before="sept", after="june", smallest_group=5).set_index("school")
    shown = found[(found["scale"] == "total") & (found["quantity"] == "change") & (found["state"] == "shown")]
    assert len(shown) == 5
    for row in shown.to_dict("records"):
        assert row["estimate"] == table.loc[names[row["school"]], "estimate"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_of_the_frame_shows_its_change(language: str, tmp_path: Path) -> None:
    scores = score_example()
    study = plg.study_from_frame(scores, title="Our teams", dates=DATES, languages=[language], folder=tmp_path / "study")
    run = plg.run_study(study, tmp_path / "reports", kinds=["across_schools"])
    (page,) = run.pages
    average = plg.change(scores, dv="energie_own9", before="sept", after="june", smallest_group=5)["estimate"][0]
    told = f"{average:.2f}".replace(".", "," if language == "nl" else ".")
    assert told in re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))
    assert plg.load_study(tmp_path / "study").title == {language: "Our teams"}


def test_columns_of_scores_without_their_questions_are_reported_too() -> None:
    scores = score_example()[["school", "code", "wave", "energie_own9"]].rename(columns={"energie_own9": "Energie (1-7)"})
    study = plg.study_from_frame(scores, title="Our teams", dates=DATES, dv="Energie (1-7)", seed=7)
    assert str(study.primary) == "own.energie_1_7" and study.seed == 7
    found = plg.estimate_study(study).results.change
    average = found[found["quantity"] == "average_change"]["estimate"].iloc[0]
    plain = plg.change(scores, dv="Energie (1-7)", before="sept", after="june", smallest_group=5)["estimate"][0]
    assert average == pytest.approx(plain, abs=1e-12)


def test_nobody_followed_and_one_school_can_be_said() -> None:
    scores = score_example().query("school == 'Het Houten Kompas'")
    study = plg.study_from_frame(scores, title="Our team", dates=DATES, person=False, school=False)
    assert study.matching.by == "none" and [school.name for school in study.schools] == ["Our team"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_missing_is_told(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", language)
    told = {
        "nl": ("Bereken eerst", "zonder datum", "staat al een studie"),
        "en": ("Score an instrument", "without a date", "There is a study in"),
    }
    with pytest.raises(FrameError, match=told[language][0]):
        plg.study_from_frame(plg.load_example(), title="x", dates=DATES)
    with pytest.raises(FrameError, match=r"teams\.csv"):
        plg.open_study("teams.csv")
    with pytest.raises(FrameError, match=told[language][1]):
        plg.study_from_frame(score_example(), title="x", dates={"sept": "2025-09-15"})
    (tmp_path / "study.toml").write_text("", encoding="utf-8")
    with pytest.raises(FrameError, match=told[language][2]):
        plg.study_from_frame(score_example(), title="x", dates=DATES, folder=tmp_path)


def test_the_answers_of_a_study_are_a_plain_frame_with_the_numbers_of_its_reports() -> None:
    study = plg.open_study("zes_scholen")
    scores = plg.score(plg.load_answers(study), "energie_own9")
    table = plg.change(scores, dv="energie_own9", smallest_group=5)
    found = plg.estimate_study(study).results.change
    own = found[(found["scale"] == "total") & (found["quantity"] == "average_change") & (found["instrument"] == "energie_own9")]
    assert table["estimate"][0] == own["estimate"].iloc[0]
    assert "group" in plg.load_answers(plg.open_study("vergelijking"))
