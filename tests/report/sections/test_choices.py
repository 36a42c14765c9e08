"""What people picked, on pages of small studies (tests/data/rows): shares, sentences, switchers and key words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.report.rows import LANGUAGES, Change, open_row
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html
from toolkit.report.sections.choices import show_choices
from toolkit.report.sections.role_map import show_role_map
from toolkit.results.results import Results

WAVES = {"nl": ("voor", "na"), "en": ("before", "after")}


def show(
    row: str, language: Language, school: str = "", change: Change | None = None, section: Callable[[View], Html] = show_choices
) -> Html:
    return section(open_row(row, language, school, change))


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"choices.{key}", **places).replace("\u00a0", " ")


def first_table(page: Html) -> list[list[str]]:
    return next(iter(read_tables(page).values()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_yes_and_no_have_shares_before_beside_after_and_switchers(language: Language) -> None:
    page = show("E5", language, "s1")
    words = read_words(page)
    table = first_table(page)
    yes = {"nl": "ja", "en": "yes"}[language]
    assert next(row for row in table if row[0] == yes)[1::2] == ["38%", "67%"]  # 8 and 14 of 21: one of 22 didn't know before
    assert say(language, "heading") in words
    assert say(language, "lead") in words
    places = {"n": 21, "there": 6, "back": 0, "first": {"nl": "nee", "en": "no"}[language], "second": yes}
    assert say(language, "moved_unclear", **places) in words or say(language, "moved_clear", **places) in words
    assert table[-1][1::2] == ["21", "21"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_open_answers_is_told_how_many_there_are_and_nothing_of_them(language: Language) -> None:
    page = show("C6", language, "s4")
    number = load_text(language).say("empty.hidden", floor=5).replace("\u00a0", " ")
    waves = {"nl": ("herfst", "winter", "zomer"), "en": ("autumn", "winter", "summer")}[language]
    assert say(language, "written", counts="?")[:25] in read_words(page)
    assert all(f"({wave})" in read_words(page) for wave in waves) or number in read_words(page)
    assert "Meer tijd" not in page.markup


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_words_of_five_people_are_counted_before_beside_after(language: Language) -> None:
    page = show("E5", language, "s1")
    table = read_tables(page)["choices-plg_ja_nee-words-words"]
    assert table[0] == [say(language, "column_word"), *(say(language, "column_people", wave=wave) for wave in WAVES[language])]
    assert table[1:6] == [
        ["leren", "8", "11"],
        ["samen", "9", "11"],
        ["kind", "8", "8"],
        ["vertrouwen", "8", "8"],
        ["tijd", "9", say(language, "fewer", floor=5)],
    ]
    hidden = load_text(language).say("empty.hidden", floor=5).replace("\u00a0", " ")
    assert table[6:] == [[say(language, "other_words"), "0", hidden], [say(language, "writers"), "14", "14"]]
    assert say(language, "words", floor=5) in read_words(page) and say(language, "table_words", label="x")[:8] in read_words(page)
    reason = load_text(language).say("reason.too_few_for_spread", floor=10)
    assert say(language, "nothing_words", reason=reason) in read_words(show("E5", language, "s5"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_words_over_schools_are_added_up_where_they_are_told(language: Language) -> None:
    page = show("E5", language)
    table = {row[0]: row[1:] for row in read_tables(page)["choices-plg_ja_nee-words-words"]}
    assert table["tijd"] == ["39", "25"]  # without the few of School A
    assert say(language, "words_schools", floor=5) in read_words(page)

    def forget(results: Results) -> Results:
        rare = (results.shares["word"] == "") | ((results.shares["word"] == "tijd") & (results.shares["wave"] == "before"))
        return replace(results, shares=results.shares[rare])

    table = {row[0]: row[1:] for row in read_tables(show("E5", language, change=forget))["choices-plg_ja_nee-words-words"]}
    assert table["tijd"] == ["39", say(language, "fewer_schools", floor=5)]
    nothing = read_words(show("E5", language, "s1", lambda results: replace(results, shares=results.shares[results.shares["word"] == ""])))
    assert say(language, "no_word", floor=5) in nothing


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_have_switchers_per_option(language: Language) -> None:
    page = show("E2", language, "s1")
    table = {row[0]: row[1:] for row in read_tables(page)["choices-leert_van-from-switches"]}
    names = {"nl": ("leraar buiten mijn team", "leerling"), "en": ("teacher outside my team", "pupil")}[language]
    assert table[say(language, "column_option")] == [say(language, "column_added"), say(language, "column_dropped")]
    assert (table[names[0]], table[names[1]]) == (
        ["12", "0"],
        [load_text(language).say("empty.hidden", floor=5).replace("\u00a0", " ")] * 2,
    )
    assert say(language, "options_clear", n=24, count=1, options=f"‘{names[0]}’") in read_words(page)

    def doubt(results: Results) -> Results:
        return replace(results, switches=results.switches.assign(p_value=0.2))

    assert say(language, "options_unclear", n=24, count=1) in read_words(show("E2", language, "s1", doubt))
    assert say(language, "switched_none", n=24) in read_words(page)  # of who learned from them


@pytest.mark.parametrize("language", LANGUAGES)
def test_formal_and_informal_have_shares_per_matter(language: Language) -> None:
    table = read_tables(show("E13", language, "s1", section=show_role_map))["choices-formeel_informeel-deciding-table"]
    assert [row[0] for row in table[1:4]] == {"nl": ["formeel", "informeel", "niet"], "en": ["formally", "informally", "not at all"]}[
        language
    ]
    assert [row[1::2] for row in table[1:4]] == [["33%", "58%"], ["50%", "25%"], ["17%", "17%"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_group_has_no_shares_and_few_switchers_no_table(language: Language) -> None:
    small = read_words(show("E5", language, "s5"))
    reason = load_text(language).say("reason.too_few_for_spread", floor=10)
    assert say(language, "nothing", reason=reason) in small
    few = read_words(show("E5", language, "s4"))
    assert say(language, "switches_hidden", reason=load_text(language).say("reason.few_switched", floor=5)) in few


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poll_has_a_bar_per_date_and_says_that_nobody_is_followed(language: Language) -> None:
    page = show("C6", language, "s1")
    words = read_words(page)
    assert say(language, "others") in words
    assert len(first_table(page)[0]) == 1 + 2 * 3
    assert "2,0" not in words and "2.0" not in words  # no mean of fine, so-so and not well
    assert say(language, "caption") in words
    assert say(language, "switches") not in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_roles_have_shares_per_statement_and_the_way_people_went(language: Language) -> None:
    words = read_words(show("D1", language, "s1"))
    assert say(language, "switched_clear", n=24, count=7) in words
    assert say(language, "switched_none", n=24) in words
    assert say(language, "switches") in words
    key = {"nl": "allebei", "en": "both"}[language]
    assert say(language, "key", option=key, share="58%") in words
    both = {"nl": "allebei", "en": "both"}[language]
    assert say(language, "title", option=both, wave={"nl": "na", "en": "after"}[language], share="58%") in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_direction_that_is_not_clear_is_not_told(language: Language) -> None:
    def doubt(results: Results) -> Results:
        test = results.switches["quantity"] == "symmetry"
        return replace(results, switches=results.switches.assign(p_value=results.switches["p_value"].mask(test, 0.2)))

    def trust(results: Results) -> Results:
        test = results.switches["quantity"] == "symmetry"
        return replace(results, switches=results.switches.assign(p_value=results.switches["p_value"].mask(test, 0.01)))

    assert say(language, "switched_unclear", n=24, count=7) in read_words(show("D1", language, "s1", doubt))
    places = {"n": 21, "there": 6, "back": 0, "first": {"nl": "nee", "en": "no"}[language], "second": {"nl": "ja", "en": "yes"}[language]}
    assert say(language, "moved_clear", **places) in read_words(show("E5", language, "s1", trust))
    assert say(language, "moved_unclear", **places) in read_words(show("E5", language, "s1", doubt))


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_options_have_a_table_and_say_that_they_are_more_than_all(language: Language) -> None:
    page = show("E8", language, "s1")
    assert say(language, "several") in read_words(page)
    assert not read_pictures(page)
    assert len(first_table(page)) == 1 + 4 + 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_schools_stands_the_mean_of_schools(language: Language) -> None:
    page = show("E5", language)
    words = read_words(page)
    assert say(language, "caption_schools") in words
    table = first_table(page)
    assert table[-1][0] == say(language, "column_schools")
    assert table[-1][1::2] == ["4", "4"]
    assert table[-1][2] == say(language, "no_interval")
    schools = read_tables(page)["choices-plg_ja_nee-is-schools"]
    assert [row[0] for row in schools[1:]] == [f"School {name}" for name in "ABCDE"]
    assert schools[1][1:] == ["33%", "67%", "21"]
    assert schools[5][1] == schools[5][3] == load_text(language).say("empty.hidden", floor=10).replace("\u00a0", " ")
    assert say(language, "table_schools", label="x", wave="y")[:8] in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_schools_that_are_all_alike_have_no_interval(language: Language) -> None:
    table = first_table(show("D1", language))
    assert table[1][1:3] == ["42%", load_text(language).say("empty.not_computable")]
    assert table[2][3:] == [load_text(language).say("answers.nearly_none")] * 2  # in all schools together too


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_everybody_picked_is_nearly_everybody_and_a_draw_has_no_winner(language: Language) -> None:
    def agree(results: Results) -> Results:
        yes = results.shares["answer"] == 1.0
        blank = {"state": "hidden", "estimate": float("nan"), "n": 0}
        methods = pd.Series("nearly_none", index=results.shares.index).mask(yes, "nearly_all")
        return replace(results, shares=results.shares.assign(**blank, method=methods))

    page = show("E5", language, "s1", agree)
    assert load_text(language).say("answers.nearly_all") in read_words(page)
    assert "100%" not in page.markup

    def even(results: Results) -> Results:
        return replace(results, shares=results.shares.assign(estimate=0.5))

    wave = {"nl": "na", "en": "after"}[language]
    assert say(language, "title_equal", wave=wave) in read_words(show("E5", language, "s1", even))


def test_a_study_that_asks_for_numbers_only_has_no_such_section(open_school) -> None:  # type: ignore[no-untyped-def]
    assert show_choices(open_school()).markup == ""
