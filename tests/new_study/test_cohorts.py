"""Cohorts that dates of answers and years in names show, from files to a study that reads every row; and what shows none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest

from tests.two_studies import SHIPPED
from toolkit.languages import Language
from toolkit.new_study.proposal import begin_study_from
from toolkit.responses.exports import Exports, read_exports
from toolkit.study.instruments import load_instrument
from toolkit.study.loading import load_study
from toolkit.study.study import Study

ITEMS = list(load_instrument("energie_own9").columns)
TODAY = dt.date(2026, 7, 1)
SCHOOLS = {"linde": 2024, "eik": 2024, "iep": 2025, "berk": 2025}
COHORTS = {"linde": "2024", "eik": "2024", "iep": "2025", "berk": "2025"}
BOTH = {"before": ["2024-09-16", "2025-09-16"], "after": ["2025-06-18", "2026-06-18"]}


def list_rows(school: str, wave: str, day: str, number: int = 9) -> pd.DataFrame:
    """Return the answers of a school in a wave, given on `day` and the four days after it."""
    days = [str((pd.Timestamp(day) + pd.Timedelta(days=person % 5)).date()) for person in range(number)]
    codes = [f"{school[:2]}{person}q{person * 7}" for person in range(number)]
    answers = {item: [(person * 3 + place * 2 + len(wave)) % 7 for person in range(number)] for place, item in enumerate(ITEMS)}
    return pd.DataFrame({"code": codes, "datum": days, "school": school, "meting": wave} | answers)


def list_moments(after: bool = True) -> list[pd.DataFrame]:
    """Return what four schools sent, two of which began in September 2024 and two a year later; each part is one school and wave."""
    parts = []
    for school, year in SCHOOLS.items():
        parts.append(list_rows(school, "voor", f"{year}-09-14"))
        parts += [list_rows(school, "na", f"{year + 1}-06-16")] if after else []
    return parts


def save(folder: Path, tables: Mapping[str, pd.DataFrame], *without: str) -> list[Path]:
    """Write each table under its name, as a workbook or as text, and return the paths."""
    paths = []
    for name, table in tables.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = table.drop(columns=list(without))
        kept.to_excel(path, index=False) if path.suffix == ".xlsx" else kept.to_csv(path, index=False)
        paths.append(path)
    return paths


def propose(folder: Path, files: Sequence[Path], language: Language = "en", dates: str = "") -> tuple[Study, Exports, tuple[str, ...]]:
    """Return the proposed study of `files`, what it reads, and what is not sure; `dates` are filled in where none were found."""
    _, doubts = begin_study_from(folder / "mine", files, language, TODAY)
    path = folder / "mine" / "study.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    if dates:
        lines = [dates if line.startswith("# dates =") else line for line in lines]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    study = load_study(path)
    return study, read_exports(study), doubts


def list_dates(study: Study) -> dict[str, list[str]]:
    return {str(wave.role): [str(day) for day in wave.dates.values()] for wave in study.waves}


def list_cohorts(study: Study) -> dict[str, str]:
    return {school.id: school.cohort for school in study.schools}


def count(exports: Exports) -> dict[str, int]:
    """Return how many rows each wave has; nothing stops, and nothing is asked about dates."""
    assert "stops" not in set(exports.findings["severity"])
    assert not {"cohort_dates", "cohort_wave", "wave_dates", "wave_between"} & set(exports.findings["code"])
    return exports.responses["wave"].astype(str).value_counts().sort_index().to_dict()


def name_tables(shape: str) -> dict[str, pd.DataFrame]:
    """Return the same answers as the files of one shape."""
    named = [(part, part["school"][0], part["meting"][0], part["datum"][0][:4]) for part in list_moments()]
    return {
        "words in workbooks": {f"{school}_{wave}_{year}.xlsx": part for part, school, wave, year in named},
        "words in text": {f"{year} {wave}meting {school}.csv": part for part, school, wave, year in named},
        "one table": {"alles.csv": pd.concat([part for part, *_ in named])},
        "a table per cohort": {
            f"ronde {name}.xlsx": pd.concat([part for part, school, *_ in named if SCHOOLS[school] == year])
            for name, year in (("een", 2024), ("twee", 2025))
        },
    }[shape]


@pytest.mark.parametrize(
    ("shape", "without", "language"),
    [
        ("words in workbooks", ("school", "meting"), "nl"),
        ("words in text", ("school", "meting"), "en"),
        ("one table", (), "nl"),
        ("one table", ("meting",), "en"),
        ("a table per cohort", ("meting",), "nl"),
        ("a table per cohort", (), "en"),
    ],
)
def test_schools_that_walk_the_same_measurements_a_year_apart_are_cohorts(
    shape: str, without: tuple[str, ...], language: Language, tmp_path: Path
) -> None:
    study, exports, doubts = propose(tmp_path, save(tmp_path, name_tables(shape), *without), language)
    assert list_cohorts(study) == COHORTS and study.cohorts == ("2024", "2025")
    assert list_dates(study) == BOTH
    counted = count(exports)
    assert list(counted.values()) == [36, 36]
    assert [(entry.before, entry.after) for entry in study.comparisons] == [(study.waves[0].id, study.waves[1].id)]
    said = {"nl": "Deze scholen hielden dezelfde metingen in verschillende jaren.", "en": "These schools held the same measurements in"}
    assert any(f"[[schools]] 1 cohort: {said[language]}" in doubt and "2025: ‘iep’, ‘berk’" in doubt for doubt in order(doubts))
    dated = {"nl": "Per cohort", "en": "Per cohort the date is the middle one"}
    assert sum("dates: " in doubt and ("per cohort de middelste" in doubt or dated[language] in doubt) for doubt in doubts) == 2


def order(doubts: Sequence[str]) -> list[str]:
    """Return doubts with the schools of 2025 in the order of the study, whatever that of the files was."""
    return [doubt.replace("‘berk’, ‘iep’", "‘iep’, ‘berk’") for doubt in doubts]


@pytest.mark.parametrize("language", get_args(Language))
def test_a_role_that_follows_from_the_order_only_is_doubted(language: Language, tmp_path: Path) -> None:
    study, _, doubts = propose(tmp_path, save(tmp_path, name_tables("one table"), "meting"), language)
    assert [dict(wave.label) for wave in study.waves] == [{"nl": "voor", "en": "before"}, {"nl": "na", "en": "after"}]
    said = {"nl": "De rol volgt uit de volgorde van de metingen.", "en": "The role follows from the order of the measurements."}
    assert sum(said[language] in doubt and " role: " in doubt for doubt in doubts) == 2
    text = (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
    assert text.count("NAKIJKEN:" if language == "nl" else "CHECK:") == len(doubts)


def test_a_word_that_tells_the_role_leaves_it_sure(tmp_path: Path) -> None:
    _, _, doubts = propose(tmp_path, save(tmp_path, name_tables("one table")))
    assert not [doubt for doubt in doubts if " role: " in doubt]


@pytest.mark.parametrize(
    ("label", "language"),
    [("{school}_{wave}_{year}.csv", "nl"), ("{year}-{next} {wave} {school}.csv", "en"), ("cohort {year}/{wave} {school}.csv", "nl")],
)
def test_years_in_names_are_cohorts_where_no_answer_has_a_date(label: str, language: Language, tmp_path: Path) -> None:
    parts = {}
    for part in list_moments():
        school, wave = part.loc[0, ["school", "meting"]]
        parts[label.format(school=school, wave=wave, year=SCHOOLS[school], next=SCHOOLS[school] + 1)] = part
    files = save(tmp_path, parts, "datum", "school", "meting")
    study, exports, doubts = propose(tmp_path, files, language, 'dates = { "2024" = 2024-09-16, "2025" = 2025-09-16 }')
    assert list_cohorts(study) == COHORTS
    assert sorted(count(exports).values()) == [36, 36]
    said = {
        "nl": ("De jaren in namen van bestanden zijn als cohorten genomen: 2024", "Vul die in voor 2024, 2025."),
        "en": ("The years in names of files were taken as cohorts: 2024", "Fill it in for 2024, 2025."),
    }
    assert sum(said[language][0] in doubt for doubt in doubts) == 1
    assert sum(said[language][1] in doubt and " dates: " in doubt for doubt in doubts) == 2


@pytest.mark.parametrize("language", get_args(Language))
def test_months_in_names_date_the_measurements_of_each_cohort(language: Language, tmp_path: Path) -> None:
    files = save(
        tmp_path, {f"{part['school'][0]} {part['datum'][0][:7]}.csv": part for part in list_moments()}, "datum", "school", "meting"
    )
    study, exports, doubts = propose(tmp_path, files, language)
    assert list_cohorts(study) == COHORTS
    assert list_dates(study) == {"before": ["2024-09-15", "2025-09-15"], "after": ["2025-06-15", "2026-06-15"]}
    assert sorted(count(exports).values()) == [36, 36]
    said = {"nl": "De datums komen uit namen (2024, 2025)", "en": "The dates come from names (2024, 2025)"}
    assert sum(said[language] in doubt and " dates: " in doubt for doubt in doubts) == 2


@pytest.mark.parametrize("language", get_args(Language))
def test_the_shipped_cohorts_are_proposed_as_they_were_made(language: Language, tmp_path: Path) -> None:
    study, exports, doubts = propose(tmp_path, sorted((SHIPPED / "exports").iterdir()), language)
    shipped = load_study(SHIPPED)
    assert list_cohorts(study) == {school.id: school.cohort for school in shipped.schools}
    assert [(wave.id, wave.role, list(wave.dates)) for wave in study.waves] == [(w.id, w.role, list(w.dates)) for w in shipped.waves]
    for mine, own in zip(study.waves, shipped.waves, strict=True):
        assert all(abs((mine.dates[cohort] - own.dates[cohort]).days) <= 10 for cohort in own.dates)
    assert len(exports.responses) == len(read_exports(shipped).responses)
    assert study.outcomes.primary == "uwes9.total"  # not that of uwes17, which one of the cohorts was asked
    assert [(entry.before, entry.after) for entry in study.comparisons] == [("before", "after")]
    said = {"nl": "Van cohort 2025 zijn bij deze meting geen antwoorden.", "en": "There are no answers of cohort 2025 to this measurement."}
    assert next(doubt for doubt in doubts if said[language] in doubt).startswith("[[waves]] 3 dates: ")


def test_a_cohort_that_has_held_its_first_measurement_only_is_one(tmp_path: Path) -> None:
    parts = [part for part in list_moments() if SCHOOLS[part["school"][0]] == 2024 or part["meting"][0] == "voor"]
    study, _, _ = propose(tmp_path, save(tmp_path, {"alles.csv": pd.concat(parts)}, "meting"))
    assert list_cohorts(study) == COHORTS
    assert list_dates(study) == {"before": ["2024-09-16", "2025-09-16"], "after": ["2025-06-18"]}


def test_a_third_moment_of_one_cohort_follows_up_and_four_are_numbered(tmp_path: Path) -> None:
    later = [list_rows(school, "", "2026-02-02") for school in ("linde", "eik")]
    study, exports, _ = propose(tmp_path / "three", save(tmp_path, {"alles.csv": pd.concat([*list_moments(), *later])}, "meting"))
    assert [(wave.id, wave.role, wave.label["nl"], list(wave.dates)) for wave in study.waves] == [
        ("before", "before", "voor", ["2024", "2025"]),
        ("after", "after", "na", ["2024", "2025"]),
        ("follow_up", "follow_up", "later", ["2024"]),
    ]
    assert count(exports) == {"after": 36, "before": 36, "follow_up": 18}
    days = ("2023-01-10", "2023-04-10", "2023-07-10", "2023-10-10")
    parts = [list_rows("linde", "", day) for day in days] + [list_rows("iep", "", day.replace("2023", "2024")) for day in days]
    study, exports, _ = propose(tmp_path / "four", save(tmp_path, {"vier.csv": pd.concat(parts)}, "meting"))
    assert [wave.role for wave in study.waves] == [1, 2, 3, 4] and list(count(exports).values()) == [18] * 4


def test_measurements_beside_each_other_in_a_file_per_cohort_are_cohorts_by_the_year_in_its_name(tmp_path: Path) -> None:
    tables = {}
    for year in (2024, 2025):
        parts = [pd.concat([list_rows(s, w, "2024-09-14") for s, own in SCHOOLS.items() if own == year]) for w in ("voor", "na")]
        first, second = (
            part.set_index(["code", "school"])[ITEMS].add_prefix(f"{wave}_") for wave, part in zip(("voor", "na"), parts, strict=True)
        )
        tables[f"cohort {year}.csv"] = first.join(second).reset_index()
    study, exports, _ = propose(tmp_path, save(tmp_path, tables), dates='dates = { "2024" = 2024-09-16, "2025" = 2025-09-16 }')
    assert list_cohorts(study) == COHORTS and [wave.role for wave in study.waves] == ["before", "after"]
    assert sorted(count(exports).values()) == [36, 36]


def test_cohorts_that_begin_in_one_year_are_named_by_their_month(tmp_path: Path) -> None:
    parts = [list_rows("linde", "voor", "2025-01-14"), list_rows("linde", "na", "2025-06-10")]
    parts += [list_rows("iep", "voor", "2025-09-14"), list_rows("iep", "na", "2026-02-10")]
    study, _, _ = propose(tmp_path, save(tmp_path, {"alles.csv": pd.concat(parts)}))
    assert list_cohorts(study) == {"linde": "2025-01", "iep": "2025-09"}


@pytest.mark.parametrize("language", get_args(Language))
def test_a_school_of_which_no_answer_has_a_date_is_asked_about(language: Language, tmp_path: Path) -> None:
    undated = [list_rows("es", wave, "2025-01-01").assign(datum="") for wave in ("voor", "na")]
    files = save(tmp_path, {"alles.csv": pd.concat([*list_moments(), *undated])})
    _, doubts = begin_study_from(tmp_path / "mine", files, language, TODAY)
    said = {"nl": "Van ‘es’ is niet bekend bij welk cohort die hoort.", "en": "It is not known to which cohort ‘es’ belongs."}
    assert next(doubt for doubt in doubts if said[language] in doubt).startswith("[[schools]] 5 cohort: ")
    assert "\n# cohort =" in (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")


def list_without() -> dict[str, list[pd.DataFrame]]:
    """Return answers that show no cohorts, by what they are."""
    one = [list_rows(school, wave, day) for school in SCHOOLS for wave, day in (("voor", "2024-09-14"), ("na", "2025-06-16"))]
    yearly = ("2022-09-14", "2023-09-14", "2024-09-14")
    waves = [list_rows(school, f"meting {n}", day) for school in ("linde", "eik") for n, day in enumerate(yearly, 1)]
    return {
        "one period": one,
        "a school that was ten weeks late": [list_rows("es", "voor", "2024-11-25"), *one],
        "a school that came later to yearly measurements": [*waves, *(list_rows("iep", f"meting {n}", yearly[n - 1]) for n in (2, 3))],
        "a school that missed the first": [*one, list_rows("es", "na", "2025-06-17")],
        "a school that walked twice under one name": [
            *list_moments(),
            list_rows("linde", "voor", "2025-09-14"),
        ],
    }


@pytest.mark.parametrize("what", list_without())
def test_nothing_is_proposed_where_nothing_shows_cohorts(what: str, tmp_path: Path) -> None:
    for number, without in enumerate(((), ("meting",))):
        begin_study_from(tmp_path / f"mine{number}", save(tmp_path, {"alles.csv": pd.concat(list_without()[what])}, *without), "en", TODAY)
        text = (tmp_path / f"mine{number}" / "study.toml").read_text(encoding="utf-8")
        assert "\ncohort = " not in text and "\ndates = " not in text and "\nrole = " not in text, without


def test_a_measurement_that_is_the_last_of_one_cohort_and_the_first_of_another_shows_none(tmp_path: Path) -> None:
    parts = [*list_moments(), *(list_rows(school, "later", "2025-09-14") for school in ("linde", "eik"))]
    begin_study_from(tmp_path / "mine", save(tmp_path, {"alles.csv": pd.concat(parts)}, "meting"), "en", TODAY)
    assert "\ncohort = " not in (tmp_path / "mine" / "study.toml").read_text(encoding="utf-8")
