"""Rows that their date places in a wave, where schools walk in cohorts: by the dates of their own cohort only."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd

from tests.responses.cases import open_study
from toolkit.responses.wave_dates import place_dates
from toolkit.study.layouts import Layout

#: the last measurement of the first cohort and the first one of the second fall in the same days.
DATES = {
    "before": {"2024": dt.date(2024, 9, 16), "2025": dt.date(2025, 9, 15)},
    "after": {"2024": dt.date(2025, 6, 16), "2025": dt.date(2026, 6, 15)},
    "follow_up": {"2024": dt.date(2025, 9, 16)},
}


def place(*rows: tuple[str, str]) -> list[str]:
    """Return the waves of rows (school and day): s1 walks in 2024, s2 in 2025."""
    document = {
        "waves": [{"id": id, "dates": dates, "label": {"nl": id, "en": id}} for id, dates in DATES.items()],
        "schools": [{"id": f"s{number}", "name": f"S{number}", "cohort": f"202{number + 3}"} for number in (1, 2)],
        "sources": [{"file": "x.csv"}],
    }
    schools, days = zip(*rows, strict=True)
    layout = Layout.model_validate({"wave_by_date": "nearest"})
    return list(place_dates(np.array(days, dtype="datetime64[us]"), pd.Series(schools), layout, open_study(document, Path())))


def test_one_day_is_the_last_measurement_of_one_cohort_and_the_first_of_another() -> None:
    rows = [("s1", "2025-09-16"), ("s2", "2025-09-16"), ("s1", "2025-06-20"), ("s2", "2026-06-10"), ("s1", "2024-09-20")]
    assert place(*rows) == ["follow_up", "before", "after", "after", "before"]


def test_a_cohort_is_never_placed_in_a_measurement_that_it_did_not_hold() -> None:
    assert place(("s2", "2025-09-17"), ("s2", "2025-06-16"), ("s2", "2024-09-16")) == ["before", "before", ""]


def test_a_row_of_a_school_that_is_not_known_is_held_against_all_dates() -> None:
    assert place(("", "2024-09-16"), ("", "2025-09-16"), ("x", "2026-06-15")) == ["before", "follow_up", "after"]


def test_a_day_between_two_dates_of_its_cohort_is_placed_in_neither() -> None:
    assert place(("s2", "2026-01-29"), ("s1", "2025-08-01")) == ["", ""]
