"""Which school, wave and role a row is of, and when it was filled in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.responses.cases import open_study
from tests.responses.test_grids import make_sheet
from toolkit.responses.findings import Notes
from toolkit.responses.places import join_cells, name_roles, name_schools, name_waves, place_rows, read_dates
from toolkit.study.layouts import Layout

STUDY = open_study(
    {
        "sources": [{"file": "answers.csv"}],
        "roles": [{"id": "head", "label": {"nl": "directeur", "en": "head teacher"}, "also": ["DIR"]}],
    },
    Path(),
)


def test_schools_waves_and_roles_go_by_their_code_their_words_and_those_of_the_layout() -> None:
    layout = Layout(schools={"BRIN 01": "s1", "s2": "s1"}, waves={"T0": "before"}, roles={"schoolleider": "head"})
    assert name_schools(STUDY, layout) == {"de klaver": "s1", "s1": "s1", "'t een": "s2", "brin 01": "s1", "s2": "s1"}
    waves = {"voormeting": "before", "before": "before", "nameting": "after", "after": "after", "t0": "before"}
    assert name_waves(STUDY, layout) == waves
    assert set(name_roles(STUDY, layout)) == {"directeur", "head teacher", "dir", "head", "schoolleider"}


def test_a_code_in_parts_is_joined_by_hyphens() -> None:
    sheet = make_sheet([["a", "b"], ["x ", "1"], ["", "2"], ["", ""]])
    assert join_cells(sheet, (0, 1)).tolist() == ["x-1", "-2", ""]
    assert join_cells(sheet, (1, 0)).tolist() == ["1-x", "2-", ""]


def test_labels_of_the_file_name_places_too() -> None:
    sheet = make_sheet([["school"], ["1"], ["2"], ["3"]], labels={0: {"1": "De Klaver", "2": "s2"}})
    codes, texts = place_rows(sheet, (0,), "", name_schools(STUDY, Layout()))
    assert (codes.tolist(), texts.tolist()) == (["s1", "s2", ""], ["1", "2", "3"])


def test_what_holds_for_the_whole_file_goes_before_its_columns() -> None:
    sheet = make_sheet([["school"], ["De Klaver"]])
    assert place_rows(sheet, (0,), "s2", name_schools(STUDY, Layout()))[0].tolist() == ["s2"]


def read(*texts: str) -> tuple[list[str], list[str]]:
    """Return the dates of a column, to the minute, and the codes of what was noted."""
    notes = Notes()
    sheet = make_sheet([["Datum"], *[[text] for text in texts]])
    dates = read_dates(np.array(texts, dtype=object), sheet, "Datum", notes)
    return [str(date)[:16] for date in dates], [note["code"] for note in notes.rows]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025-09-15", "2025-09-15T00:00"),
        ("2025-09-15 08:05:59", "2025-09-15T08:05"),
        ("2025-09-15T08:05:59.123+02:00", "2025-09-15T08:05"),
        ("2018/01/05 9:03:21 AM GMT+1", "2018-01-05T09:03"),
        ("2018/01/05 9:03:21 pm", "2018-01-05T21:03"),
        ("15-9-2025", "2025-09-15T00:00"),
        ("15.09.2025 8:05", "2025-09-15T08:05"),
        ("15/9/2025 12:00 AM", "2025-09-15T00:00"),
        ("45915", "2025-09-15T00:00"),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, date: str) -> None:
    assert read(text) == ([date], [])


def test_the_column_tells_whether_months_come_first() -> None:
    assert read("9/15/2025", "1/2/2025") == (["2025-09-15T00:00", "2025-01-02T00:00"], [])
    assert read("15/9/2025", "1/2/2025") == (["2025-09-15T00:00", "2025-02-01T00:00"], [])
    assert read("1/2/2025") == (["2025-02-01T00:00"], ["date_order"])


@pytest.mark.parametrize("text", ["gisteren", "2025-02-30", "15-9", "15-9-25", "99999999", "2025-09-15 25:00", "0"])
def test_what_is_no_date_is_told(text: str) -> None:
    assert read(text) == (["NaT"], ["date_unreadable"])
