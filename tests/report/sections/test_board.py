"""The page of a board: its own schools in the order of their codes, all schools as a mean, and nothing about a school of another."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.test_numbers_agree import find_numbers, list_allowed
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html, join
from toolkit.report.sections.board import show_board_factors, show_board_findings, show_board_schools
from toolkit.report.sections.method import show_short_method
from toolkit.report.sections.page_frame import show_title
from toolkit.report.sections.participation import show_participation
from toolkit.results.disclosure.audiences import take_board

PARTS = (show_title, show_board_findings, show_participation, show_board_schools, show_board_factors, show_short_method)


def open_board(view: View, own: int, agreed: bool = False) -> View:
    """Return the view of the board 'North', which has the first `own` schools of the study."""
    levels = view.results.levels
    means = levels[(levels["school"] == "s1") & (levels["instrument"] == "plg12") & (levels["quantity"] == "mean")].assign(school="")
    results = replace(view.results, levels=pd.concat([levels, means], ignore_index=True))
    schools = [s.model_dump() | {"board": "North" if number < own else "South"} for number, s in enumerate(view.study.schools)]
    pairs = [{"first": "s1", "second": "s2", "agreed": True}] if agreed else []
    study = view.study.model_validate(view.study.model_dump(by_alias=True) | {"schools": schools, "pairs": pairs})
    return replace(view, study=study, results=take_board(results, study, "North"), board="North")


def show(view: View) -> Html:
    return join(part(view) for part in PARTS)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_board_reads_its_own_schools_beside_the_mean_of_all_and_no_other_school(open_cohort, language: str):
    view = open_board(open_cohort(language, schools=9), 4)
    words = show(view).markup
    assert all(f"School {number}<" in words for number in (1, 2, 3, 4))
    assert not any(f"School {number}" in words for number in (5, 6, 7, 8, 9))
    found = find_numbers(join(part(view) for part in PARTS[:-1]), language)
    assert len(found) > 20
    assert found <= list_allowed(view)


def test_schools_stand_in_the_order_of_their_codes_below_the_average(open_cohort):
    picture = read_pictures(show_board_schools(open_board(open_cohort("en", schools=9), 4)))["schools-change"]
    assert [row[0] for row in picture.table[1:]] == ["School 1", "School 2", "School 3", "School 4"]
    assert picture.description.startswith("Engagement") and "On average" in picture.description


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Het onderzoek gaat over 9 scholen; 1 daarvan is van North."),
        ("en", "The study covers 9 schools; 1 of them belongs to North."),
    ],
)
def test_a_board_of_one_school_is_said_to_have_one(open_cohort, language: str, sentence: str):
    assert sentence in read_words(show_board_findings(open_board(open_cohort(language, schools=9), 1)))


def test_the_box_counts_own_schools_and_says_so(open_cohort):
    words = read_words(show_board_findings(open_board(open_cohort("en", schools=9), 4)))
    assert "The study covers 9 schools; 4 of them belong to North." in words
    assert words.index("Engagement rose in 2 of") < words.index("These numbers cover only the schools of this board.")
    assert "without a comparison group" in words


@pytest.mark.parametrize(("own", "agreed", "beside"), [(3, False, True), (2, False, False), (2, True, True), (1, False, False)])
def test_schools_stand_side_by_side_from_three_on_or_when_two_agreed(open_cohort, own: int, agreed: bool, beside: bool):
    view = open_board(open_cohort("en", schools=9), own, agreed)
    page = show_board_schools(view)
    assert ("schools-change" in read_pictures(page)) is beside
    assert ("once three can be shown" in read_words(page)) is not beside
    assert ("These numbers" in read_words(show_board_findings(view))) is beside
    assert ("School 1" in read_words(page)) is beside


@pytest.mark.parametrize(
    ("language", "average", "factors", "hidden"),
    [
        (
            "nl",
            "Het gemiddelde over alle scholen staat hier niet. Daarvoor moeten minstens 3 andere scholen te tonen zijn.",
            "De sleutelfactoren De gemiddelden over alle scholen staan hier niet.",
            "verborgen",
        ),
        (
            "en",
            "The average over all schools is not shown here. That takes at least 3 other schools that can be shown.",
            "The key factors The means over all schools are not shown here.",
            "hidden",
        ),
    ],
)
def test_where_the_mean_of_all_would_tell_of_one_other_school_it_is_not_there(open_cohort, language, average, factors, hidden):
    view = open_board(open_cohort(language, schools=6), 4)  # of the two others one is hidden
    words = read_words(show(view))
    assert average in words and factors in words
    assert "On average" not in words and "Gemiddeld over" not in words and "factors-" not in show(view).markup
    rows = read_tables(show_participation(view))["who-schools"]
    assert rows[-1][1:] == [hidden] * (len(rows[0]) - 1)
    shrunken = [row[3] for row in read_pictures(show_board_schools(view))["schools-change"].table[1:]]
    assert set(shrunken) == {hidden}


def test_key_factors_stand_as_means_over_all_schools_and_never_per_school(open_cohort):
    page = show_board_factors(open_board(open_cohort("en", schools=9), 4))
    assert read_pictures(page)
    assert not [number for number in range(1, 10) if f"School {number}" in page.markup]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_school_is_ranked(open_cohort, language: str):
    words = read_words(show(open_board(open_cohort(language, schools=9), 4))).lower()
    assert not [word for word in ("beste", "slechtste", "rang", "best", "worst", "rank") if f" {word} " in words]


def test_the_short_method_says_what_is_hidden_for_a_board(open_cohort):
    view = open_board(open_cohort("en", schools=9), 4)
    words = read_words(show_short_method(view))
    assert view.text.say("board.rule", count=3) in words and "at least 3" in view.text.say("board.rule", count=3)
    assert "The report on all schools says more" in words


def test_hidden_own_schools_stay_hidden(open_cohort):
    view = open_board(open_cohort("en", schools=9, alter=lambda made: _hide(made, "s1")), 4)
    picture = read_pictures(show_board_schools(view))["schools-change"]
    assert picture.table[-1][0] == "School 1" and set(picture.table[-1][1:]) == {"hidden (fewer than 5)"}
    assert "School 1" not in picture.words


def _hide(made: MadeResults, school: str) -> None:
    for table in ("participation", "levels", "change"):
        made.hide(table, {"school": school})


@pytest.mark.parametrize(
    ("language", "row"),
    [("nl", "Alle scholen van het onderzoek die getoond mogen worden"), ("en", "All schools of the study that may be shown")],
)
def test_the_count_of_all_people_is_not_taken_for_the_sum_of_the_own_schools(open_cohort, language: str, row: str):
    view = open_cohort(language, schools=9)
    table = read_tables(show_participation(open_board(view, 4)))["who-schools"]
    assert table[-1][0] == row
    assert row not in read_words(show_participation(view))
