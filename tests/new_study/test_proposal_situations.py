"""Exports as people have them, begun from with `plg new` and looked at with `plg check`."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from tests.command import ROOT, plg
from toolkit.responses.exports import read_exports
from toolkit.study.loading import load_study
from toolkit.study.study import Study

SITUATIONS = ROOT / "tests" / "data" / "situations"


def begin(folder: Path, *files: str, language: str = "en") -> tuple[Study, str]:
    """Return the study that `plg new` makes of files, with a day in place of a date that it asks for, and what it said."""
    asked = [word for file in files for word in ("--from", SITUATIONS / file)]
    begun = plg("new", "mine", *asked, "-l", language, folder=folder)
    assert begun.returncode == 0, begun.stderr
    path = folder / "mine" / "study.toml"
    waves, mark, rest = path.read_text(encoding="utf-8").partition("[[schools]]")
    days = iter(range(1, 9))
    filled = re.sub(r"^# date =.*", lambda _: f"date = {dt.date(2025, next(days), 1)}", waves, flags=re.MULTILINE)
    path.write_text(filled + mark + rest, encoding="utf-8")
    return load_study(path), begun.stdout + begun.stderr


def count(study: Study) -> dict[tuple[str, str], int]:
    """Return how many people each school has in each wave; nothing stops or asks."""
    exports = read_exports(study)
    assert set(exports.findings["severity"]) <= {"tells"}
    found = exports.responses.groupby(["school", "wave"], observed=True).size()
    return {(str(school), str(wave)): int(number) for (school, wave), number in found.items() if number}  # type: ignore[misc]


def test_dates_in_names_are_one_school_and_two_measurements_with_their_months(tmp_path: Path) -> None:
    study, said = begin(tmp_path, "new_dated_names/2025-09 team.xlsx", "new_dated_names/2026-06 team.xlsx")
    assert [wave.date for wave in study.waves] == [dt.date(2025, 9, 15), dt.date(2026, 6, 15)]
    assert count(study) == {("school1", "wave_2025_09"): 14, ("school1", "wave_2026_06"): 14}
    assert "The measurements come from dates in these names: ‘2025-09 team.xlsx’, ‘2026-06 team.xlsx’." in said
    assert "No column names schools." in said
    checked = plg("check", "mine", folder=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "Asks ·" not in checked.stdout


def average(study: Study, wave: str) -> float:
    """Return the mean of all answers of a wave."""
    responses = read_exports(study).responses
    return float(responses[responses["wave"] == wave].filter(like="energie_own9").to_numpy().mean())


@pytest.mark.parametrize("order", [("sept", "juni"), ("juni", "sept")])
def test_two_files_of_one_name_and_the_same_people_are_two_measurements_in_the_order_of_a_school_year(
    order: tuple[str, str], tmp_path: Path
) -> None:
    study, said = begin(tmp_path, *(f"new_same_name/{name}/Responses.xlsx" for name in order))
    assert count(study) == {("school1", "wave_1"): 14, ("school1", "wave_2"): 14}
    assert average(study, "wave_1") < 3 < average(study, "wave_2")
    assert "in this order: ‘sept/Responses.xlsx’, ‘juni/Responses.xlsx’." in said
    assert "# CHECK: The codes in these files largely coincide." in (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("turned", [False, True])
def test_where_no_name_tells_a_month_the_order_given_is_the_order_of_the_measurements(turned: bool, tmp_path: Path) -> None:
    for place, name in (("een", "juni" if turned else "sept"), ("twee", "sept" if turned else "juni")):
        (tmp_path / place).mkdir()
        shutil.copyfile(SITUATIONS / "new_same_name" / name / "Responses.xlsx", tmp_path / place / "Responses.xlsx")
    study, _ = begin(tmp_path, *(str(tmp_path / place / "Responses.xlsx") for place in ("een", "twee")))
    assert (average(study, "wave_1") < average(study, "wave_2")) is not turned


def test_numbers_behind_headers_are_measurements_beside_each_other(tmp_path: Path) -> None:
    study, said = begin(tmp_path, "new_wide_numbers/wide.csv", language="nl")
    assert count(study) == {("school1", "wave_1"): 14, ("school1", "wave_2"): 14}
    assert "Geen vragenlijst" not in said and "wave_columns" in said


def test_one_form_is_two_measurements_by_its_dates(tmp_path: Path) -> None:
    study, said = begin(tmp_path, "one_form/data/a.csv")
    assert count(study) == {("school1", "wave_1"): 14, ("school1", "wave_2"): 14}
    assert [(wave.date.year, wave.date.month) for wave in study.waves] == [(2025, 9), (2026, 6)]
    assert "one form for several measurements" in said


def test_names_before_and_numbers_after_are_two_schools_that_both_answered_twice(tmp_path: Path) -> None:
    study, said = begin(tmp_path, "disjoint_schools/data/before.csv", "disjoint_schools/data/after.csv")
    assert set(count(study).values()) == {8}
    assert [school.id for school in study.schools] == ["Alfa", "Beta"]
    assert "‘1’ and ‘Alfa’ are never there in one measurement, and share 8 codes of people." in said
