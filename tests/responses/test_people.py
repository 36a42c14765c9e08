"""Who is the same person."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.files.test_cells_grids import make_sheet
from tests.responses.cases import open_study
from toolkit.findings import Notes
from toolkit.responses.people import identify_people, read_codes

STUDY = open_study({"sources": [{"file": "answers.csv"}]}, Path())


def read(rows: list[list[str]], *, exact: bool = False, personal: bool = False) -> tuple[list[str], list[str]]:
    """Return the codes of rows and the codes of what was noted."""
    notes = Notes()
    sheet = make_sheet([["a", "b"][: len(rows[0])], *rows])
    return read_codes(sheet, tuple(range(len(rows[0]))), personal, exact, notes).tolist(), [note["code"] for note in notes.rows]


def test_a_code_is_cleaned_unless_it_counts_exactly() -> None:
    assert read([[" Ab-12 "], ["É3."], ["--"]]) == (["ab12", "e3", ""], [])
    assert read([[" Ab-12 "], ["É3."]], exact=True) == (["Ab-12", "É3."], [])


def test_the_parts_of_a_code_stay_apart() -> None:
    codes, noted = read([["1", "23"], ["12", "3"], ["1", ""], ["", ""]])
    assert (codes, noted) == (["1-23", "12-3", "", ""], ["code_incomplete"])


def test_a_personal_code_is_replaced_by_the_same_fingerprint_each_time() -> None:
    codes, noted = read([["Anna@School.example"], ["anna@school.example "], ["bo@school.example"], [""]], personal=True)
    assert codes[0] == codes[1] != codes[2]
    assert codes[3] == ""
    assert noted == ["code_personal"]
    assert all(len(code) == 12 and code.isalnum() for code in codes[:3])


def identify(rows: list[tuple[str, str, str]], filled: list[int] | None = None, by: str = "code") -> tuple[list[str], list[str]]:
    """Return the respondents of rows of (code, school, wave), and the codes of what was noted."""
    notes = Notes()
    frame = pd.DataFrame(rows, columns=["code", "school", "wave"]).assign(source="f", row=range(2, len(rows) + 2), wide=False)
    frame["filled"] = filled or 3
    frame["date"] = pd.NaT
    study = STUDY if by == "code" else open_study({"sources": [{"file": "f"}], "matching": {"by": by}}, Path())
    return identify_people(frame, study, notes)["respondent"].tolist(), [note["code"] for note in notes.rows]


def test_the_same_code_in_another_wave_is_the_same_person() -> None:
    assert identify([("a", "s1", "w1"), ("a", "s1", "w2")]) == (["a", "a"], [])


def test_somebody_may_move_to_another_school_which_is_told() -> None:
    assert identify([("a", "s1", "w1"), ("a", "s2", "w2")]) == (["a", "a"], ["code_moved"])


def test_the_same_code_at_two_schools_in_one_wave_is_two_people_in_every_wave() -> None:
    rows = [("a", "s1", "w1"), ("a", "s2", "w1"), ("a", "s1", "w2"), ("b", "s1", "w1"), ("b", "s2", "w2")]
    respondents, noted = identify(rows)
    assert respondents == ["a@s1", "a@s2", "a@s1", "b", "b"]
    assert noted == ["code_two_schools", "code_moved"]


def test_where_most_codes_are_shared_nobody_is_taken_to_have_moved() -> None:
    rows = [(code, school, "w1") for code in "12" for school in ("s1", "s2")] + [("3", "s1", "w1"), ("3", "s2", "w2")]
    respondents, noted = identify(rows)
    assert respondents == ["1@s1", "1@s2", "2@s1", "2@s2", "3@s1", "3@s2"]
    assert noted == ["code_two_schools", "code_two_schools", "code_per_school"]


def test_of_two_forms_the_most_complete_counts_and_of_equals_the_first() -> None:
    rows = [("a", "s1", "w1")] * 3 + [("b", "s1", "w1")] * 2
    notes = Notes()
    frame = pd.DataFrame(rows, columns=["code", "school", "wave"]).assign(source="f", row=range(2, 7), wide=False, date=pd.NaT)
    frame["filled"] = [1, 3, 3, 2, 2]
    assert identify_people(frame, STUDY, notes)["row"].tolist() == [3, 5]
    doubles = [(note["row"], note["expected"], note["code"]) for note in notes.rows if note["code"].startswith("respondent_double")]
    assert doubles == [(2, "f, 3", "respondent_double"), (4, "f, 3", "respondent_double_first"), (6, "f, 5", "respondent_double_first")]
    assert sum(note["count"] for note in notes.rows if note["code"] == "left_out_double") == 3


@pytest.mark.parametrize(
    ("dates", "kept", "why"),
    [
        (["2025-09-01", "2025-09-12"], 3, "respondent_double_later"),
        (["2025-09-12", "2025-09-01"], 2, "respondent_double_later"),
        (["2025-09-12", "2025-09-12"], 2, "respondent_double_first"),
        ([None, "2025-09-12"], 2, "respondent_double_first"),
        (["2025-09-01", None], 2, "respondent_double_first"),
    ],
)
def test_of_equals_the_latest_counts_where_dates_tell(dates: list[str | None], kept: int, why: str) -> None:
    frame = pd.DataFrame({"code": "a", "school": "s1", "wave": "w1", "source": "f", "row": [2, 3], "wide": False, "filled": 3})
    notes = Notes()
    assert identify_people(frame.assign(date=pd.to_datetime(pd.Series(dates))), STUDY, notes)["row"].tolist() == [kept]
    assert [note["code"] for note in notes.rows] == [why, "left_out_double"]


def test_a_more_complete_form_goes_before_a_later_one() -> None:
    frame = pd.DataFrame({"code": "a", "school": "s1", "wave": "w1", "source": "f", "row": [2, 3], "wide": False, "filled": [3, 2]})
    notes = Notes()
    assert identify_people(frame.assign(date=pd.to_datetime(["2025-09-01", "2025-09-12"])), STUDY, notes)["row"].tolist() == [2]
    assert notes.rows[0]["code"] == "respondent_double"


@pytest.mark.parametrize("by", ["code", "none"])
def test_rows_without_a_code_are_kept_as_people_of_their_own(by: str) -> None:
    respondents, noted = identify([("", "s1", "w1"), ("", "s1", "w1"), ("", "s1", "w2")], by=by)
    assert respondents == ["f#2@w1", "f#3@w1", "f#4@w2"]
    assert noted == (["code_empty"] * 2 if by == "code" else [])
