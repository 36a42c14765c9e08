"""Who came: counts per contact, school and group of nobody or of enough people, and what they come to for one person."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.results.estimates.test_recorded import estimate
from toolkit.records.reading import RECORDS
from toolkit.results.estimates.attendance import add_present, list_heads

FILE = "date;school;group;person;present;count"


def read(folder: Path, lines: list[str], contacts: list[str] | None = None) -> pd.DataFrame:
    """Return the attendance that `lines` come to, with the sums over schools and what they come to for one person."""
    files = {"attendance": [FILE, *lines]} | ({"contacts": ["date;type;title;school;hours", *contacts]} if contacts else {})
    recorded = estimate(folder, files)
    hours = pd.DataFrame([line.split(";") for line in contacts or []], columns=["date", "type", "title", "school", "hours"])
    made = hours.assign(date=pd.to_datetime(hours["date"]), hours=pd.to_numeric(hours["hours"]))
    added = add_present(recorded, made)
    return added[added["kind"] == "attendance"]


def take(rows: pd.DataFrame, school: str, group: str = "", quantity: str = "present") -> list[tuple[str, float, int]]:
    own = rows[(rows["school"] == school) & (rows["second"] == group) & (rows["quantity"] == quantity)]
    return [(row.state, row.estimate, row.n) for row in own.itertuples(index=False)]


@pytest.mark.parametrize(("came", "away", "shown"), [(6, 6, True), (6, 0, True), (0, 6, True), (4, 8, False), (9, 1, False), (4, 0, False)])
def test_of_who_came_there_is_a_count_of_nobody_or_enough_on_both_sides(tmp_path: Path, came: int, away: int, shown: bool) -> None:
    lines = [f"2025-10-01;s1;;p{n};{'ja' if n < came else 'nee'};" for n in range(came + away)]
    recorded = read(tmp_path, [*lines, "2025-10-01;s2;;;;7"])
    own = recorded[(recorded["school"] == "s1") & (recorded["quantity"] == "present")].iloc[0]
    assert (own["state"], own["first"], own["words"]) == ("shown" if shown else "hidden", "Samen kijken", "training")
    assert pd.isna(own["estimate"]) != shown and own["n"] == (came + away if shown else 0)
    assert take(recorded, "") == [("shown", 7 + (came if shown else 0), 0)]
    assert "p1" not in str(recorded.to_json())


def test_a_contact_that_no_school_may_tell_of_has_no_count_over_them(tmp_path: Path) -> None:
    assert set(read(tmp_path, ["2025-10-01;s1;;;;2", "2025-10-01;s2;;;;3"])["state"]) == {"hidden"}


def test_groups_count_beside_their_school_and_those_of_no_school_in_the_sum(tmp_path: Path) -> None:
    lines = [f"2025-10-01;s1;{'a' if n < 6 else 'b'};p{n};ja;" for n in range(12)]
    recorded = read(tmp_path, [*lines, "2025-10-01;;bestuur;;;5"])
    assert take(recorded, "s1") == [("shown", 12, 12)]
    assert take(recorded, "s1", "a") == take(recorded, "s1", "b") == [("shown", 6, 6)]
    assert take(recorded, "", "bestuur") == [("shown", 5, 0)] and take(recorded, "") == [("shown", 17, 0)]


def test_who_is_listed_twice_counts_once_and_came_if_one_row_says_so(tmp_path: Path) -> None:
    lines = [f"2025-10-01;s1;{group};p{n};{present};" for n in range(6) for group, present in (("a", "nee"), ("b", "ja"))]
    recorded = read(tmp_path, lines)
    assert take(recorded, "s1") == take(recorded, "s1", "a") == [("shown", 6, 6)] and take(recorded, "s1", "b") == []


def test_a_list_of_people_goes_before_a_count_and_a_row_with_neither_is_nothing(tmp_path: Path) -> None:
    lines = [*(f"2025-10-01;s1;;p{n};;" for n in range(6)), "2025-10-01;s1;;;;40", "2025-10-01;s2;;;;"]
    recorded = read(tmp_path, lines)
    assert take(recorded, "s1") == [("shown", 6, 6)] and take(recorded, "s2") == []


def test_what_a_school_got_is_the_mean_share_over_contacts_that_are_told_and_its_hours(tmp_path: Path) -> None:
    days = {"2025-11-01": (10, 3), "2025-12-01": (5, 2), "2026-01-12": (9, 8)}  # of the last one person stayed away
    lines = [f"{day};s1;;p{n};{'ja' if n < came else 'nee'};" for day, (came, _) in days.items() for n in range(10)]
    contacts = [f"{day};training;Dag;;{hours}" for day, (_, hours) in days.items()]
    recorded = read(tmp_path, [*lines, *(f"{day};s2;;;;9" for day in days)], contacts)
    assert take(recorded, "s1", quantity="share_present") == [("shown", 0.75, 2)]
    assert take(recorded, "s1", quantity="hours_present") == [("shown", 10 / 10 * 3 + 5 / 10 * 2, 2)]
    assert take(recorded, "s2", quantity="share_present") == []
    without = read(tmp_path, lines, [f"{day};training;Dag;;" for day in days])
    assert take(without, "s1", quantity="share_present") and not take(without, "s1", quantity="hours_present")


def test_without_attendance_there_is_nothing(tmp_path: Path) -> None:
    recorded = estimate(tmp_path, {})
    assert add_present(recorded, RECORDS["contacts"].empty()).equals(recorded)
    assert list_heads(RECORDS["attendance"].empty(), RECORDS["contacts"].empty()).empty
