"""Answers to look at again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import make_instrument, open_study
from tests.witness import witness
from toolkit.findings import Notes
from toolkit.responses.checks import check_responses, check_speed, correlate_rest
from toolkit.schemas import RESPONSES
from toolkit.study.instruments import Item

PUBLISHED = Path(__file__).parent.parent / "data" / "published"


def make_responses(answers: np.ndarray[Any, Any], columns: list[str], **more: Any) -> pd.DataFrame:
    """Return responses of one file, school and wave."""
    frame = pd.DataFrame(answers, columns=columns)
    who = {"respondent": [f"p{n}" for n in range(len(frame))], "school": "s1", "wave": "before", "role": "", "date": pd.NaT}
    return RESPONSES.conform(frame.assign(**(who | {"source": "answers.csv", "row": range(2, len(frame) + 2)} | more)))


def check(responses: pd.DataFrame, *instruments: Any, **document: Any) -> list[tuple[str, str, str]]:
    """Return code, column and value of what is noted."""
    notes = Notes()
    check_responses(responses, open_study({"sources": [{"file": "x.csv"}]} | document, Path(), *instruments), notes)
    return [(note["code"], note["column"], note["value"]) for note in notes.rows]


def test_the_item_rest_correlations_are_those_published() -> None:
    frame = pd.read_csv(PUBLISHED / "pisa2015_teachers_us" / "pisa2015_us_teachers_general.csv")
    items = frame[[f"TC026Q{number:02}NA" for number in (5, 7, 9, 10)]].dropna().to_numpy(dtype=float)
    rest = [np.corrcoef(items[:, place], np.delete(items, place, axis=1).sum(axis=1))[0, 1] for place in range(4)]
    np.testing.assert_allclose(correlate_rest(items), rest, rtol=1e-12)
    assert correlate_rest(np.ones((5, 3))).tolist() == [0, 0, 0]


def test_items_that_are_worded_the_other_way_round_and_not_declared_so_are_told() -> None:
    """Rows 4 and 7 of the motivation survey are negatively worded: the README of the data."""
    frame = pd.read_csv(PUBLISHED / "online_science_motivation" / "pre_survey.csv")
    answers = frame[[f"Q1MaincellgroupRow{number}" for number in range(1, 11)]].to_numpy(dtype=float)
    scales = {"interest": ["q1", "q4", "q5", "q8", "q10"], "utility": ["q2", "q6", "q9"]}
    for reverse, told in (((), ["motivation_q4"]), ((4,), [])):
        items = [Item(id=f"q{number}", number=number, reverse=number in reverse) for number in range(1, 11)]
        instrument = make_instrument("motivation", 1, 5, items, scales)
        found = check(make_responses(answers, list(instrument.columns)), instrument)
        assert [column for code, column, _ in found if code == "item_against"] == told


def test_an_item_that_the_file_holds_turned_round_already_is_told() -> None:
    data = witness("alpha.bfi_A").data()
    answers = data[[name for name in data if name.startswith("A")][:5]].to_numpy(dtype=float)
    items = [Item(id=f"a{number}", number=number, reverse=number == 2) for number in range(1, 6)]
    instrument = make_instrument("bfi", 1, 6, items, {"a": [item.id for item in items]})
    found = check(make_responses(answers, list(instrument.columns)), instrument)
    assert [column for code, column, _ in found if code == "item_against"] == [
        "bfi_a2"
    ]  # the data are keyed: every item points the same way


def test_too_few_people_tell_nothing_of_an_item() -> None:
    items = [Item(id=f"i{number}", number=number) for number in range(1, 5)]
    instrument = make_instrument("few", 1, 5, items, {"s": [item.id for item in items]})
    level = np.arange(40) % 5 + 1
    answers = np.column_stack([level, level, level, 6 - level])
    assert ("item_against", "few_i4", "-1.00") in check(make_responses(answers[:20], list(instrument.columns)), instrument)
    assert check(make_responses(answers[:19], list(instrument.columns)), instrument) == []


def test_random_answers_point_nowhere() -> None:
    generator = np.random.default_rng(3)
    items = [Item(id=f"i{number}", number=number) for number in range(1, 10)]
    instrument = make_instrument("noise", 1, 5, items, {"s": [item.id for item in items]})
    told = sum(
        any(
            code == "item_against"
            for code, _, _ in check(make_responses(generator.integers(1, 6, (25, 9)), list(instrument.columns)), instrument)
        )
        for _ in range(100)
    )
    assert told <= 10  # nine looks each, every one with a chance of about one in a hundred


@pytest.mark.parametrize(
    ("answers", "told"),
    [([3] * 8, True), ([3] * 7, False), ([3] * 7 + [4], False), ([3] * 8 + [np.nan], True), ([np.nan] * 8, False)],
)
def test_the_same_answer_to_everything_is_counted_from_eight_on(answers: list[float], told: bool) -> None:
    instrument = make_instrument("same", 1, 5, [Item(id=f"i{number}", number=number) for number in range(1, len(answers) + 1)])
    assert check(make_responses(np.array([answers]), list(instrument.columns)), instrument) == [("answers_same", "", "same")] * told


def test_more_people_than_were_invited_are_told_per_school_and_wave() -> None:
    instrument = make_instrument("one", 1, 5, [Item(id="i", number=1)])
    responses = make_responses(np.ones((3, 1)), ["one_i"])
    schools = [{"id": "s1", "name": "One", "invited": {"before": 2, "after": 0}}, {"id": "s2", "name": "Two", "invited": {"before": 0}}]
    assert check(responses, instrument, schools=schools) == [("more_than_invited", "", "3")]
    assert check(responses.iloc[:2], instrument, schools=schools) == []


@pytest.mark.parametrize(("day", "told"), [("2025-09-20", False), ("2026-01-20", False), ("2026-02-20", True), ("2026-06-15", True)])
def test_a_file_filled_in_nearer_to_another_wave_is_told(day: str, told: bool) -> None:
    instrument = make_instrument("one", 1, 5, [Item(id="i", number=1)])
    dates = [pd.Timestamp(day)] * 3 + [pd.Timestamp("2026-06-15")] * 2 + [pd.NaT]
    responses = make_responses(np.ones((6, 1)), ["one_i"], date=dates)
    assert check(responses, instrument) == [("wave_dates", "", day)] * told


def test_forms_faster_than_two_seconds_an_answer_are_counted() -> None:
    notes = Notes()
    rows = pd.DataFrame({"row": range(2, 8)})
    check_speed(np.array([19.9, 20, np.nan, -5, 0, 1]), np.array([10, 10, 10, 10, 10, 0]), rows, "a.csv", notes)
    assert [(note["code"], note["row"], note["count"]) for note in notes.rows] == [("forms_fast", 2, 2)]


def test_a_hundred_qualtrics_responses_have_the_published_number_of_fast_ones() -> None:
    """Twenty-three of 100 took less than 200 seconds: the documentation of the package. Two of the 100 are previews."""
    frame = pd.read_csv(PUBLISHED / "qualtrics_metadata" / "qualtrics_raw.csv", skiprows=[1, 2])
    notes = Notes()
    check_speed(frame["Duration (in seconds)"].to_numpy(dtype=float), np.full(100, 100), frame.assign(row=range(4, 104)), "a.csv", notes)
    assert notes.rows[0]["count"] == 23
