"""Measurements that dates and shared codes suggest, from files to a study that reads every row."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from toolkit.new_study.dates import split_date
from toolkit.new_study.proposal import begin_study_from
from toolkit.responses.exports import Exports, read_exports
from toolkit.scoring import compute_scores
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Study

SITUATIONS = Path(__file__).parent.parent / "data" / "situations"
ITEMS = list(load_instrument("energie_own9").columns)
TODAY = dt.date(2026, 7, 1)


def propose(folder: Path, files: Sequence[Path]) -> tuple[Study, Exports, tuple[str, ...]]:
    """Return the proposed study of `files`, what it reads, and what is not sure; a date that is missing is made up."""
    _, doubts = begin_study_from(folder / "mine", files, "en", TODAY)
    path = folder / "mine" / "study.toml"
    numbers = iter(range(1, 10))
    waves, mark, rest = path.read_text(encoding="utf-8").partition("[[schools]]")
    text = re.sub(r"^# date =.*", lambda _: f"date = 2025-0{next(numbers)}-01", waves, flags=re.MULTILINE) + mark + rest
    path.write_text(text, encoding="utf-8")
    study = load_study(path)
    return study, read_exports(study), doubts


def write(path: Path, codes: Sequence[str], dates: Sequence[str] = ()) -> Path:
    """Write an export with a row per code, and a column of dates if there are any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = ["code", *(["datum"] if dates else []), *ITEMS]
    rows = []
    for number, code in enumerate(codes):
        answers = [str((number * 3 + place * 2 + len(code) + number % 4) % 7) for place in range(len(ITEMS))]
        rows.append([code, *([dates[number]] if dates else []), *answers])
    path.write_text("\n".join(",".join(row) for row in [headers, *rows]) + "\n", encoding="utf-8")
    return path


def list_waves(study: Study) -> list[tuple[str, str]]:
    return [(wave.id, str(wave.date)) for wave in study.waves]


def count(exports: Exports) -> dict[str, int]:
    """Return how many rows each wave has."""
    return {str(wave): int(number) for wave, number in exports.responses["wave"].value_counts(sort=False).items() if number}


def name_people(start: str, number: int = 8) -> list[str]:
    return [f"{start}{place}q{place * 7}" for place in range(number)]


