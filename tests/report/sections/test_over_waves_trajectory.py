"""The strip of the trajectory on the page of a school: with two measurements too, its dates in a table beneath."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.reading import read_pictures, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.report.sections.over_waves import show_over_waves, show_trajectory
from toolkit.results.rows import make_row
from toolkit.schemas import RECORDED

MEETING = '[[contacts]]\ndate = 2025-10-01\ntype = "training"\ntitle = "Samen kijken"\n'
LATER = '[[contacts]]\ndate = 2026-01-15\ntype = "mt"\n'


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("nl", "1 bijeenkomst, op 1 oktober 2025", "2 bijeenkomsten, van 1 oktober 2025 tot en met 15 januari 2026"),
        ("en", "1 meeting, on 1 October 2025", "2 meetings, from 1 October 2025 to 15 January 2026"),
    ],
)
def test_the_meetings_and_the_measurements_stand_in_a_figure_and_its_table(open_school, language: str, one: str, two: str):
    assert read_pictures(show_trajectory(open_school(language, extra=MEETING)))["course-meetings"].title == one
    picture = read_pictures(show_trajectory(open_school(language, extra=MEETING + LATER)))["course-meetings"]
    assert picture.title == two
    assert len(picture.table) == 5 and picture.table[2][2] == "Samen kijken"
    assert one.split()[-1] in picture.table[1][0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nl", ("training: 2, van 1 oktober 2025 tot en met 5 november 2025", "15 januari 2026", "15 september 2025")),
        ("en", ("training: 2, from 1 October 2025 to 5 November 2025", "15 January 2026", "15 September 2025")),
    ],
)
def test_who_hears_the_figure_hears_the_days_of_each_kind_and_of_the_measurements(open_school, language: str, told: tuple[str, ...]):
    third = MEETING.replace("2025-10-01", "2025-11-05")
    heard = read_pictures(show_trajectory(open_school(language, extra=MEETING + LATER + third)))["course-meetings"].description
    assert [words for words in told if words not in heard] == []


@pytest.mark.parametrize(("language", "heading"), [("nl", "Het traject"), ("en", "The trajectory")])
def test_it_stands_once_on_the_page_of_a_school(open_school, language: str, heading: str):
    view = open_school(language, extra=MEETING)
    page = show_trajectory(view)
    assert read_words(page).startswith(heading) and view.text.say("course.caption_contacts") in read_words(page)
    assert show_over_waves(view).markup == ""


def test_without_meetings_there_is_nothing(open_school):
    assert show_trajectory(open_school()).markup == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_contacts_of_a_file_stand_there_too_if_they_were_for_all_or_for_the_school(open_school, language: str):
    view = open_school(language, extra=MEETING)
    named = [("", "2025-11-05", "voor iedereen"), ("s1", "2025-11-06", "voor ons"), ("s2", "2025-11-07", "voor een ander")]
    where = {"kind": "contacts", "first": "coaching", "second": ""}
    rows = [make_row(where | {"school": s, "moment": day, "words": title}, "contact", 1, 0, "as given") for s, day, title in named]
    told = replace(view, results=replace(view.results, recorded=RECORDED.collect(rows)))
    picture = read_pictures(show_trajectory(told))["course-meetings"]
    titles = {row[2] for row in picture.table}
    assert {"Samen kijken", "voor iedereen", "voor ons"} <= titles and "voor een ander" not in titles


@pytest.mark.parametrize(
    ("language", "told", "kind"),
    [
        (
            "nl",
            "Alle bijeenkomsten samen duurden 12,5 uur. Ze kostten 4.950 euro: 160 euro per persoon die bij ‘voor’ antwoordde.",
            "anders",
        ),
        ("en", "All meetings together took 12.5 hours. They cost 4,950 euros: 160 per person who answered at ‘before’.", "other"),
    ],
)
def test_what_meetings_took_stands_on_the_page_on_all_schools_per_person_and_a_workshop_has_its_mark(language: str, told: str, kind: str):
    page = show_over_waves(open_row("A16", language))  # type: ignore[arg-type]
    assert told in read_words(page)  # 4,950 / 31 people
    assert ["2 december 2025", kind, "Drumworkshop"] in [[cell.lower() if n == 0 else cell for n, cell in enumerate(row)]
                                                         for row in read_pictures(page)["course-meetings"].table]  # fmt: skip
    own = read_words(show_trajectory(open_row("A16", language, "s2")))  # type: ignore[arg-type]
    assert "4.950" not in own and "4,950" not in own
