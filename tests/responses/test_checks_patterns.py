"""Answers that are odd together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import make_instrument, open_study
from toolkit.findings import Notes
from toolkit.responses.checks import check_patterns
from toolkit.schemas import RESPONSES
from toolkit.study.instruments import Item

NINE = make_instrument("nine", 1, 5, [Item(id=f"i{number}", number=number) for number in range(1, 10)], {"all": ["i1"]})
TWENTY = make_instrument("twenty", 1, 5, [Item(id=f"i{number}", number=number) for number in range(1, 21)], {"all": ["i1"]})


def make_responses(answers: np.ndarray[Any, Any], instrument: Any = NINE, **more: Any) -> pd.DataFrame:
    """Return responses of one file, school and wave."""
    frame = pd.DataFrame(answers, columns=list(instrument.columns), dtype=float)
    who = {"respondent": [f"p{n}" for n in range(len(frame))], "school": "s1", "wave": "before", "role": "", "date": pd.NaT}
    return RESPONSES.conform(frame.assign(**(who | {"source": "answers.csv", "row": range(2, len(frame) + 2)} | more)))


def check(responses: pd.DataFrame, instrument: Any = NINE, number: int = 1, **document: Any) -> list[dict[str, Any]]:
    """Return what is noted."""
    notes = Notes()
    document = {
        "sources": [{"file": "x.csv"}],
        "schools": [{"id": f"s{n}", "name": f"School {n}"} for n in range(1, number + 1)],
    } | document
    check_patterns(responses, open_study(document, Path(), instrument), notes)
    return notes.rows


def draw_schools(generator: np.random.Generator, shifts: list[float], people: int = 12) -> pd.DataFrame:
    """Return two waves of schools: answers of 1 to 5 around 3, moved up by each school's shift times a size per item."""
    sizes, parts = np.linspace(0.2, 1.6, 9), []
    for number, shift in enumerate(shifts, 1):
        level = generator.normal(0, 0.5, (people, 1))
        for wave, sign in (("before", -1), ("after", 1)):
            answers = np.clip(np.rint(3 + level + sign * shift * sizes / 2 + generator.normal(0, 0.7, (people, 9))), 1, 5)
            parts.append(make_responses(answers, school=f"s{number}", wave=wave, source=f"{wave}.csv"))
    return pd.concat(parts, ignore_index=True)


def find(notes: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    return [note for note in notes if note["code"] == code]


def test_a_school_whose_changes_are_those_of_the_others_turned_round_is_told() -> None:
    told = [find(check(draw_schools(np.random.default_rng(seed), [1, 1, 1, -1, 1]), number=5), "waves_mirrored") for seed in range(20)]
    assert sum(bool(notes) for notes in told) >= 15  # where the change is not sure nothing is said
    assert {note["school"] for notes in told for note in notes} == {"s4"}
    note = told[0][0]
    assert (note["wave"], note["count"]) == ("after", 4)
    assert float(note["value"]) < 0 < float(note["expected"])


@pytest.mark.parametrize("shifts", [[1, 1, 1, 1, 1], [0, 0, 0, 0, 0], [1, 1, 1, 0, 0.5]])
def test_schools_that_all_rise_or_stay_are_not_taken_for_exchanged(shifts: list[float]) -> None:
    told = sum(bool(find(check(draw_schools(np.random.default_rng(seed), shifts), number=5), "waves_mirrored")) for seed in range(20))
    assert told == 0


def test_three_schools_are_too_few_to_take_one_for_exchanged() -> None:
    assert not find(check(draw_schools(np.random.default_rng(1), [1, 1, -1]), number=3), "waves_mirrored")


def test_an_item_that_nobody_answered_is_told_from_five_people_on() -> None:
    answers = np.tile([1, 2, 3, 4, 5, 4, np.nan, 2, 1], (5, 1))
    (note,) = find(check(make_responses(answers)), "item_empty")
    assert (note["file"], note["wave"], note["column"], note["value"], note["count"]) == ("answers.csv", "before", "nine_i7", "nine", 5)
    assert not find(check(make_responses(answers[:4])), "item_empty")


def test_an_instrument_that_nobody_answered_has_no_empty_items() -> None:
    assert check(make_responses(np.full((6, 9), np.nan))) == []


@pytest.mark.parametrize(("answered", "told"), [(4, True), (5, False), (9, False)])
def test_who_stopped_halfway_is_counted(answered: int, told: bool) -> None:
    answers = np.array([[1, 2, 3, 4, 5, 4, 3, 2, 1]] * 3, dtype=float)
    answers[1, answered:] = np.nan
    notes = find(check(make_responses(answers)), "answers_partial")
    assert [(note["row"], note["count"]) for note in notes] == [(3, 1)] * told


def test_rows_that_were_pasted_twice_are_told_and_people_who_agree_are_not() -> None:
    generator = np.random.default_rng(2)
    answers = generator.integers(1, 6, (8, 20)).astype(float)
    answers[6], answers[7] = answers[0], answers[0]
    (note,) = find(check(make_responses(answers, TWENTY), TWENTY), "rows_copied")
    assert (note["file"], note["school"], note["row"], note["expected"], note["count"]) == ("answers.csv", "s1", 8, "2", 2)
    moments = [pd.Timestamp("2025-09-15") + pd.Timedelta(minutes=number) for number in range(8)]
    assert not find(check(make_responses(answers, TWENTY, date=moments), TWENTY), "rows_copied")
    steady = np.repeat([[5.0] * 12 + [4.0] * 8], 4, axis=0)
    assert not find(check(make_responses(steady, TWENTY), TWENTY), "rows_copied")


def test_rows_that_differ_in_one_answer_are_no_copies() -> None:
    answers = np.tile(np.random.default_rng(3).integers(1, 6, 20).astype(float), (2, 1))
    answers[1, 4] = np.nan
    assert not find(check(make_responses(answers, TWENTY), TWENTY), "rows_copied")


def test_a_school_with_one_answer_to_everything_is_told() -> None:
    (note,) = find(check(make_responses(np.full((3, 9), 4))), "school_equal")
    assert (note["school"], note["wave"], note["column"], note["value"], note["count"]) == ("s1", "before", "nine", "4", 3)
    assert not find(check(make_responses(np.full((2, 9), 4))), "school_equal")
    mixed = np.full((3, 9), 4.0)
    mixed[2, 8] = 5
    assert not find(check(make_responses(mixed)), "school_equal")


def test_few_people_and_schools_without_any_are_told() -> None:
    schools = [
        {"id": "s1", "name": "One", "invited": {"before": 7, "after": 10}},
        {"id": "s2", "name": "Two", "invited": {"before": 9}},
    ]
    notes = check(make_responses(np.tile(np.arange(9) % 5 + 1.0, (3, 1))), schools=schools)
    few = [(note["school"], note["wave"], note["value"], note["expected"]) for note in find(notes, "fewer_than_invited")]
    assert few == [("s1", "before", "3", "7"), ("s1", "after", "0", "10")]
    assert [(note["school"], note["value"]) for note in find(notes, "school_absent")] == [("s2", "Two")]
    half = [{"id": "s1", "name": "One", "invited": {"before": 6}}]
    assert check(make_responses(np.tile(np.arange(9) % 5 + 1.0, (3, 1))), schools=half) == []
