"""The invented schools: the same bytes each time, a truth that large samples come to, and files that hold what was answered."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.columns import RESPONSES
from toolkit.responses.invented_people import Invention, invent_cohort, invent_responses
from toolkit.responses.invented_truth import compute_true_levels, expect_answer
from toolkit.responses.inventing import SEED, invent_exports
from toolkit.study.instruments import load_instrument
from toolkit.study.study import load_study

DATASETS = Path(__file__).parents[2] / "datasets"
SHIPPED = DATASETS / "zes_scholen"


def list_contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the exports and the truth in `folder`, by name."""
    paths = [*sorted((folder / "exports").iterdir()), folder / "truth.toml"]
    return {path.name: path.read_bytes() for path in paths}


def score_total(responses: pd.DataFrame) -> pd.Series:
    """Return the mean of the nine answers about energy, missing where fewer than seven were given."""
    answers = responses[list(load_instrument("energie_own9").columns)]
    return answers.mean(axis=1).where(answers.notna().sum(axis=1) >= 7)


def test_shipped_exports_are_what_the_generator_makes(tmp_path: Path) -> None:
    invent_exports(tmp_path)
    made, shipped = list_contents(tmp_path), list_contents(SHIPPED)
    assert list(made) == list(shipped)
    assert [name for name in made if made[name] != shipped[name]] == []


def test_another_seed_gives_other_answers_and_another_truth(tmp_path: Path) -> None:
    invent_exports(tmp_path, SEED + 1)
    made, shipped = list_contents(tmp_path), list_contents(SHIPPED)
    assert [name for name in made if made[name] == shipped[name]] == []


def test_expected_answer_is_the_mean_of_very_many_rounded_draws() -> None:
    answers = load_instrument("energie_own9").answers
    draws = np.random.default_rng(1).normal(4.9, 1.3, 2_000_000)
    rounded = np.clip(np.round(draws), 0, 6)
    assert expect_answer(np.array(4.9), 1.3, answers) == pytest.approx(rounded.mean(), abs=4 * rounded.std() / np.sqrt(len(draws)))


@pytest.mark.parametrize("rating", ["now", "wanted"])
def test_large_cohort_shows_the_change_that_is_true(rating: str) -> None:
    cohort = invent_cohort(Invention(sizes=(400,) * 40), seed=7)
    responses = invent_responses(cohort, seed=7)
    responses["energie_own9.total"] = score_total(responses)
    truth = compute_true_levels(cohort).pivot_table(index=["outcome", "school"], columns="wave", values="level")
    for outcome, column in (("energie_own9.total", "energie_own9.total"), (f"plg12.e1.{rating}", f"plg12_e1_{rating}")):
        means = responses.pivot_table(index="school", columns="wave", values=column)
        surplus = (means["w2"] - means["w1"]) - (truth.loc[outcome, "w2"] - truth.loc[outcome, "w1"])
        assert abs(surplus.mean()) < 4 * surplus.std() / np.sqrt(len(surplus)), outcome
        assert surplus.std() < 0.1, outcome


def test_people_keep_about_six_tenths_of_their_place_within_a_school() -> None:
    responses = invent_responses(invent_cohort(Invention(sizes=(300,) * 10), seed=3), seed=3)
    responses["score"] = score_total(responses)
    pairs = responses.pivot_table(index=["school", "respondent"], columns="wave", values="score").dropna()
    assert (pairs - pairs.groupby("school").transform("mean")).corr().loc["w1", "w2"] == pytest.approx(0.6, abs=0.06)


def test_seven_in_ten_answer_again_and_each_code_is_one_person() -> None:
    responses = invent_responses(invent_cohort(Invention(), SEED), SEED)
    waves = responses.groupby("respondent")["wave"].nunique()
    first = responses.loc[responses["wave"] == "w1"].groupby("school").size()
    assert first.tolist() == [30, 24, 18, 12, 8, 4]
    assert (waves == 2).sum() / first.sum() == pytest.approx(0.7, abs=0.02)
    assert responses.groupby("respondent")["school"].nunique().eq(1).all()


def test_schools_that_are_not_exposed_move_by_the_drift_only() -> None:
    dates = (dt.date(2024, 9, 16), dt.date(2025, 9, 15), dt.date(2026, 6, 22))
    exposure = ((0.0, 0.0, 1.0), (0.0, 0.0, 0.0))
    levels = compute_true_levels(invent_cohort(Invention(sizes=(20, 20), dates=dates, exposure=exposure), seed=5))
    energy = levels[levels["outcome"] == "energie_own9.total"].pivot_table(index="school", columns="wave", values="level")
    assert energy.loc["s2", "w1"] == energy.loc["s2", "w2"] == energy.loc["s2", "w3"]
    assert energy.loc["s1", "w1"] == energy.loc["s1", "w2"] != energy.loc["s1", "w3"]
    drifting = compute_true_levels(invent_cohort(Invention(sizes=(20, 20), dates=dates, exposure=exposure, drift=(0.0, 0.1, 0.2)), seed=5))
    change = drifting["level"] - levels["level"]
    assert (change[(drifting["wave"] == "w3") & ~drifting["outcome"].str.endswith("gap")] > 0).all()


def test_answers_are_responses_and_lie_on_the_scale() -> None:
    responses = invent_responses(invent_cohort(Invention(), 1), 1)
    assert list(responses.columns[: len(RESPONSES.columns)]) == list(RESPONSES.columns)
    for id in ("energie_own9", "plg12", "profcultuur8", "cijfer1"):
        instrument = load_instrument(id)
        given = np.unique(responses[list(instrument.columns)].to_numpy())
        assert all(instrument.answers.admits(value) for value in given[~np.isnan(given)])


def test_truth_says_the_change_of_each_school_and_the_gap_as_a_difference() -> None:
    truth = tomllib.loads((SHIPPED / "truth.toml").read_text(encoding="utf-8"))["change"]["w1_w2"]
    schools = [school.id for school in load_study(SHIPPED).schools]
    for values in truth.values():
        assert values["average"] == pytest.approx(np.mean([values[school] for school in schools]), abs=1e-4)
        assert values["spread"] == pytest.approx(np.std([values[school] for school in schools], ddof=1), abs=2e-4)
    for school in schools:
        gap = truth["plg12.c7.wanted"][school] - truth["plg12.c7.now"][school]
        assert truth["plg12.c7.gap"][school] == pytest.approx(gap, abs=2e-4)


@pytest.mark.parametrize(("folder", "schools", "waves"), [("zes_scholen", 6, 2), ("univbct", 43, 3)])
def test_shipped_studies_load_and_their_files_are_there(folder: str, schools: int, waves: int) -> None:
    study = load_study(DATASETS / folder)
    assert (len(study.schools), len(study.waves)) == (schools, waves)
    assert [source.file for source in study.sources if not (study.folder / source.file).is_file()] == []
    assert study.find_smallest_change(study.primary) is not None
    assert set(study.languages) == {"nl", "en"}


def test_every_unit_of_the_real_study_stands_in_its_data() -> None:
    study = load_study(DATASETS / "univbct")
    data = pd.read_csv(study.folder / "univbct_wide.csv")
    assert {school.id for school in study.schools} == set(data["BTN"].astype(str) + "-" + data["COMPANY"])
