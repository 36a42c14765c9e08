"""The invented cohorts of 2024 and 2025: shipped as made, true to their study file, and what their people answered is known."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.responses.exports import list_findings, read_responses
from toolkit.scoring import compute_scores
from toolkit.simulation.__main__ import SEED
from toolkit.simulation.population import compute_true_levels, invent_population
from toolkit.simulation.two_cohorts import DATES, GAINS, INVENTION, LATE, SCHOOLS, invent_two_cohorts
from toolkit.study.loading import load_study


def load_truth() -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    """Return what is true of the cohorts: per cohort and two moments the change of each outcome."""
    return tomllib.loads((SHIPPED / "truth.toml").read_text(encoding="utf-8"))["change"]


def test_shipped_cohorts_are_what_the_generator_makes(tmp_path: Path) -> None:
    invent_two_cohorts(tmp_path, SEED)
    made = [path.relative_to(tmp_path) for path in sorted(tmp_path.rglob("*.*"))]
    moments = [f"{cohort}_{moment}.csv" for cohort, dates in DATES.items() for moment in dates]
    assert [path.name for path in made] == [*sorted(moments), "truth.toml"]
    assert [path for path in made if (tmp_path / path).read_bytes() != (SHIPPED / path).read_bytes()] == []


def test_study_file_says_who_walked_when() -> None:
    study = load_study(SHIPPED)
    assert study.cohorts == tuple(DATES)
    for cohort, schools in SCHOOLS.items():
        assert tuple(school.id for school in study.schools if study.find_cohort(school.id) == cohort) == schools
        own = study.follow_cohort(cohort)
        assert {wave.id: wave.date for wave in own.waves} == DATES[cohort]
        assert [wave.role for wave in own.waves] == list(DATES[cohort])


def test_answers_are_of_the_dates_of_their_own_cohort_and_one_school_was_three_weeks_late() -> None:
    responses = read_responses(load_study(SHIPPED))
    for (school, wave), dates in responses.groupby(["school", "wave"])["date"]:
        (cohort,) = [cohort for cohort, schools in SCHOOLS.items() if school in schools]
        planned = pd.Timestamp(DATES[cohort][str(wave)]) + (LATE[2] if (school, wave) == LATE[:2] else pd.Timedelta(0))
        assert dates.between(planned, planned + pd.Timedelta(days=11)).all(), (school, wave)


def test_teams_have_ten_to_twenty_four_people_of_whom_most_come_back() -> None:
    responses = read_responses(load_study(SHIPPED))
    sizes = responses.groupby(["school", "wave"]).size().unstack()
    assert sizes[["before", "after"]].ge(10).all(axis=None) and sizes.max(axis=None) == 24
    assert sizes["follow_up"].notna().tolist() == [school in SCHOOLS["2024"] for school in sizes.index]
    both = responses[responses["wave"] != "follow_up"].groupby(["school", "respondent"])["wave"].nunique().eq(2).groupby("school").sum()
    assert (both / sizes["before"]).between(0.6, 0.8).all()


def test_each_cohort_was_asked_its_own_version_and_both_are_scored_on_the_nine_items() -> None:
    study = load_study(SHIPPED)
    responses = read_responses(study)
    later = responses["school"].isin(SCHOOLS["2025"])
    assert responses.loc[later].filter(like="uwes17_").isna().all(axis=None)
    assert responses.loc[~later].filter(like="uwes9_").isna().all(axis=None)
    scores = compute_scores(responses, study)
    scored = scores[(scores["instrument"] == "uwes9") & (scores["scale"] == "total") & scores["score"].notna()]
    assert set(scored["school"]) == {school for schools in SCHOOLS.values() for school in schools}
    assert set(scores.loc[scores["instrument"] == "uwes17", "school"]) == set(SCHOOLS["2024"])


def test_later_cohort_gains_clearly_more_and_the_truth_says_how_much() -> None:
    truth = load_truth()
    gained = {cohort: truth[cohort]["before_after"]["uwes9.total"]["average"] for cohort in GAINS}
    assert gained == pytest.approx(GAINS, abs=0.02)
    difference = tomllib.loads((SHIPPED / "truth.toml").read_text(encoding="utf-8"))["difference"]["before_after"]
    assert difference["uwes9.total"] == pytest.approx(gained["2025"] - gained["2024"], abs=2e-4)
    assert "uwes17.total" in truth["2024"]["before_after"] and "uwes17.total" not in truth["2025"]["before_after"]
    assert list(truth["2025"]) == ["before_after"] and "uwes17.total" not in difference


def test_truth_is_the_change_of_the_levels_of_the_population() -> None:
    levels = compute_true_levels(invent_population(INVENTION, SEED)).pivot_table(
        index=["outcome", "school"], columns="wave", values="level"
    )
    for outcome in ("uwes9.total", "uwes9.vigour", "plg12.e1.gap"):
        for school, wave in (("s2", "w2"), ("s2", "w3"), ("s7", "w2")):
            cohort, moment = "2025" if school == "s7" else "2024", "after" if wave == "w2" else "follow_up"
            told = load_truth()[cohort][f"before_{moment}"][outcome][school]
            assert told == pytest.approx(levels.loc[(outcome, school), wave] - levels.loc[(outcome, school), "w1"], abs=1e-4)


def test_cohorts_as_two_studies_hold_the_same_answers_and_ask_nothing(tmp_path: Path) -> None:
    study = load_study(SHIPPED)
    whole = compute_scores(read_responses(study), study)
    for folder, cohort in zip(write_cohort_studies(tmp_path), DATES, strict=True):
        own = load_study(folder)
        assert own.cohorts == (cohort,) and {wave.id: wave.date for wave in own.waves} == DATES[cohort]
        assert set(list_findings(own)["severity"]) <= {"tells"}
        alone = compute_scores(read_responses(own), own)
        for instrument in ("uwes9", "plg12"):
            same = whole[whole["school"].isin(SCHOOLS[cohort]) & (whole["instrument"] == instrument)]
            mine = alone[alone["instrument"] == instrument]
            columns = ["respondent", "school", "wave", "scale", "rating", "score"]
            pd.testing.assert_frame_equal(mine[columns].reset_index(drop=True), same[columns].reset_index(drop=True), check_exact=True)
