"""The truth about an invented population: exact, and what a large sample comes to."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from toolkit.simulation.population import (
    Invention,
    compute_true_effects,
    compute_true_levels,
    expect_answer,
    invent_population,
    invent_responses,
    write_truth,
)
from toolkit.study.instruments import load_instrument


def score_total(responses: pd.DataFrame) -> pd.Series:
    """Return the mean of the nine answers about energy, missing where fewer than seven were given."""
    answers = responses[list(load_instrument("energie_own9").columns)]
    return answers.mean(axis=1).where(answers.notna().sum(axis=1) >= 7)


def test_expected_answer_is_the_mean_of_very_many_rounded_draws() -> None:
    answers = load_instrument("energie_own9").answers
    draws = np.random.default_rng(1).normal(4.9, 1.3, 2_000_000)
    rounded = np.clip(np.round(draws), 0, 6)
    assert expect_answer(np.array(4.9), 1.3, answers) == pytest.approx(rounded.mean(), abs=4 * rounded.std() / np.sqrt(len(draws)))


@pytest.mark.parametrize("rating", ["now", "wanted"])
def test_large_cohort_shows_the_change_that_is_true(rating: str) -> None:
    population = invent_population(Invention(sizes=(400,) * 40), seed=7)
    responses = invent_responses(population, seed=7)
    responses["energie_own9.total"] = score_total(responses)
    truth = compute_true_levels(population).pivot_table(index=["outcome", "school"], columns="wave", values="level")
    for outcome, column in (("energie_own9.total", "energie_own9.total"), (f"plg12.e1.{rating}", f"plg12_e1_{rating}")):
        means = responses.pivot_table(index="school", columns="wave", values=column)
        surplus = (means["w2"] - means["w1"]) - (truth.loc[outcome, "w2"] - truth.loc[outcome, "w1"])
        assert abs(surplus.mean()) < 4 * surplus.std() / np.sqrt(len(surplus)), outcome
        assert surplus.std() < 0.1, outcome


def test_schools_that_are_not_exposed_move_by_the_drift_only() -> None:
    dates = (dt.date(2024, 9, 16), dt.date(2025, 9, 15), dt.date(2026, 6, 22))
    exposure = ((0.0, 0.0, 1.0), (0.0, 0.0, 0.0))
    levels = compute_true_levels(invent_population(Invention(sizes=(20, 20), dates=dates, exposure=exposure), seed=5))
    energy = levels[levels["outcome"] == "energie_own9.total"].pivot_table(index="school", columns="wave", values="level")
    assert energy.loc["s2", "w1"] == energy.loc["s2", "w2"] == energy.loc["s2", "w3"]
    assert energy.loc["s1", "w1"] == energy.loc["s1", "w2"] != energy.loc["s1", "w3"]
    drifting = compute_true_levels(
        invent_population(Invention(sizes=(20, 20), dates=dates, exposure=exposure, drift=(0.0, 0.1, 0.2)), seed=5)
    )
    change = drifting["level"] - levels["level"]
    assert (change[(drifting["wave"] == "w3") & ~drifting["outcome"].str.endswith("gap")] > 0).all()


def test_truth_says_the_change_of_each_school_and_the_gap_as_a_difference() -> None:
    population = invent_population(Invention(), seed=11)
    truth, schools = tomllib.loads(write_truth(population, 11))["change"]["w1_w2"], population.invention.schools
    levels = compute_true_levels(population).pivot_table(index=["outcome", "school"], columns="wave", values="level")
    for outcome, values in truth.items():
        change = levels.loc[outcome, "w2"] - levels.loc[outcome, "w1"]
        assert [values[school] for school in schools] == pytest.approx(change[list(schools)].tolist(), abs=1e-4)
        assert values["average"] == pytest.approx(np.mean([values[school] for school in schools]), abs=1e-4)
        assert values["spread"] == pytest.approx(np.std([values[school] for school in schools], ddof=1), abs=2e-4)
    for school in schools:
        gap = truth["plg12.c7.wanted"][school] - truth["plg12.c7.now"][school]
        assert truth["plg12.c7.gap"][school] == pytest.approx(gap, abs=2e-4)


def test_effect_is_what_a_large_cohort_shows_beyond_its_twin_without_a_trajectory() -> None:
    dates = (dt.date(2024, 9, 16), dt.date(2025, 9, 15), dt.date(2026, 6, 22))
    reached, not_reached = ((0.0, 0.0, 1.0),) * 20, ((0.0, 0.0, 0.0),) * 20
    invention = Invention(sizes=(1500,) * 20, dates=dates, exposure=reached, drift=(0.0, 0.1, 0.2), sway=0.1)
    population, twin = (invent_population(replace(invention, exposure=exposure), seed=6) for exposure in (reached, not_reached))
    effects = compute_true_effects(population, seed=6).set_index(["outcome", "wave", "school"])["effect"].sort_index()
    assert set(effects.index.get_level_values("wave")) == {"w3"}
    shown = [invent_responses(one, seed=8).query("wave == 'w3'").groupby("school")["cijfer1_grade"].mean() for one in (population, twin)]
    surplus = shown[0] - shown[1] - effects["cijfer1.grade", "w3"]
    assert surplus.abs().max() < 0.05
    assert effects["cijfer1.grade", "w3"].mean() > 0.2
