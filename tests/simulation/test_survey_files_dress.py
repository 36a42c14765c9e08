"""How invented answers look in a file: headers, words, and odd rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.simulation.population import Invention, invent_population, invent_responses
from toolkit.simulation.survey_files import (
    Dress,
    dress_items,
    insert_row,
    list_questions,
    name_by_id,
    name_by_number,
    name_by_wording,
    repeat_row,
    stop_half_way,
    write_anchor,
    write_label,
    write_number,
)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Return the first wave of one school, in which many answers are missing."""
    invention = Invention(sizes=(20,), unanswered=0.3)
    return invent_responses(invent_population(invention, 4), 4).query("wave == 'w1'").reset_index(drop=True)


def test_item_is_named_by_id_by_number_or_by_its_question() -> None:
    factor, energy = list_questions()["plg12_e2_wanted"], list_questions()["energie_own9_i4"]
    assert [name(*factor) for name in (name_by_id, name_by_number, name_by_wording)] == [
        "plg12_e2_wanted",
        "plg12 2 wanted",
        "Externe professionalisering [gewenst over een jaar]",
    ]
    assert [name(*energy) for name in (name_by_number, name_by_wording)] == ["energie_own9 4", "Wat ik op school doe, doet ertoe."]


def test_answer_is_written_as_number_as_word_or_as_word_at_the_ends_only() -> None:
    answers = list_questions()["profcultuur8_t1"][0].answers
    assert [write_number(value, answers) for value in (1.0, 4.0, 5.0)] == [1.0, 4.0, 5.0]
    assert [write_label(value, answers) for value in (1.0, 4.0, 5.0)] == ["helemaal oneens", "eens", "helemaal eens"]
    assert [write_anchor(value, answers) for value in (1.0, 4.0, 5.0)] == ["helemaal oneens", 4.0, "helemaal eens"]
    assert write_label(7.5, list_questions()["cijfer1_grade"][0].answers) == 7.5


def test_dressed_cells_hold_what_was_answered_and_missing_ones_are_empty_or_unknown(people: pd.DataFrame) -> None:
    items = dress_items(people, Dress(name_by_id, write_number), np.random.default_rng(1))
    answered = people[list(items)].notna()
    assert (items.where(answered).astype(float)).equals(people[list(items)])
    rest = items.to_numpy()[~answered.to_numpy()]
    assert set(rest) == {None, "weet niet"}
    assert np.mean(rest == "weet niet") == pytest.approx(0.4, abs=0.1)


def test_inserted_row_is_somebody_new_with_answers_that_were_given(people: pd.DataFrame) -> None:
    longer = insert_row(people, 3, "TEST", np.random.default_rng(2))
    assert longer["respondent"].tolist() == [*people["respondent"][:3], "TEST", *people["respondent"][3:]]
    assert longer["date"][3] < longer["date"][4]
    assert all(longer[column][3] in people[column].tolist() or np.isnan(longer[column][3]) for column in list_questions())


def test_repeated_row_differs_in_its_moment_only(people: pd.DataFrame) -> None:
    longer = repeat_row(people, 2)
    assert longer.iloc[2].drop("date").equals(longer.iloc[3].drop("date"))
    assert longer["date"][2] < longer["date"][3]


def test_who_stops_half_way_leaves_the_second_half_empty(people: pd.DataFrame) -> None:
    items = dress_items(people, Dress(name_by_id, write_number), np.random.default_rng(1))
    stopped = stop_half_way(items, 5)
    half = len(items.columns) // 2
    assert stopped.iloc[5, half:].isna().all()
    assert stopped.iloc[5, :half].equals(items.iloc[5, :half])
    assert stopped.drop(index=5).equals(items.drop(index=5))
