"""Cohorts of one study: whose dates are whose, and what a study file says wrong about them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.study.test_study import explain, write
from toolkit.errors import DefinitionError
from toolkit.study.loading import load_study
from toolkit.study.study import Study

WAVES = """
[[waves]]
id = "{id}"
role = "{id}"
dates = {{ {dates} }}
label = {{ nl = "{id}", en = "{id}" }}
"""
BEFORE, AFTER = '"2024" = 2024-09-16, "2025" = 2025-09-15', '"2024" = 2025-06-20, "2025" = 2026-06-19'


def open_cohorts(folder: Path, before: str = BEFORE, after: str = AFTER, school: str = 'cohort = "2025"', more: str = "") -> Study:
    """Return a study whose first school is in the cohort of 2025 and whose second is in that of 2024."""
    path = write(folder, school=school, source='school = "s1"', bottom='[[schools]]\nid = "s2"\nname = "Two"\ncohort = "2024"\n' + more)
    text = path.read_text(encoding="utf-8")
    start, end = text.index("[[waves]]"), text.index("[[schools]]")
    waves = WAVES.format(id="before", dates=before) + WAVES.format(id="after", dates=after)
    path.write_text(text[:start] + waves + text[end:], encoding="utf-8")
    return load_study(path)


def test_cohorts_stand_in_the_order_of_their_first_measurement(tmp_path: Path) -> None:
    study = open_cohorts(tmp_path)
    assert study.cohorts == ("2024", "2025") and [study.find_cohort(id) for id in ("s1", "s2", "s9")] == ["2025", "2024", ""]


def test_a_wave_whose_dates_differ_has_the_earliest_for_all(tmp_path: Path) -> None:
    study = open_cohorts(tmp_path)
    assert [wave.date for wave in study.waves] == [dt.date(2024, 9, 16), dt.date(2025, 6, 20)]
    assert [len(wave.days) for wave in study.waves] == [2, 2]


def test_a_cohort_is_followed_with_its_own_dates_comparisons_and_contacts(tmp_path: Path) -> None:
    more = '[[comparisons]]\nid = "main"\nbefore = "before"\nafter = "after"\nplanned = true\n'
    more += '[[contacts]]\ndate = 2024-10-01\ntype = "training"\ncohort = "2024"\n[[contacts]]\ndate = 2025-10-01\ntype = "training"\n'
    study = open_cohorts(tmp_path, more=more)
    for cohort, dates, contacts in (("2024", ["2024-09-16", "2025-06-20"], 2), ("2025", ["2025-09-15", "2026-06-19"], 1)):
        own = study.follow_cohort(cohort)
        assert [str(wave.date) for wave in own.waves] == dates and [each.id for each in own.planned] == ["main"]
        assert len(own.contacts) == contacts and own.follow_cohort(cohort) == own


def test_a_cohort_that_did_not_hold_a_measurement_does_not_have_it(tmp_path: Path) -> None:
    own = open_cohorts(tmp_path, after='"2024" = 2025-06-20').follow_cohort("2025")
    assert [wave.id for wave in own.waves] == ["before"] and own.planned == () and own.leading is None


def test_without_cohorts_a_study_is_followed_as_it_is(tmp_path: Path) -> None:
    study = load_study(write(tmp_path))
    assert study.cohorts == () and study.follow_cohort("") is study


def test_the_cohort_of_a_study_is_that_of_the_schools_that_name_none(tmp_path: Path) -> None:
    study = load_study(write(tmp_path, top='cohort = "2025"'))
    assert study.cohorts == ("2025",) and study.find_cohort("s1") == "2025"


def test_without_planned_comparisons_each_cohort_has_its_first_wave_with_its_last(tmp_path: Path) -> None:
    later = '[[waves]]\nid = "later"\ndates = { "2024" = 2026-06-20 }\nlabel = { nl = "l", en = "l" }\n'
    open_cohorts(tmp_path)
    path = tmp_path / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[[schools]]", later + "[[schools]]", 1), encoding="utf-8")
    study = load_study(path)
    ends = [(each.id, each.before, each.after) for each in study.planned]
    assert ends == [("before_after", "before", "later"), ("before_to_after", "before", "after")]
    assert [each.id for each in study.follow_cohort("2025").planned] == [ends[1][0]]


@pytest.mark.parametrize(
    ("change", "english", "dutch"),
    [
        ({"school": ""}, "The school ‘s1’ is in no cohort", "De school ‘s1’ hoort bij geen cohort"),
        ({"before": '"2023" = 2024-09-16', "after": AFTER}, "There is no cohort ‘2023’", "Er is geen cohort ‘2023’"),
        ({"before": '"2024" = 2024-09-16', "after": '"2024" = 2025-06-20'}, "No measurement has a date", "Geen meting heeft een datum"),
        ({"after": '"2024" = 2025-06-20, "2025" = 2025-06-19'}, "not in the order of their dates", "niet op volgorde van hun datum"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_wrong_about_cohorts_is_told(tmp_path: Path, change: dict[str, str], english: str, dutch: str, language: str) -> None:
    with pytest.raises(DefinitionError) as told:
        open_cohorts(tmp_path, **change)  # type: ignore[arg-type]
    if language == "nl":
        path = tmp_path / "study.toml"
        path.write_text(path.read_text(encoding="utf-8").replace('["en", "nl"]', '["nl", "en"]'), encoding="utf-8")
        with pytest.raises(DefinitionError) as told:
            load_study(path)
    assert (dutch if language == "nl" else english) in str(told.value)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_two_waves_of_one_role_are_told(tmp_path: Path, language: str) -> None:
    wave = '[[waves]]\nid = "x"\nrole = "before"\ndate = {}\nlabel = {{ nl = "x", en = "x" }}\n'
    told = explain(
        tmp_path,
        waves=wave.format("2026-07-01") + wave.format("2026-08-01").replace('"x"\nrole', '"y"\nrole'),
        first=language,
        second={"en": "nl", "nl": "en"}[language],
    )
    assert {"en": "Two measurements have the role ‘before’", "nl": "Twee metingen hebben de rol ‘before’"}[language] in told
