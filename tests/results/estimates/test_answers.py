"""Answers per statement: whole percentages, of ten people or more, that give nobody away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.made_study import make_study
from toolkit.languages import load_text, round_half_up
from toolkit.results.estimates.answers import estimate_answers, list_answers, round_shares
from toolkit.scoring import compute_scores
from toolkit.study.answers import Answers

STUDY = make_study(1, instruments=("profcultuur8",))
ITEMS = [item.id for item in STUDY.instruments[0].items]


def make_responses(answers: list[list[float]]) -> pd.DataFrame:
    """Return the answers of one school and wave, a list of eight answers per person."""
    frame = pd.DataFrame(answers, columns=[f"profcultuur8_{item}" for item in ITEMS])
    who = {"respondent": [f"p{number}" for number in range(len(frame))], "school": "s1", "wave": "before", "role": ""}
    return frame.assign(**who)


def estimate(answers: list[list[float]]) -> pd.DataFrame:
    responses = make_responses(answers)
    table = estimate_answers(responses, compute_scores(responses, STUDY), STUDY)
    return table[(table["wave"] == "before") & (table["item"] == ITEMS[0])]


def test_shares_are_the_counts_in_whole_percentages():
    table = estimate([[float(answer)] * 8 for answer in (1, 2, 2, 3, 3, 3, 4, 4, 5, 5)])
    assert table["estimate"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.2, 0.2])
    assert set(table["n"]) == {10}


@pytest.mark.parametrize(("people", "state"), [(9, "hidden"), (10, "shown")])
def test_a_statement_needs_ten_people(people: int, state: str):
    table = estimate([[float(1 + number % 5)] * 8 for number in range(people)])
    assert set(table["state"]) == {state}


@pytest.mark.parametrize("silent", [0, 1, 4, 5])
def test_who_gave_no_answer_is_not_in_a_statement(silent: int):
    rows = [[float(1 + number % 5)] * 8 for number in range(20)]
    for row in rows[:silent]:
        row[0] = float("nan")
    table = estimate(rows)
    assert set(table["n"]) <= {0, 20 - silent} and "subtraction" not in set(table["method"])


def test_only_those_with_a_score_on_each_scale_of_a_statement_are_in_it():
    lone = [1.0] + [float("nan")] * 7
    table = estimate([[float(1 + number % 5)] * 8 for number in range(10)] + [lone] * 5)
    assert set(table["n"]) == {10}


def test_what_everybody_or_nobody_answered_carries_no_number():
    table = estimate([[4.0] * 8] * 12).set_index("answer")
    assert table["method"].to_dict() == {1: "nearly_none", 2: "nearly_none", 3: "nearly_none", 4: "nearly_all", 5: "nearly_none"}
    assert table["estimate"].isna().all() and set(table["n"]) == {0}


@given(st.lists(st.integers(0, 400), min_size=2, max_size=7).filter(any))
def test_a_percentage_is_the_nearest_to_the_truth_whatever_the_others_are(counts: list[int]):
    shares = round_shares(np.array(counts))
    assert shares.tolist() == [int(round_half_up(100 * count / sum(counts), 0)) for count in counts]


def test_four_of_eleven_is_the_same_percentage_everywhere():
    assert round_shares(np.array([4, 4, 3])).tolist() == [36, 36, 27]
    assert load_text("en").percent(4 / 11) == "36%"
    assert round_shares(np.array([1, 7])).tolist() == [13, 88]  # 12.5 and 87.5: half goes up


@pytest.mark.parametrize(("most", "count"), [(7, 7), (8, 0)])
def test_statements_with_too_many_answers_have_no_percentages(most: int, count: int):
    assert len(list_answers(Answers(min=1, max=most))) == count
