"""Row B5: on which questions meetings worked, in both languages."""

from __future__ import annotations

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
def test_one_meeting_is_said_as_one(language: Language) -> None:
    meeting = {"kind": "meetings", "moment": "2025-10", "first": "Wat?", "quantity": "worked_on", "estimate": 1.0, "n": 1}
    page = show_row(show_meetings, "B5", language, "s1", record(meeting))
    assert load_text(language).say_count("meetings.most", 1, question="Wat?") in read_words(page)


def test_without_meetings_there_is_nothing() -> None:
    assert show_row(show_meetings, "E12", "nl").markup == ""
