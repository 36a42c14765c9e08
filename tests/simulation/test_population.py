"""The invented people: how many answer again, how alike their answers are from wave to wave, and that they stay on the scale."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.schemas import RESPONSES
from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.study.instruments import load_instrument


def test_people_keep_about_six_tenths_of_their_place_within_a_school() -> None:
    responses = invent_responses(invent_population(Invention(sizes=(300,) * 10), seed=3), seed=3)
    responses["score"] = responses[list(load_instrument("energie_own9").columns)].mean(axis=1)
    pairs = responses.pivot_table(index=["school", "respondent"], columns="wave", values="score").dropna()
    assert (pairs - pairs.groupby("school").transform("mean")).corr().loc["w1", "w2"] == pytest.approx(0.6, abs=0.06)


def test_seven_in_ten_answer_again_and_each_code_is_one_person() -> None:
    responses = invent_responses(invent_population(Invention(), 1), 1)
    waves = responses.groupby("respondent")["wave"].nunique()
    first = responses.loc[responses["wave"] == "w1"].groupby("school").size()
    assert first.tolist() == [30, 24, 18, 12, 8, 4]
    assert (waves == 2).sum() / first.sum() == pytest.approx(0.7, abs=0.02)
    assert responses.groupby("respondent")["school"].nunique().eq(1).all()


def test_answers_are_responses_and_lie_on_the_scale() -> None:
    responses = invent_responses(invent_population(Invention(), 1), 1)
    assert list(responses.columns[: len(RESPONSES.columns)]) == list(RESPONSES.columns)
    for id in ("energie_own9", "plg12", "profcultuur8", "cijfer1"):
        instrument = load_instrument(id)
        given = np.unique(responses[list(instrument.columns)].to_numpy())
        assert all(instrument.answers.admits(value) for value in given[~np.isnan(given)])
