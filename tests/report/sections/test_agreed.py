"""Rows E12 and E14: agreed levels as steps, as a grid and in words over dates, without an interval, in both languages."""

from __future__ import annotations

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language
from toolkit.report.sections.agreed import show_agreed

say = make_say("agreed")


def cell(language: Language, level: int) -> str:
    return say(language, "cell", level=str(level), word=say(language, f"level.{level}"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_follows_its_steps_over_dates(language: Language) -> None:
    page = show_row(show_agreed, "E12", language)
    words = read_words(page)
    assert say(language, "heading") in words and say(language, "lead") in words and say(language, "by_team") in words
    assert say(language, "stappen5.name") in words
    picture = read_pictures(page)["agreed-1-figure-1"]
    assert picture.title == say(language, "title", name="School A", now="5", all="5", before="1")
    assert say(language, "caption_steps") in words and {say(language, "first"), say(language, "last")} <= set(picture.words)
    assert f"{say(language, 'stappen5.s1')}: " in picture.description and cell(language, 3) in picture.description
    table = read_tables(page)["agreed-1-table-1"]
    assert [row[0] for row in table] == [say(language, "column_statement"), *(say(language, f"stappen5.s{n}") for n in range(1, 6))]
    assert table[1][1:] == [cell(language, level) for level in (2, 3, 3)]
    assert table[5][1:] == [cell(language, level) for level in (0, 1, 2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_of_all_schools_stand_beside_each_other_and_a_missing_one_says_so(language: Language) -> None:
    table = read_tables(show_row(show_agreed, "E12", language, ""))["agreed-1-table-1"]
    assert [row[0] for row in table] == [say(language, "column_place"), "School A", "School B", "School C"]
    assert table[2][2] == say(language, "not_rated")
    page = show_row(show_agreed, "E12", language, "")
    picture = read_pictures(page)["agreed-1-figure-1"]
    assert picture.title == say(language, "title", name=say(language, "stappen5.s1"), now="3", all="3", before="1")
    assert say(language, "caption_grid") in read_words(page) and {cell(language, 3), say(language, "not_rated")} <= set(picture.words)
    assert f"School B: {table[0][1]} {cell(language, 1)}" in picture.description


@pytest.mark.parametrize("language", LANGUAGES)
def test_safeguards_of_a_partnership_stand_with_what_shows_them_where_marked(language: Language) -> None:
    page = show_row(show_agreed, "E14", language)
    words = read_words(page)
    assert say(language, "waarborgen4.name") in words
    tables = read_tables(page)
    assert len(tables) == 2 and say(language, "table", name=say(language, "partnership")) in words
    assert say(language, "progress", word=say(language, "level.2"), now="6", all="8", before="2") in words
    assert [row[0] for row in tables["agreed-1-table-2"][1:]] == [say(language, f"waarborgen4.w{n}") for n in range(1, 5)]
    what = f"{say(language, 'waarborgen4.w1')}, School A"
    assert say(language, "evidence") in words and say(language, "rests", what=what, words="Beleidsplan 2026, hoofdstuk 3") in words
    across = read_tables(show_row(show_agreed, "E14", language, ""))
    assert [row[0] for row in across["agreed-1-table-1"][1:]] == ["School A", "School B", "School C", say(language, "partnership")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_statements_of_ones_own_on_one_date(language: Language) -> None:
    level = {"kind": "ratings", "moment": "2026-01-10", "first": "Wij delen materiaal", "quantity": "level", "estimate": 3.0}
    page = show_row(show_agreed, "E12", language, "s1", record(level))
    words = read_words(page)
    assert say(language, "no_list") in words and "Wij delen materiaal" in words
    assert say(language, "once", word=say(language, "level.2"), now="1", all="1") in words
    assert show_row(show_agreed, "A15", language).markup == ""


def test_two_schools_that_did_not_agree_to_be_compared_show_no_levels_beside_each_other() -> None:
    level = {"kind": "ratings", "moment": "2026-01-10", "first": "x", "quantity": "level", "estimate": 3.0}
    two = record(level, level | {"school": "s2"})
    assert show_row(show_agreed, "E12", "nl", "", two).markup == ""
    assert show_row(show_agreed, "E12", "nl", "s1", two).markup != ""


def test_many_dates_have_a_table_alone_and_a_level_that_stayed_one_mark() -> None:
    level = {"kind": "ratings", "first": "x", "quantity": "level", "estimate": 2.0}
    many = record(*(level | {"moment": f"2026-01-{day:02}"} for day in range(1, 13)))
    page = show_row(show_agreed, "E12", "nl", "s1", many)
    assert read_pictures(page) == {} and len(read_tables(page)["agreed-1-table-1"][0]) == 13
