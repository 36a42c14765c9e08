"""Row A5: how many people have which type of a test, in both languages; never a score, and nobody's own type."""

from __future__ import annotations

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.profiles import show_profiles

say = make_say("profiles")


def count(**more: object) -> dict[str, object]:
    return {"kind": "profiles", "moment": "2025-10-21", "first": "Test", "quantity": "people", "n": 12} | more


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_has_its_types_as_a_bar_and_small_ones_together(language: Language) -> None:
    page = show_row(show_profiles, "A5", language)
    words = read_words(page)
    assert say(language, "heading") in words and say(language, "lead") in words and say(language, "more") in words
    own, everybody = (read_pictures(page)[f"profiles-{number}-figure"] for number in (1, 2))
    assert own.title == say(language, "title_tie", test="Drijfverentest") and "bewaker" not in words and "denker" not in words
    assert f"School A: aanjager 6, {say(language, 'other')} 8" in own.description and say(language, "caption") in words
    assert {"43", "57", say(language, "people", size="14")} <= set(own.words)
    assert read_tables(page)["profiles-1-table"] == [
        [say(language, f"column_{name}") for name in ("type", "people", "share")],
        ["aanjager", "6", "43%"],
        [say(language, "other"), "8", "57%"],
    ]
    assert everybody.title == say(language, "title", test="Test van het MT", type="snel", size="8", all="14")
    assert say(language, "everybody") in everybody.description


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_all_have_one_type_or_two_schools_did_not_agree_the_page_says_why(language: Language) -> None:
    few = say(language, "few", floor="5")
    page = read_words(show_row(show_profiles, "A5", language, "s3"))
    assert say(language, "nothing", test="Drijfverentest", who="School C", why=few) in page and "aanjager" not in page
    words = read_words(show_row(show_profiles, "A5", language, ""))
    assert say(language, "nothing", test="Drijfverentest", who="School B", why=load_text(language).say("reason.not_agreed")) in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_schools_stand_beside_each_other_in_their_order(language: Language) -> None:
    schools = [count(school=f"s{place}", second=type, estimate=6.0) for place in (3, 1, 2) for type in ("a", "b")]
    page = show_row(show_profiles, "A5", language, "", record(*schools))
    assert read_pictures(page)["profiles-1-figure"].title == say(language, "title_places", test="Test", count="3")
    table = read_tables(page)["profiles-1-table"]
    assert table[0][0] == say(language, "column_who") and [row[0] for row in table[1::2]] == ["School A", "School B", "School C"]


def test_many_types_have_a_table_alone_and_without_types_there_is_nothing() -> None:
    many = record(*(count(second=f"t{place}", estimate=5.0, n=30) for place in range(6)))
    page = show_row(show_profiles, "A5", "nl", "s1", many)
    assert read_pictures(page) == {} and len(read_tables(page)["profiles-1-table"]) == 7
    assert show_row(show_profiles, "E12", "nl").markup == ""
