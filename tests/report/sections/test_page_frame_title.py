"""The title of a page: whose it is, of when, in what state, and that invented data are invented."""

from __future__ import annotations

import pytest

from tests.report.reading import parse, read_words
from tests.two_studies import SHIPPED
from toolkit.languages import Language, load_text
from toolkit.report.sections.page_frame import show_title
from toolkit.report.sections.study_frame import show_study
from toolkit.study.loading import load_study


@pytest.mark.parametrize(
    ("language", "title", "waves", "state"),
    [
        ("nl", "Rapport over School 1", "Gemeten op 15 september 2025 en 1 juni 2026", "Concept van 30 juni 2026"),
        (
            "en",
            "School report School 1",
            "Measured on 15 September 2025 and 1 June 2026",
            "Draft of 30 June 2026",
        ),
    ],
)
def test_the_title_names_school_waves_state_and_contact(open_school, language: str, title: str, waves: str, state: str):
    page = show_title(open_school(language))
    headings = [element for element in parse(page).iter() if element.tag == "h1"]
    assert ["".join(heading.itertext()) for heading in headings] == [title]
    words = read_words(page)
    assert waves in words and state in words and "De onderzoeker" in words


@pytest.mark.parametrize(("language", "words"), [("nl", "Definitief, 30 juni 2026"), ("en", "Final, 30 June 2026")])
def test_a_final_report_says_so(open_school, language: str, words: str):
    assert words in read_words(show_title(open_school(language, settings='state = "final"')))


@pytest.mark.parametrize(("language", "banner"), [("nl", "Verzonnen gegevens"), ("en", "Invented data")])
def test_invented_data_carry_a_banner_and_real_data_do_not(open_school, language: str, banner: str):
    assert banner in read_words(show_title(open_school(language, settings="invented = true")))
    assert banner not in read_words(show_title(open_school(language)))


@pytest.mark.parametrize(("language", "title"), [("nl", "Rapport over alle scholen"), ("en", "Report on all schools")])
def test_the_page_across_schools_has_its_own_title(open_cohort, language: str, title: str):
    assert read_words(show_title(open_cohort(language))).startswith(title)


def test_a_name_is_shown_as_it_was_typed_and_does_nothing_else(open_school):
    view = open_school()
    name = '<script>alert("1")</script> & {x} $y$'
    school = view.study.schools[0].model_copy(update={"name": name})
    odd = view.study.model_copy(update={"schools": (school,)})
    page = show_title(type(view)(odd, view.results, view.text, "s1"))
    assert "<script" not in page.markup
    assert read_words(page).startswith(f"Rapport over {name}")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("nl", "Metingen cohort 2024 voor de start (16 september 2024)", "Metingen cohort 2025 voor de start (15 september 2025)"),
        (
            "en",
            "Measurements, cohort 2024 before the start (16 September 2024)",
            "Measurements, cohort 2025 before the start (15 September 2025)",
        ),
    ],
)
def test_a_page_on_several_cohorts_names_the_dates_of_each(language: Language, first: str, second: str):
    words = read_words(show_study(load_study(SHIPPED), load_text(language)))
    assert first in words and second in words
