"""Row B5: on which questions meetings worked, and how many people came, in both languages; never who."""

from __future__ import annotations

import re

import pytest

from tests.report.reading import read_tables, read_words
from tests.report.sections.record_rows import LANGUAGES, make_say, record, show_row
from toolkit.languages import Language, load_text
from toolkit.report.sections.meetings import show_meetings

say = make_say("meetings")


@pytest.mark.parametrize("language", LANGUAGES)
def test_meetings_per_question_stand_over_months_with_their_share(language: Language) -> None:
    page = show_row(show_meetings, "B5", language)
    words = read_words(page)
    most = load_text(language).say_count("meetings.most", 7, question="Wat leren leerlingen?", size="6", all="7")
    assert say(language, "heading") in words and most in words
    assert say(language, "least", question="Wat doen we als het niet lukt?", size="1", all="7") in words
    table = read_tables(page)["meetings-table"]
    assert table[0][0] == say(language, "column_month") and table[0][-1] == say(language, "column_meetings")
    assert table[1][1:] == ["2 (100%)", "0 (0%)", "0 (0%)", "2"]
    assert table[-1] == [say(language, "all"), "6 (86%)", "4 (57%)", "1 (14%)", "7"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_came_is_a_count_and_hidden_where_few_stayed_away(language: Language) -> None:
    page = show_row(show_meetings, "B5", language)
    words = read_words(page)
    assert say(language, "heading_present") in words and say(language, "lead_present", floor="5") in words
    assert not re.search(r"\ba\d\d\b", page.markup)
    table = read_tables(page)["attendance-table"]
    hidden = load_text(language).say("empty.protected")
    assert [row[-1] for row in table] == [say(language, "column_present"), say(language, "of", size="7", all="12"), hidden]
    across = read_tables(show_row(show_meetings, "B5", language, ""))["attendance-table"]
    assert [row[1:] for row in across[4:6]] == [[say(language, "all_shown"), "24"], ["School A", hidden]]
    assert across[-1][1:] == [say(language, "all_shown"), "11"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_meeting_and_a_contact_without_a_title(language: Language) -> None:
    meeting = {"kind": "meetings", "moment": "2025-10", "first": "Wat?", "quantity": "worked_on", "estimate": 1.0, "n": 1}
    present = {"kind": "attendance", "moment": "2025-10-07", "quantity": "present", "estimate": 8.0}
    page = show_row(show_meetings, "B5", language, "s1", record(meeting, present))
    assert load_text(language).say_count("meetings.most", 1, question="Wat?") in read_words(page)
    tables = read_tables(page)
    assert tables["attendance-table"][1] == [{"nl": "7 oktober 2025", "en": "7 October 2025"}[language], "8"]
    named = present | {"first": "Samen"}
    titled = read_tables(show_row(show_meetings, "B5", language, "s1", record(named)))
    assert titled["attendance-table"][1][0] == say(language, "contact", title="Samen", date=tables["attendance-table"][1][0])


def test_without_meetings_there_is_nothing() -> None:
    assert show_row(show_meetings, "E12", "nl").markup == ""
