"""Cohorts of one study and of several: their names and order, what is compared, what they share, and what can't be compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.two_studies import SHIPPED, write_cohort_studies
from toolkit.errors import DefinitionError
from toolkit.study.cohorts import check_cohorts, choose_primary, list_cohorts, list_differing, list_outcomes, list_shared
from toolkit.study.loading import load_study
from toolkit.study.study import Outcome, Study

VITALITY = Outcome(instrument="uwes9", scale="total")


@pytest.fixture
def two(tmp_path: Path) -> tuple[Study, Study]:
    first, second = write_cohort_studies(tmp_path)
    return load_study(first), load_study(second)


def rewrite(study: Study, *changes: tuple[str, str]) -> Study:
    """Return a study after changes in its file."""
    path = study.folder / study.file
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load_study(path)


def test_cohorts_stand_in_the_order_of_their_start_and_hold_their_schools(two: tuple[Study, Study]) -> None:
    for studies in ([load_study(SHIPPED)], [*two], [two[1], two[0]]):
        cohorts = list_cohorts(studies)
        assert [cohort.name for cohort in cohorts] == ["2024", "2025"]
        assert [cohort.codes for cohort in cohorts] == [("s1", "s2", "s3", "s4"), ("s5", "s6", "s7", "s8")]


def test_a_study_without_a_cohort_has_its_id_and_a_name_of_two_studies_is_told_apart(two: tuple[Study, Study]) -> None:
    first, second = two
    assert [c.name for c in list_cohorts([rewrite(first, ('cohort = "2024"\n', "")), second])] == ["cohort_2024", "2025"]
    assert [c.name for c in list_cohorts([first, rewrite(second, ('cohort = "2025"', 'cohort = "2024"'))])] == [
        "cohort_2024 2024",
        "cohort_2025 2024",
    ]


def test_the_waves_with_the_roles_before_and_after_are_compared(two: tuple[Study, Study]) -> None:
    (cohort,) = list_cohorts([two[0]])
    assert cohort.comparison is not None
    assert (cohort.comparison.before, cohort.comparison.after) == ("before", "after")
    assert [round(cohort.count_months(wave.id), 1) for wave in cohort.study.waves] == [0.0, 9.0, 16.6]


def test_without_roles_the_comparison_that_leads_counts(two: tuple[Study, Study]) -> None:
    bare = rewrite(two[1], ('role = "before"\n', ""), ('role = "after"\n', ""))
    (cohort,) = list_cohorts([bare])
    assert cohort.comparison == bare.leading


def test_a_shorter_version_is_shared_and_leads_where_the_longer_one_is_not(two: tuple[Study, Study]) -> None:
    cohorts = list_cohorts(two)
    shared = list_shared(cohorts)
    assert VITALITY in shared and not any(outcome.instrument == "uwes17" for outcome in shared)
    assert choose_primary(cohorts) == VITALITY and list_outcomes(cohorts)[0] == VITALITY
    assert "uwes17" in list_differing(cohorts) and "plg12" not in list_differing(cohorts)


def test_an_instrument_that_is_answered_otherwise_is_not_shared(two: tuple[Study, Study]) -> None:
    source = (Path(__file__).parents[2] / "toolkit" / "instruments" / "plg12.toml").read_text(encoding="utf-8")
    (two[1].folder / "instruments").mkdir()
    assert "max = 5" in source
    (two[1].folder / "instruments" / "plg12.toml").write_text(source.replace("max = 5", "max = 7"), encoding="utf-8")
    cohorts = list_cohorts([two[0], load_study(two[1].folder)])
    assert not any(outcome.instrument == "plg12" for outcome in list_shared(cohorts)) and "plg12" in list_differing(cohorts)


SAME = {"en": "Two studies are called ‘cohort_2024’.", "nl": "Twee onderzoeken heten ‘cohort_2024’."}
ONE = {"en": "There is nothing to put side by side", "nl": "Er is niets om naast elkaar te zetten"}
NOTHING = {"en": "The cohorts have no scale in common", "nl": "De cohorten hebben geen schaal gemeen"}
OVERLAP = {
    "en": "The measurement of 16 June 2025 at ‘De Ronde Hoek’ is in two cohorts: 2024 and 2025.",
    "nl": "De meting van 16 juni 2025 van ‘De Ronde Hoek’ staat in twee cohorten: 2024 en 2025.",
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_can_not_be_compared_is_said(two: tuple[Study, Study], language: str) -> None:
    first = rewrite(two[0], ('languages = ["nl", "en"]', f'languages = ["{language}", "{"en" if language == "nl" else "nl"}"]'))
    other = rewrite(two[1], ("date = 2025-09-15", "date = 2025-06-16"), ('name = "Het Dertiende Uur"', 'name = "de ronde hoek "'))
    alone = rewrite_instruments(two[1])
    for studies, told in (([first, first], SAME), ([first], ONE), ([first, other], OVERLAP), ([first, alone], NOTHING)):
        with pytest.raises(DefinitionError) as caught:
            check_cohorts(studies)
        assert told[language] in str(caught.value)


def rewrite_instruments(study: Study) -> Study:
    """Return the study with one instrument that no other has."""
    made = study.model_copy(update={"instrument_ids": ("cijfer1",), "id": "other"})
    made.__dict__.pop("instruments", None)
    made.__dict__.pop("scored_instruments", None)
    return made.model_copy(update={"waves": tuple(w.model_copy(update={"date": w.date.replace(year=2030)}) for w in made.waves)})


def test_cohorts_that_share_a_scale_are_fit_to_compare(two: tuple[Study, Study]) -> None:
    check_cohorts(two)
    check_cohorts([load_study(SHIPPED)])
