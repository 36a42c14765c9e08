"""The terms of a page: those it uses, each once, in one or a few short sentences."""

from __future__ import annotations

import pytest

from tests.report.reading import read_words
from tests.report.rows import open_row
from toolkit.languages import Language, load_text
from toolkit.report.content.sentences import list_terms
from toolkit.report.sections.page_frame import show_terms


@pytest.mark.parametrize("language", ["nl", "en"])
def test_terms_stand_in_order_and_once(open_school, open_cohort, language: str):
    for view in (open_school(language), open_cohort(language)):
        names = [name for name, _ in list_terms(view)]
        assert names == sorted(names, key=str.casefold) and len(names) == len(set(names)) and len(names) >= 10


def test_each_page_explains_what_it_uses(open_school, open_cohort):
    school, cohort = read_words(show_terms(open_school())), read_words(show_terms(open_cohort()))
    assert "Effectgrootte (g)" in school and "Effectgrootte (g)" not in cohort
    assert "Spreiding tussen scholen" in cohort and "Spreiding tussen scholen" not in school
    assert "Bevlogenheid (UWES" not in school and "energiek, toegewijd en verdiept" in school


@pytest.mark.parametrize(("extra", "there"), [("[smallest_change]\nuwes9 = 0.3", True), ("", False)])
def test_the_smallest_change_is_explained_where_the_study_has_one(open_school, extra: str, there: bool):
    assert ("Kleinste verandering die ertoe doet" in read_words(show_terms(open_school(extra=extra)))) is there


@pytest.mark.parametrize("language", ["nl", "en"])
def test_where_factors_were_asked_the_page_says_what_a_learning_community_is(language: Language) -> None:
    """Row E9."""
    said = load_text(language).say("terms.community.name"), load_text(language).say("terms.community.says")
    for row, there in (("E4", True), ("E1", False)):
        for school in ("s1", ""):
            assert (said in list_terms(open_row(row, language, school))) is there
