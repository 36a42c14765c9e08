"""Omega over everybody and within schools: on answers whose reliability is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.results.estimates.reliability import estimate_precision
from toolkit.study.loading import load_study
from toolkit.study.study import Study

EXAMPLE = Path(__file__).parents[3] / "datasets" / "zes_scholen" / "study.toml"


@pytest.fixture(scope="module")
def study() -> Study:
    whole = load_study(EXAMPLE)
    return whole.model_copy(update={"outcomes": whole.outcomes.model_copy(update={"further": ()})})


def make_responses(study: Study, between: float, within: float, noise: float, people: int = 400, schools: int = 20) -> pd.DataFrame:
    """Return one wave in which school, person and chance have these standard deviations."""
    generator = np.random.default_rng(3)
    school = np.repeat(np.arange(schools), people // schools)
    apart = np.linspace(-1, 1, schools)
    true = between * (apart / apart.std())[school] + within * generator.standard_normal(people)
    items = study.find_instrument(study.primary.instrument).columns
    answers = {item: 3 + true + noise * generator.standard_normal(people) for item in items}
    who = {"respondent": [f"p{i:03}" for i in range(people)], "school": [f"s{i}" for i in school], "wave": study.waves[0].id}
    return pd.DataFrame(who | answers)


def read(responses: pd.DataFrame, study: Study, wave: str) -> pd.DataFrame:
    table = estimate_precision(responses, study, resamples=200)
    return table[table["wave"] == wave].set_index("quantity")


def test_omega_holds_what_schools_share_and_omega_within_does_not(study: Study) -> None:
    found = read(make_responses(study, between=1.0, within=0.5, noise=1.5), study, study.waves[0].id)
    k = len(study.find_instrument(study.primary.instrument).find_scale(study.primary.scale).items)
    for quantity, true_variance in (("omega", 1.25), ("omega_within", 0.25)):
        truth = true_variance / (true_variance + 1.5**2 / k)
        assert found.loc[quantity, "low"] < truth < found.loc[quantity, "high"]
        assert found.loc[quantity, "estimate"] == pytest.approx(truth, abs=0.08)


def test_fewer_than_ten_people_stay_hidden_and_a_wave_without_answers_was_not_measured(study: Study) -> None:
    few = make_responses(study, 0, 1, 1, people=9, schools=3)
    assert set(read(few, study, study.waves[0].id)["state"]) == {"hidden"}
    assert set(read(few, study, study.waves[1].id)["state"]) == {"not_measured"}
    enough = make_responses(study, 0, 1, 1, people=10, schools=2)
    assert set(read(enough, study, study.waves[0].id)["state"]) == {"shown"}


def test_the_order_of_the_files_moves_nothing(study: Study) -> None:
    responses = make_responses(study, 1, 1, 1)
    turned = responses.iloc[::-1].reset_index(drop=True)
    pd.testing.assert_frame_equal(estimate_precision(responses, study, resamples=50), estimate_precision(turned, study, resamples=50))
