"""Row E2: who learns from whom before and after, as a picture that reads well aloud and as a table, in both languages."""

from __future__ import annotations

import pytest

from tests.report.reading import read_pictures, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.network import show_network

say = make_say("network")


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_before_and_after_are_a_picture_a_description_and_a_table(language: Language) -> None:
    page = show_row(show_network, "E2", language)
    words = read_words(page)
    assert say(language, "heading") in words and say(language, "lead") in words and say(language, "caption") in words
    picture = read_pictures(page)["network-figure"]
    before, after = {"nl": ("voor", "na"), "en": ("before", "after")}[language]
    assert picture.title == say(language, "title", last="6", after=after, first="3", before=before)
    teacher, leader = {"nl": ("leraar in mijn team", "leidinggevende"), "en": ("teacher in my team", "leader")}[language]
    assert say(language, "described", to=teacher, start=leader, counts=f"{before} 4, {after} 3") in picture.description
    assert picture.table[0] == [say(language, "column_to"), say(language, "column_from"), before, after]
    assert [teacher, leader, "4", "3"] in picture.table and [teacher, teacher, "2", "9"] in picture.table
    assert before in picture.words and leader in picture.words


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_all_schools_links_are_summed(language: Language) -> None:
    picture = read_pictures(show_row(show_network, "E2", language, ""))["network-figure"]
    teacher = {"nl": "leraar in mijn team", "en": "teacher in my team"}[language]
    assert [teacher, teacher, "8", "36"] in picture.table


@pytest.mark.parametrize(("language", "count"), [(language, count) for language in LANGUAGES for count in (1, 2)])
def test_one_measurement_has_one_ring_and_roles_of_a_few_are_named(language: Language, count: int) -> None:
    link = {"kind": "links", "moment": "after", "first": "leraar", "second": "ouder", "quantity": "links", "estimate": 2.0}
    hidden = {"kind": "links", "second": "directie", "state": "hidden", "quantity": "links", "estimate": float("nan")}
    links = [link, link | {"first": "leerling"}][:count]
    page = show_row(show_network, "E2", language, "s1", record(*links, hidden))
    wave = {"nl": "na", "en": "after"}[language]
    assert read_pictures(page)["network-figure"].title == load_text(language).say_count("network.title_once", count, after=wave)
    untold = make_say("notes")
    assert untold(language, "untold_links", roles="directie") in read_words(page)
    over_all = show_row(show_network, "E2", language, "", record(hidden | {"school": ""}))
    assert untold(language, "untold_links_at_all", roles="directie") in read_words(over_all)


def test_without_links_there_is_nothing() -> None:
    assert show_row(show_network, "E12", "nl").markup == ""
