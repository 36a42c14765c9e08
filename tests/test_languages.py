"""The words of both languages, and the numbers as each writes them."""

from __future__ import annotations

import datetime as dt
import re
import string

import pytest

from toolkit.errors import ReportError
from toolkit.languages import Called, Text, find_spoken, load_text, set_language

NL, EN = load_text("nl"), load_text("en")


def list_places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


def test_languages_have_the_same_keys():
    assert set(NL.phrases) == set(EN.phrases)


def test_languages_have_the_same_places():
    places = {key: (list_places(NL.phrases[key]), list_places(EN.phrases[key])) for key in NL.phrases.keys() & EN.phrases.keys()}
    assert {key: (nl, en) for key, (nl, en) in places.items() if nl != en} == {}


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_no_phrase_is_empty_or_ends_in_a_space(text):
    assert [key for key, phrase in text.phrases.items() if not phrase or phrase != phrase.strip()] == []


def test_a_missing_key_is_an_error():
    with pytest.raises(ReportError, match="There is no phrase"):
        NL.say("no.such")


def test_a_missing_place_is_an_error():
    with pytest.raises(ReportError, match="'floor' is not filled"):
        NL.say("empty.hidden")


def test_an_unknown_language_is_an_error_that_names_the_known_ones():
    with pytest.raises(ReportError, match="There is no language 'fr'"):
        load_text("fr")


def test_braces_in_what_was_typed_are_left_alone():
    assert NL.say("empty.hidden", floor="{x}") == "verborgen (minder dan\u00a0{x})"


def test_numbers_are_written_as_the_language_does():
    written = {
        (3.414, 2): ("3,41", "3.41"),
        (-0.305, 2): ("−0,31", "−0.31"),
        (0.125, 2): ("0,13", "0.13"),
        (-0.004, 2): ("0,00", "0.00"),
        (2.25, 1): ("2,3", "2.3"),
        (1234, 0): ("1.234", "1,234"),
        (1e-7, 2): ("0,00", "0.00"),
    }
    assert {(value, decimals): (NL.number(value, decimals), EN.number(value, decimals)) for value, decimals in written} == written


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_an_error(value):
    with pytest.raises(ReportError):
        NL.number(value)


def test_percentages_are_whole():
    assert (NL.percent(0.625), EN.percent(0.004)) == ("63%", "0%")
    assert [NL.percent_end(end) for end in (0.0, 0.003, 0.994, 0.997, 1.0)] == ["0%", "0,3%", "99%", "99,7%", "100%"]
    assert EN.percent_end(-0.004) == "\u22120.4%"


def test_dates_have_the_month_in_letters():
    day = dt.date(2025, 9, 15)
    assert (NL.date(day), EN.date(day)) == ("15 september 2025", "15 September 2025")


def test_a_label_is_picked_in_the_language_or_else_as_it_was_given():
    assert NL.pick({"nl": "ja", "en": "yes"}) == "ja"
    assert NL.pick({"en": "yes"}) == "yes"
    with pytest.raises(ReportError):
        NL.pick({})


def test_lists_are_written_in_words():
    assert NL.join(["a"]) == "a"
    assert NL.join(["a", "b"]) == "a en b"
    assert EN.join(["a", "b", "c"]) == "a, b and c"


def test_one_is_not_many():
    text = type(NL)("nl", {"x.one": "{count} school", "x.many": "{count} scholen"})
    assert [text.say_count("x", count) for count in (0, 1, 2)] == ["0 scholen", "1 school", "2 scholen"]


def test_the_nearest_name_is_suggested_or_all_are_listed() -> None:
    assert EN.suggest("befor", ["before", "after"]) == "Is ‘before’ meant?"
    assert NL.suggest("befor", ["before", "after"]) == "Is ‘before’ bedoeld?"
    assert EN.suggest("x", ["before", "after", "after"]) == "Known: before, after."
    assert NL.suggest("verandering", ["change", "planning"]) == "Bekend: change, planning."
    assert EN.suggest("x", []) == "Known: –."


def test_a_fault_has_its_place_in_the_words_of_the_language() -> None:
    problem = NL.find_fault("wave_itself", "study.toml", line=7, key="comparisons.1", wave="w1")
    assert str(problem) == "study.toml, regel 7, [comparisons.1]: De meting ‘w1’ wordt met zichzelf vergeleken. Noem twee metingen."
    assert (problem.file, problem.line, problem.key) == ("study.toml", 7, "comparisons.1")
    assert str(EN.find_fault("boards_none")) == 'The study names no boards. Add board = "..." to the schools that have one.'


def test_what_is_told_before_a_study_says_its_language_follows_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert find_spoken() == "en"
    monkeypatch.setenv("LANG", "nl_NL.UTF-8")
    assert find_spoken() == "nl"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert find_spoken() == "en"


def test_a_language_that_is_chosen_goes_before_that_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "nl_BE.UTF-8")
    set_language("en")
    assert find_spoken() == "en"
    with pytest.raises(ReportError):
        set_language("fr")  # type: ignore[arg-type]
    set_language(None)
    assert find_spoken() == "nl"


@pytest.mark.parametrize(
    ("called", "title", "own"),
    [
        (("team", "teams", "het"), "Op ‘Doelen’ ligt dit team lager dan de andere teams", "Dit team"),
        (("eenheid", "eenheden", "de"), "Op ‘Doelen’ ligt deze eenheid lager dan de andere eenheden", "Deze eenheid"),
        (None, "Op ‘Doelen’ ligt deze school lager dan de andere scholen", "Deze school"),
    ],
)
def test_phrases_say_what_a_study_calls_its_schools(called: Called | None, title: str, own: str) -> None:
    text = load_text("nl", called)
    assert text.say("others.one_lower", label="Doelen") == title
    assert text.say("others.own") == own
    assert text.say("silent.join").endswith("samen met een ander team meetellen.") == (called is not None and called[2] == "het")


def test_english_phrases_have_the_article_of_what_a_study_calls_its_schools() -> None:
    text = load_text("en", ("office", "offices", "an"))
    assert text.say("method.floor_once", count="4").startswith("Did only one to 4 people of an office miss")
    assert text.say("terms.new_school.says").startswith("An office like these")


@pytest.mark.parametrize("text", [NL, EN], ids=["nl", "en"])
def test_no_phrase_keeps_the_brackets_around_what_depends_on_the_study(text: Text) -> None:
    marked = re.compile(r"(?<!\[)\[[a-z ]*(schools?|scholen)\](?!\])", re.IGNORECASE)
    assert [key for key, phrase in text.phrases.items() if marked.search(phrase)] == []