def test_one_form_is_two_measurements_and_no_row_is_lost(tmp_path: Path) -> None:
    study, exports, doubts = propose(tmp_path, [SITUATIONS / "one_form" / "data" / "a.csv"])
    assert list_waves(study) == [("wave_1", "2025-09-16"), ("wave_2", "2026-06-13")]
    assert count(exports) == {"wave_1": 14, "wave_2": 14}
    means = compute_scores(exports.responses, study).query("scale == 'total'").groupby("wave")["score"].mean().round(4).to_dict()
    assert means == {"wave_1": 3.1825, "wave_2": 3.8492}
    assert [doubt for doubt in doubts if "wave_by_date" in doubt]
    assert "CHECK: The dates in ‘Tijdstempel’" in (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
    assert set(exports.findings["severity"]) <= {"tells"}


def test_dates_in_file_names_are_measurements_of_one_school(tmp_path: Path) -> None:
    study, exports, doubts = propose(tmp_path, sorted((SITUATIONS / "new_dated_names").iterdir()))
    assert list_waves(study) == [("wave_2025_09", "2025-09-15"), ("wave_2026_06", "2026-06-15")]
    assert [school.id for school in study.schools] == ["school1"]
    assert count(exports) == {"wave_2025_09": 14, "wave_2026_06": 14}
    assert sum("[[waves]]" in doubt for doubt in doubts) == 3


def test_files_alike_with_the_same_codes_are_measurements_in_the_order_given(tmp_path: Path) -> None:
    folder = SITUATIONS / "new_same_name"
    study, exports, doubts = propose(tmp_path, [folder / "sept" / "Responses.xlsx", folder / "juni" / "Responses.xlsx"])
    assert [wave.id for wave in study.waves] == ["wave_1", "wave_2"]
    assert [source.wave for source in study.sources] == ["wave_1", "wave_2"]
    assert len(study.schools) == 1
    assert count(exports) == {"wave_1": 14, "wave_2": 14}
    assert any("‘sept/Responses.xlsx’, ‘juni/Responses.xlsx’" in doubt for doubt in doubts)


def test_numbers_of_spss_behind_headers_are_measurements_beside_each_other(tmp_path: Path) -> None:
    study, exports, doubts = propose(tmp_path, [SITUATIONS / "new_wide_numbers" / "wide.csv"])
    assert count(exports) == {"wave_1": 14, "wave_2": 14}
    assert list(study.layouts["wide"].wave_columns) == ["wave_1", "wave_2"]
    assert any("wave_columns" in doubt and ".1" in doubt for doubt in doubts)


@pytest.mark.parametrize(("whole", "waves"), [(True, ["wave_1", "wave_2"]), (False, ["wave_1"])])
def test_numbers_behind_an_underscore_count_where_all_items_have_them(tmp_path: Path, whole: bool, waves: list[str]) -> None:
    headers = [f"{item}_{number}" for number in (1, 2) for item in (ITEMS if whole or number == 1 else ITEMS[:-1])]
    rows = [[f"p{row}", *(str((row + place) % 7) for place in range(len(headers)))] for row in range(6)]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(",".join(row) for row in [["code", *headers], *rows]) + "\n", encoding="utf-8")
    begin_study_from(tmp_path / "mine", [file], "en", TODAY)
    text = (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
    assert re.findall(r'^id = "(wave_\d)"', text, re.MULTILINE) == waves
    assert ("\nwave_columns = " in text) == whole


def test_three_clusters_of_dates_are_three_measurements_over_the_files_of_two_schools(tmp_path: Path) -> None:
    moments = ("2025-01-1", "2025-06-1", "2026-01-1")
    files = [
        write(tmp_path / f"{school}.csv", name_people(school[0]) * 3, [f"{moment}{day}" for moment in moments for day in range(8)])
        for school in ("klaver", "roos")
    ]
    study, exports, _ = propose(tmp_path, files)
    assert list_waves(study) == [("wave_1", "2025-01-13"), ("wave_2", "2025-06-13"), ("wave_3", "2026-01-13")]
    assert [school.id for school in study.schools] == ["klaver", "roos"]
    assert count(exports) == {"wave_1": 16, "wave_2": 16, "wave_3": 16}


def test_dates_apart_are_one_measurement_where_no_code_comes_back(tmp_path: Path) -> None:
    dates = [f"2025-09-1{day}" for day in range(8)] + [f"2026-06-1{day}" for day in range(8)]
    study, _, _ = propose(tmp_path, [write(tmp_path / "a.csv", [*name_people("a"), *name_people("b")], dates)])
    assert [wave.id for wave in study.waves] == ["wave_1"]
    assert not study.layouts["a"].wave_by_date


def test_dates_spread_over_a_year_are_one_measurement(tmp_path: Path) -> None:
    dates = [f"2025-{month:02}-{day}" for month in range(1, 9) for day in (10, 20)]
    study, _, _ = propose(tmp_path, [write(tmp_path / "a.csv", name_people("a") * 2, dates)])
    assert [wave.id for wave in study.waves] == ["wave_1"]


def test_dates_in_the_names_of_folders_tell_measurements_and_files_the_schools(tmp_path: Path) -> None:
    places = [f"{when}/{school}.csv" for when in ("juni 2026", "sept 2025") for school in ("klaver", "roos")]
    files = [write(tmp_path / place, name_people(Path(place).stem[0])) for place in places]
    study, exports, _ = propose(tmp_path, files)
    assert list_waves(study) == [("wave_2025_09", "2025-09-15"), ("wave_2026_06", "2026-06-15")]
    assert [school.id for school in study.schools] == ["klaver", "roos"]
    assert [source.wave for source in study.sources] == ["wave_2026_06", "wave_2026_06", "wave_2025_09", "wave_2025_09"]
    assert count(exports) == {"wave_2025_09": 16, "wave_2026_06": 16}


def test_exports_of_two_days_are_one_measurement_unless_one_name_has_both(tmp_path: Path) -> None:
    names = ("klaver 15-9-2025", "roos 20250916", "klaver 10-6-2026", "roos 20260611")
    study, exports, _ = propose(tmp_path, [write(tmp_path / f"{name}.csv", name_people(name[0])) for name in names])
    assert [school.id for school in study.schools] == ["klaver", "roos"]
    assert count(exports) == {"wave_2025_09": 16, "wave_2026_06": 16}


def test_shared_codes_are_put_in_the_order_of_the_answers_dates(tmp_path: Path) -> None:
    later = write(tmp_path / "x.csv", name_people("a"), [f"2026-06-1{day}" for day in range(8)])
    first = write(tmp_path / "y.csv", name_people("a"), [f"2025-09-1{day}" for day in range(8)])
    study, exports, _ = propose(tmp_path, [later, first])
    assert [(source.file, source.wave) for source in study.sources] == [("data/x.csv", "wave_2"), ("data/y.csv", "wave_1")]
    assert list_waves(study) == [("wave_1", "2025-09-13"), ("wave_2", "2026-06-13")]
    assert count(exports) == {"wave_1": 8, "wave_2": 8}


def test_schools_that_each_count_their_people_stay_schools(tmp_path: Path) -> None:
    codes = [str(number) for number in range(1, 13)]
    study, _, _ = propose(tmp_path, [write(tmp_path / f"{name}.csv", codes) for name in ("klaver", "roos")])
    assert [school.id for school in study.schools] == ["klaver", "roos"]
    assert [wave.id for wave in study.waves] == ["wave_1"]


@pytest.mark.parametrize(
    ("name", "date", "rest"),
    [
        ("2025-09 team", "2025-09", "team"),
        ("team 15-9-2025", "2025-09-15", "team"),
        ("sept 2025", "2025-09", ""),
        ("team_juni2026", "2026-06", "team"),
        ("20250915", "2025-09-15", ""),
        ("klaver 3 maart 2026 (1)", "2026-03-03", "klaver 1"),
        ("groep 7", "", "groep 7"),
        ("2025-13 team", "", "2025 13 team"),
        ("brin 20991301", "", "brin 20991301"),
    ],
)
def test_dates_in_names_are_read_as_people_write_them(name: str, date: str, rest: str) -> None:
    assert split_date(name) == (date, rest)
