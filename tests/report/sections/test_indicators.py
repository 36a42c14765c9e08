"""Indicators on pages of small studies: values per school (B6), and the share of parents over four years (C4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.rows import LANGUAGES, open_row
from toolkit.languages import Language
from toolkit.report.sections.indicators import show_indicators


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_runs_towards_its_target_with_its_interval(language: Language) -> None:
    page = show_indicators(view := open_row("C4", language, "s1"))
    rows = read_tables(page)["indicators-1-table"][1:]
    assert [row[1] for row in rows] == ["35%", "48%", "71%", "90%"] and {row[4] for row in rows} == {"100%"}
    assert rows[0][2] == view.text.say("numbers.range", low="24%", high="48%") and rows[0][3] == "60"
    title = view.text.say("indicators.run_target", indicator="parents involved", first="35%", last="90%", target="100%")
    assert title in read_words(page) and view.text.say("indicators.counted", counted="parents") in read_words(page)
    assert len(read_pictures(page)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_of_a_few_is_hidden_and_the_others_stay(language: Language) -> None:
    rows = read_tables(show_indicators(view := open_row("C4", language, "s3")))["indicators-1-table"][1:]
    assert rows[2][1] == view.text.say("empty.hidden", floor=5).replace("\u00a0", " ")
    assert "75%" not in show_indicators(view).markup
    table = view.results.indicators
    few = replace(view, results=replace(view.results, indicators=table[table["state"] == "hidden"]))
    words = view.text.say("indicators.nothing", indicator="parents involved", why=rows[2][1])
    assert words in read_words(show_indicators(few))


@pytest.mark.parametrize("language", LANGUAGES)
def test_schools_stand_beside_each_other_in_the_order_of_their_code(language: Language) -> None:
    page = show_indicators(view := open_row("C4", language, ""))
    rows = read_tables(page)["indicators-1-table"][1:]
    assert rows == [["School A", "35%", "90%", "100%"], ["School B", "38%", "38%", "100%"], ["School C", "67%", "83%", "100%"]]
    said = view.text.say("indicators.schools", indicator="parents involved", low="35%", high="67%", low_last="38%", high_last="90%")
    assert said in read_words(page) and view.text.say("indicators.caption_schools") in read_words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_have_no_interval_and_a_single_one_no_picture(language: Language) -> None:
    page = show_indicators(view := open_row("B6", language, "s1"))
    text = view.text
    tables = read_tables(page)
    assert tables["indicators-1-table"][1:] == [[text.date(view.study.waves[0].date.replace(month=10, day=1)), "3"]]
    assert text.say("indicators.once", indicator="Lesbezoeken", last="3") in read_words(page)
    assert [row[1:] for row in tables["indicators-2-table"][1:]] == [["12", "30"], ["18", "30"], ["27", "30"]]
    assert len(read_pictures(page)) == 1
    assert text.number(19.5, 1) in show_indicators(open_row("B6", language, "s2")).markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_target_or_with_a_single_one_the_sentence_says_less(language: Language) -> None:
    view = open_row("B6", language, "s1")
    table = view.results.indicators
    bare = replace(view, results=replace(view.results, indicators=table[table["quantity"] != "target"]))
    words = read_words(show_indicators(bare))
    name = "Lessen met een leerdoel op het bord, per week"
    assert view.text.say("indicators.run", indicator=name, first="12", last="27") in words and view.text.say("indicators.caption") in words
    one = replace(view, results=replace(view.results, indicators=table[(table["date"] == "2025-12-01")]))
    assert view.text.say("indicators.once_target", indicator=name, last="18", target="30") in read_words(show_indicators(one))


def test_two_schools_that_did_not_agree_are_not_compared_and_no_indicators_make_no_section() -> None:
    view = open_row("B6", "en", "")
    assert "30" not in read_words(show_indicators(view)) and view.text.say("compare.hidden") in read_words(show_indicators(view))
    assert show_indicators(open_row("B6", "en", "s3")).markup == ""
