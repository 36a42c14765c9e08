"""Rows A15, C5 and C7: themes of notes per measurement and role, in both languages, and no text but a quote that may be there."""

from __future__ import annotations

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.notes import show_notes

say = make_say("notes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_school_reads_which_themes_moved_who_spoke_of_them_and_one_quote(language: Language) -> None:
    page = show_row(show_notes, "A15", language)
    words = read_words(page)
    pride = {"nl": "trots", "en": "pride"}[language]
    before, after = {"nl": ("voor", "na"), "en": ("before", "after")}[language]
    assert say(language, "heading") in words and say(language, "lead") in words
    assert say(language, "most", wave=after, theme=pride, size="3", all="4", share="75%") in words
    assert load_text(language).say_count("notes.level", 3, wave=before, all="3") in words
    tables = read_tables(page)
    assert tables["notes-waves"][1] == [pride, "1 (33%)", "3 (75%)"]
    assert tables["notes-waves"][-1] == [say(language, "all"), "3", "4"]
    teacher, parent = {"nl": ("leraar", "ouder"), "en": ("teacher", "parent")}[language]
    assert tables["notes-roles"][0] == [say(language, "column_theme"), teacher, parent]
    told = f"{say(language, 'plus', size='2')}, {say(language, 'minus', size='1')}"
    assert tables["notes-roles"][1] == [pride, told, say(language, "neutral", size="1")]
    quote = "Wij durven nu te laten zien wat goed gaat in school 1."
    assert say(language, "quote", words=quote, about=f"{teacher}, {pride}") in words and "school 2" not in words
    assert say(language, "untold_notes", roles={"nl": "directie", "en": "head"}[language]) in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_over_all_schools_what_heads_said_counts_and_no_school_is_named_with_a_quote(language: Language) -> None:
    page = show_row(show_notes, "A15", language, "")
    roles = read_tables(page)["notes-roles"]
    assert {"nl": "directie", "en": "head"}[language] in roles[0] and say(language, "minus", size="5") in roles[1]
    assert "School A" not in read_words(page) and read_words(page).count("Wij durven") == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_parents_say_stands_beside_what_the_team_answered(language: Language) -> None:
    page = show_row(show_notes, "C5", language)
    table = read_tables(page)["notes-roles"]
    after, mean = {"nl": ("na", "4,3"), "en": ("after", "4.3")}[language]
    assert table[0][1:] == [{"nl": "ouder", "en": "parent"}[language], say(language, "column_team", wave=after)]
    assert table[1][1:] == [f"{say(language, 'plus', size='2')}, {say(language, 'minus', size='2')}", mean]
    assert [row[-1] for row in table if row[0].startswith("contact")] == [say(language, "no_mean")]
    assert say(language, "beside") in read_words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_plus_and_minus_cases_stand_at_the_blocks_that_they_touch(language: Language) -> None:
    """Row C7."""
    page = show_row(show_notes, "C7", language)
    table = {row[0]: row[1] for row in read_tables(page)["notes-roles"]}
    safe, time, vision = {
        "nl": ("Open en veilige leercultuur", "Genoeg tijd", "Gedeelde visie"),
        "en": ("Open and safe learning culture", "Enough time", "Shared vision"),
    }[language]
    assert table[safe] == say(language, "plus", size="2") and table[vision] == say(language, "minus", size="1")
    assert table[time] == f"{say(language, 'plus', size='1')}, {say(language, 'minus', size='2')}"
    waves = {row[0]: row[1:] for row in read_tables(page)["notes-waves"]}
    assert waves[time] == ["2 (67%)", "1 (33%)"]
    quote = "We keken bij elkaar in de les en praatten er meteen over."
    assert say(language, "quotes") in read_words(page) and quote in read_words(page)
    assert {row[0] for row in read_tables(show_row(show_notes, "C7", language, ""))["notes-roles"]} == table.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_without_a_role_and_of_a_few_everywhere_are_told_as_such(language: Language) -> None:
    note = {"kind": "notes", "school": "", "moment": "before", "first": "pride", "quantity": "plus", "estimate": 1.0}
    hidden = {"kind": "notes", "school": "", "second": "head", "state": "hidden", "quantity": "notes", "estimate": float("nan")}
    words = read_words(show_row(show_notes, "A15", language, "", record(note, hidden)))
    head = {"nl": "directie", "en": "head"}[language]
    assert say(language, "no_role") in words and say(language, "untold_notes_at_all", roles=head) in words
    only = read_words(show_row(show_notes, "A15", language, "s1", record(hidden | {"school": "s1"})))
    assert "table" not in only and say(language, "heading") in only


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_note_leads_nothing(language: Language) -> None:
    note = {"kind": "notes", "moment": "after", "first": "pride", "quantity": "neutral", "estimate": 1.0}
    words = read_words(show_row(show_notes, "A15", language, "s1", record(note)))
    wave = {"nl": "na", "en": "after"}[language]
    assert load_text(language).say_count("notes.level", 1, wave=wave, all="1") in words


def test_without_notes_there_is_nothing() -> None:
    assert show_row(show_notes, "E12", "nl").markup == ""
