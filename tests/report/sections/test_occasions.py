"""Rows A11 and A3: training sessions and rounds on the pages of a school and of all schools, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.report.reading import read_pictures, read_tables, read_words
from tests.results.estimates.test_occasions import estimate_row
from toolkit.languages import Language, load_text
from toolkit.report.content.view import View
from toolkit.report.html.elements import Html
from toolkit.report.sections.method import show_method
from toolkit.report.sections.occasions import show_occasions
from toolkit.report.sections.outcomes import show_further
from toolkit.results.disclosure.audiences import take_audience
from toolkit.results.results import Results

LANGUAGES: list[Language] = ["nl", "en"]
Change = Callable[[Results], Results]
Show = Callable[[View], Html]


def show(row: str, language: Language, school: str = "", change: Change | None = None, part: Show = show_occasions) -> Html:
    """Return a part of a page on one of the rows, made once where nothing is changed."""
    return _show(row, language, school, part) if change is None else _make(row, language, school, part, change)


@cache
def _show(row: str, language: Language, school: str, part: Show) -> Html:
    return _make(row, language, school, part, lambda results: results)


def _make(row: str, language: Language, school: str, part: Show, change: Change) -> Html:
    found = estimate_row(row)
    safe = take_audience(change(found.results), found.study, school=school)
    return part(View(found.study, safe, load_text(language), school))


def say(language: Language, key: str, **places: object) -> str:
    return load_text(language).say(f"occasions.{key}", **places).replace("\u00a0", " ")


def hide(*schools: str) -> Change:
    def make(results: Results) -> Results:
        gone = results.levels["school"].isin(schools)
        blank = {"state": "hidden", "method": "too_few", "estimate": np.nan}
        return replace(results, levels=results.levels.assign(**{name: results.levels[name].mask(gone, x) for name, x in blank.items()}))

    return make


@pytest.mark.parametrize(("language", "number"), [("nl", "4,57"), ("en", "4.57")])
def test_a_school_sees_each_session_for_grade_and_statements(language: Language, number: str) -> None:
    page = show("A11", language, "s1")
    words = read_words(page)
    session = {"nl": "dagdeel", "en": "session"}[language]
    assert say(language, "heading") in words and say(language, "lead") in words
    pictures = read_pictures(page)
    scales = pictures["occasions-trainingseval-figure"]
    assert number in scales.words and number in scales.description and number in scales.title and f"‘{session} 3’" in scales.title
    assert [row[1] for row in scales.table[1:5]] == [f"{session} {number}" for number in range(1, 5)]
    assert scales.table[1][-1] == "14"
    grade = pictures["occasions-trainingscijfer1-figure"]
    assert grade.title.startswith(("‘Cijfer voor de training’ lag tussen", "‘Grade for the training’ was between"))
    statement = pictures["occasions-trainingseval-e1"]
    assert [row[1] for row in statement.table[1:]] == [f"{session} {number}" for number in range(1, 5)]
    assert f"‘{session} 3’" in statement.title
    assert say(language, "caption_statement") in words and say(language, "note") in words
    assert len(pictures["occasions-trainingscijfer1-grade"].table[0]) == 2 + 5 + 2 + 1  # nineteen answers in five classes


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_session_of_fewer_than_ten_has_a_mean_and_no_answers(language: Language) -> None:
    page = show("A11", language, "s2")
    text = load_text(language)
    table = read_pictures(page)["occasions-trainingscijfer1-figure"].table
    assert table[4][3:] == [text.say("empty.interval_hidden"), "9"]
    row = read_pictures(page)["occasions-trainingseval-e1"].table[4]
    assert set(row[2:]) == {text.say("empty.hidden", floor=10).replace("\u00a0", " ")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_of_schools_stand_beside_each_other(language: Language) -> None:
    page = show("A11", language)
    north, south = {"nl": ("groep Noord", "groep Zuid"), "en": ("group North", "group South")}[language]
    pictures = read_pictures(page)
    assert {north, south, say(language, "all_schools")} <= set(pictures["occasions-trainingseval-figure"].words)
    places = {"total": "4", "first": north, "second": south, "chance": "5%"}
    assert load_text(language).say_count("occasions.differences", 4, **places).replace("\u00a0", " ") in read_words(page)
    groups = read_tables(page)["occasions-trainingseval-groups"]
    trainer = "Trainer"
    assert trainer not in {row[0] for row in groups}
    assert len(groups[0]) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_group_is_told_of_two_schools(language: Language) -> None:
    page = show("A11", language, change=hide("s1"))
    text = load_text(language)
    assert text.say("empty.not_computable") in {cell for table in read_tables(page).values() for row in table for cell in row}
    told = say(language, "caption_groups", level="95%", low="1", high="10")
    assert told.replace("\u00a0", " ") in read_words(page)
    alone = show("A11", language, change=hide("s1", "s4"))
    assert say(language, "caption_schools", level="95%", low="1", high="10") in read_words(alone)


@pytest.mark.parametrize("language", LANGUAGES)
def test_differences_are_counted_one_or_none_too(language: Language) -> None:
    text = load_text(language)
    places = {"total": "4", "first": "a", "second": "b"}
    said = [text.say_count("occasions.differences", 1, **places, chance="5%"), text.say("occasions.differences_none", **places)]
    assert len(set(said)) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_seven_rounds_of_own_progress_are_shown_and_never_called_not_measured(language: Language) -> None:
    school = show("A3", language, "s1")
    pictures = read_pictures(school)
    title = {"nl": "‘Voortgang van mijn doel’ lag tussen 0,33", "en": "‘Progress of my goal’ was between 0.33"}[language]
    assert pictures["occasions-voortgang-figure"].title.startswith(title)
    assert len(pictures["occasions-voortgang-figure"].table) == 8
    assert len(pictures["occasions-voortgang-p1"].table) == 8
    pages = [show(row, language, "s1", part=part) for row in ("A3", "A11") for part in (show_occasions, show_further, show_method)]
    everything = "".join(map(read_words, [*pages, show("A3", language), show("A11", language)]))
    assert load_text(language).say("empty.not_measured") not in everything
    assert "voortgang" not in read_words(show("A3", language, "s1", part=show_further)).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_of_four_is_told_why_it_has_nothing(language: Language) -> None:
    reason = load_text(language).say("reason.too_few", floor=5)
    assert say(language, "nothing", reason=reason).replace("\u00a0", " ") in read_words(
        show("A3", language, "s4", part=show_occasions.__wrapped__)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_means_that_are_all_alike_are_no_range(language: Language) -> None:
    def level(results: Results) -> Results:
        own = results.levels["instrument"] == "voortgang"
        return replace(results, levels=results.levels.assign(estimate=results.levels["estimate"].mask(own, 2.0)))

    title = read_pictures(show("A3", language, "s1", level))["occasions-voortgang-figure"].title
    assert title.endswith(("lag op 2,00", "was 2.00"))


def test_a_study_without_occasions_has_no_section() -> None:
    assert not show("C1", "nl").markup
