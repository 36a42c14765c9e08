"""Occasions on the summary of a school and on the page of a board: in a sentence per questionnaire (row A11)."""

from __future__ import annotations

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.rows import LANGUAGES, estimate, open_row
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.sections.occasions import list_occasion_sentences, show_board_occasions, show_occasions
from toolkit.report.sections.summary import show_summary_evidence
from toolkit.results.disclosure.audiences import TAKEN_OUT, take_board


def open_board(language: Language, own: int) -> View:
    """Return the view of the board 'North', which has the first `own` of the six schools."""
    study, results = estimate("A11")
    schools = tuple(s.model_copy(update={"board": "North" if place < own else "South"}) for place, s in enumerate(study.schools))
    boarded = study.model_copy(update={"schools": schools})
    return View(boarded, take_board(results, boarded, "North"), load_text(language), board="North")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_says_between_which_means_the_sessions_lay_as_the_report_does(language: Language) -> None:
    view = open_row("A11", language, "s1")
    told = [sentence.replace("\u00a0", " ") for sentence in list_occasion_sentences(view)]
    words = read_words(show_summary_evidence(view)).replace("\u00a0", " ")
    report = read_words(show_occasions(view)).replace("\u00a0", " ")
    assert len(told) == 2 and all(sentence in words for sentence in told)
    assert all(sentence.split(". ", 1)[1].removesuffix(".") in report for sentence in told)
    without = open_row("E15", language, "s1")
    assert load_text(language).say("occasions.heading") not in read_words(show_summary_evidence(without))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_reads_means_over_all_schools_and_no_group(language: Language) -> None:
    view = open_board(language, 3)
    page = show_board_occasions(view)
    words = read_words(page).replace("\u00a0", " ")
    assert load_text(language).say("occasions.lead_board") in words
    assert all(sentence.replace("\u00a0", " ") in words for sentence in list_occasion_sentences(view))
    assert set(read_tables(page)) == {"occasions-trainingseval-table", "occasions-trainingscijfer1-table"}
    assert not any(view.text.pick(group.label) in words for group in view.study.groups)


def test_a_board_reads_no_mean_that_would_tell_it_of_one_or_two_other_schools() -> None:
    view = open_board("en", 4)
    levels = view.results.levels.query("school == '' and wave == 'd1'")
    assert set(levels["method"]) == {TAKEN_OUT} and not show_board_occasions(view).markup
