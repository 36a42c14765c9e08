"""Dates of answers that lie nearer to another cohort's measurement, or of a measurement that their cohort did not hold."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from tests.responses.cases import make_instrument, open_study
from tests.responses.test_checks import make_responses
from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.findings import Notes, describe_finding
from toolkit.languages import Language
from toolkit.responses.checks import check_responses
from toolkit.responses.exports import list_findings
from toolkit.study.instruments import Item
from toolkit.study.loading import load_study

DATES = {
    "before": {"2024": dt.date(2024, 9, 16), "2025": dt.date(2025, 9, 15)},
    "after": {"2024": dt.date(2025, 6, 16), "2025": dt.date(2026, 6, 15)},
    "follow_up": {"2024": dt.date(2026, 2, 2)},
}
SAID = {
    (
        "cohort_dates",
        "nl",
    ): "De meeste formulieren van cohort 2024 bij ‘before’ zijn van rond 2025-09-20. Dat is dichter bij een datum "
    "van een ander cohort (2025: before). Aantal: 3. Kijk of deze scholen bij het goede cohort staan, of verbeter dates onder [[waves]].",
    ("cohort_dates", "en"): "Most forms of cohort 2024 in ‘before’ are from around 2025-09-20. That is nearer to a date of another cohort "
    "(2025: before). Number: 3. See whether these schools are in the right cohort, or correct dates under [[waves]].",
    (
        "cohort_wave",
        "nl",
    ): "Cohort 2025 heeft geen datum voor de meting ‘follow_up’, maar er zijn formulieren van rond 2027-02-01. "
    "Aantal: 3. Geef bij dates onder [[waves]] de datum van dit cohort, of kijk of de formulieren van een andere meting zijn.",
    ("cohort_wave", "en"): "Cohort 2025 has no date for the wave ‘follow_up’, but there are forms from around 2027-02-01. Number: 3. "
    "Give the date of this cohort in dates under [[waves]], or see whether the forms are from another wave.",
}


def check(*groups: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Return what is noted of three forms per group (school, wave and day): s1 walks in 2024, s2 in 2025."""
    parts = [make_responses(np.ones((3, 1)), ["one_i"], school=school, wave=wave, date=pd.Timestamp(day)) for school, wave, day in groups]
    notes = Notes()
    document = {
        "waves": [{"id": id, "role": id, "dates": dates, "label": {"nl": id, "en": id}} for id, dates in DATES.items()],
        "schools": [{"id": f"s{number}", "name": f"S{number}", "cohort": f"202{number + 3}"} for number in (1, 2)],
        "sources": [{"file": "x.csv"}],
    }
    instrument = make_instrument("one", 1, 5, [Item(id="i", number=1)])
    check_responses(pd.concat(parts, ignore_index=True), open_study(document, Path(), instrument), notes)
    return notes.rows


def list_codes(*groups: tuple[str, str, str]) -> list[str]:
    return [row["code"] for row in check(*groups)]


def test_answers_of_the_own_dates_of_each_cohort_are_sound() -> None:
    sound = [("s1", wave, str(dates["2024"])) for wave, dates in DATES.items()]
    sound += [("s2", wave, str(dates["2025"])) for wave, dates in DATES.items() if "2025" in dates]
    assert list_codes(*sound) == []


def test_the_shipped_cohorts_are_sound_together_and_each_alone_also_where_a_school_was_late(tmp_path: Path) -> None:
    for folder in (SHIPPED, *write_cohort_studies(tmp_path)):
        assert not {"cohort_dates", "cohort_wave", "wave_dates"} & set(list_findings(load_study(folder))["code"])


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize(
    ("code", "group"), [("cohort_dates", ("s1", "before", "2025-09-20")), ("cohort_wave", ("s2", "follow_up", "2027-02-01"))]
)
def test_each_question_is_asked_in_both_languages(code: str, group: tuple[str, str, str], language: Language) -> None:
    (row,) = check(group)
    assert (row["code"], row["severity"], row["count"]) == (code, "asks", 3)
    assert SAID[code, language] in str(describe_finding(row, language))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2025-07-31", []),  # 45 days after the own last measurement, 46 days before the other cohort's first
        ("2025-08-01", ["cohort_dates"]),  # 46 and 45
    ],
)
def test_a_day_that_is_nearer_to_the_own_date_is_not_asked_about(day: str, told: list[str]) -> None:
    assert list_codes(("s1", "after", day)) == told


def test_a_day_as_near_to_the_own_date_as_to_that_of_the_other_cohort_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DATES, "before", {"2024": dt.date(2024, 9, 16), "2025": dt.date(2025, 9, 14)})
    for day, told in (("2025-07-31", []), ("2025-08-01", ["cohort_dates"])):  # 45 and 45, 46 and 44
        assert list_codes(("s1", "after", day)) == told


def test_files_that_changed_places_within_a_cohort_are_told_as_before() -> None:
    found = check(("s2", "before", "2026-06-15"), ("s2", "after", "2025-09-15"), ("s1", "before", "2024-09-16"))
    assert [(row["code"], row["wave"], row["expected"]) for row in found] == [
        ("wave_dates", "before", "after"),
        ("wave_dates", "after", "before"),
    ]


def test_each_cohort_in_one_file_is_looked_at_by_itself() -> None:
    found = check(("s1", "before", "2025-09-15"), ("s2", "before", "2025-09-15"), ("s2", "after", "2025-06-18"))
    assert [(row["code"], row["column"], row["wave"], row["expected"]) for row in found] == [
        ("cohort_dates", "2024", "before", "2025: before"),
        ("cohort_dates", "2025", "after", "2024: after"),
    ]


def test_a_school_that_is_put_in_the_wrong_cohort_is_asked_about(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "study")
    path = tmp_path / "study" / "study.toml"
    text, count = re.subn(r'(id = "s5"\nname = ".*"\ncohort = )"2025"', r'\1"2024"', path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    findings = list_findings(load_study(path))
    asked = findings[findings["code"] == "cohort_dates"]
    assert asked[["file", "wave", "column"]].to_numpy().tolist() == [
        ["exports/2025_before.csv", "before", "2024"],
        ["exports/2025_after.csv", "after", "2024"],
    ]
