"""Rows A1, A11, B3, B5 and C8: who came as a strip per school and group with its table, in both languages; never who, and none of a few."""

from __future__ import annotations

import re

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.attendance import show_attendance

say = make_say("attendance")


def hidden(language: Language) -> str:
    return load_text(language).say("empty.protected")


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_of_a_school_stand_below_it_and_a_small_one_does_not_follow(language: Language) -> None:
    page = show_row(show_attendance, "A1", language)
    words = read_words(page)
    assert say(language, "heading") in words and say(language, "lead", floor="5") in words and say(language, "more") in words
    assert say(language, "title", low="79%") in words and say(language, "dose_note") in words
    assert not re.search(r"\bp\d\d\d\b", page.markup)
    picture = read_pictures(page)["attendance-strip"]
    assert {"19/24", "24/24", "10/10", "5/10"} <= set(picture.words) and "4/4" not in picture.words
    assert f"{say(language, 'whole_school')}: Samen kijken" in picture.description and hidden(language) in picture.description
    table = read_tables(page)["attendance-table"]
    assert table[0] == [say(language, f"column_{name}") for name in ("contact", "who", "present")]
    shown = {row[1] for row in table[1:] if row[2] != hidden(language)}
    assert shown == {say(language, "whole_school"), "Noord"} and {row[1] for row in table[1:]} > {"Zuid", "Midden"}
    doses = read_tables(page)["attendance-dose"]
    assert doses[0] == [say(language, f"column_{name}") for name in ("who", "contacts", "share", "hours")]
    decimal = {"nl": ",", "en": "."}[language]
    assert doses[1:] == [[say(language, "whole_school"), "4", "79%", f"9{decimal}7"], ["Noord", "4", "88%", f"11{decimal}0"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_schools_stand_beside_each_other_in_their_order_with_all_of_them_in_the_table(language: Language) -> None:
    page = show_row(show_attendance, "A1", language, "")
    assert say(language, "title_between", low="63%", high="100%") in read_words(page)
    picture = read_pictures(page)["attendance-strip"]
    assert say(language, "number_only") in picture.words and load_text(language).say("heat.open") in picture.words
    assert "School F" in picture.words and say(language, "all_shown") not in picture.words
    table = read_tables(page)["attendance-table"]
    assert list(dict.fromkeys(row[1] for row in table[1:])) == [*(f"School {name}" for name in "ABCDEF"), say(language, "all_shown")]
    assert [row[2] for row in table if row[1] == say(language, "all_shown")][2] == say(language, "of", size="45", all="60")
    assert [row[1:3] for row in read_tables(page)["attendance-dose"]][-1] == ["3", "100%"]  # of the fourth one person stayed away


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_not_coached_yet_has_a_dash_and_a_contact_without_a_title_its_kind(language: Language) -> None:
    page = show_row(show_attendance, "B3", language)
    picture = read_pictures(page)["attendance-strip"]
    assert picture.words.count("–") == 1
    coaching = load_text(language).say("course.kind.coaching")
    assert (
        say(language, "contact", title=coaching, date={"nl": "3 februari 2026", "en": "3 February 2026"}[language]) in picture.description
    )
    assert len(read_tables(page)["attendance-dose"][0]) == 3  # nobody wrote hours down


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_schools_that_did_not_agree_have_neither_a_count_nor_what_they_got_beside_each_other(language: Language) -> None:
    page = show_row(show_attendance, "B3", language, "")
    rows = [row for row in read_tables(page)["attendance-table"] if row[0].startswith(load_text(language).say("course.kind.coaching"))]
    assert {row[2] for row in rows} == {load_text(language).say("compare.hidden")} and len(rows) == 3
    assert [row[0] for row in read_tables(page)["attendance-dose"][1:]] == ["School C"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_course_with_counts_says_between_which_numbers_people_came(language: Language) -> None:
    page = show_row(show_attendance, "C8", language)
    assert say(language, "title_count_between", low="6", high="8") in read_words(page)
    assert "attendance-dose" not in read_tables(page)
    once = {"kind": "attendance", "moment": "2025-10-07", "quantity": "present", "estimate": 8.0}
    words = read_words(show_row(show_attendance, "C8", language, "s1", record(once)))
    assert say(language, "title_count", low="8") in words and {"nl": "7 oktober 2025", "en": "7 October 2025"}[language] in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_came_to_each_session_stands_beside_what_they_thought_of_it(language: Language) -> None:
    """Row A11: sessions are occasions, and the contacts of those days."""
    picture = read_pictures(show_row(show_attendance, "A11", language, "s2"))["attendance-strip"]
    assert {"10/10", "5/10"} <= set(picture.words) and "Dagdeel 2" in picture.description
    assert [row[2] for row in picture.table[1:]] == [say(language, "of", size=size, all="10") for size in ("10", "5", "10", "10")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_count_may_be_told_the_page_says_so(language: Language) -> None:
    blank = {"kind": "attendance", "moment": "2025-10-07", "quantity": "present", "state": "hidden", "estimate": float("nan")}
    page = show_row(show_attendance, "C8", language, "s1", record(blank))
    assert say(language, "nothing") in read_words(page) and not read_tables(page)


def test_counts_over_the_schools_alone_are_drawn_and_without_attendance_there_is_nothing() -> None:
    total = {"kind": "attendance", "school": "", "moment": "2025-10-07", "quantity": "present", "estimate": 8.0}
    page = show_row(show_attendance, "C8", "en", "", record(total))
    assert {"the schools shown,", "8"} <= set(read_pictures(page)["attendance-strip"].words)
    assert show_row(show_attendance, "E12", "nl").markup == ""
