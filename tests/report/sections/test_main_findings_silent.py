"""The page of a school of which nothing may be shown: one screen, with the true reason and what is possible."""

from __future__ import annotations

import pytest

from tests.report.drawn_study import execute
from tests.report.made_results import MadeResults
from tests.report.reading import read_words
from toolkit.report.sections.main_findings import show_main_findings


def hide(made: MadeResults) -> None:
    for table in ("participation", "levels", "change", "answers"):
        made.hide(table, {"school": "s1"})


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            "Te weinig antwoorden Van deze school is niets te tonen, want minder dan 5 mensen antwoordden. "
            "Bij zo weinig mensen is te zien wie wat antwoordde. Dit kan wel:",
        ),
        (
            "en",
            "Too few answers Nothing of this school can be shown, because fewer than 5 people answered. "
            "With so few people anyone could see who answered what. What is possible:",
        ),
    ],
)
def test_a_hidden_school_is_told_the_true_reason_and_what_is_possible(open_school, language: str, said: str):
    view = open_school(language, hide)
    words = read_words(show_main_findings(view)).replace("\xa0", " ")
    assert words.startswith(said)
    for key, places in (("talk", {}), ("join", {}), ("ask", {"contact": "De onderzoeker"})):
        assert view.text.say(f"silent.{key}", **places) in words


def test_its_page_holds_no_other_section_and_its_origin_folded(open_school):
    page = execute("school_report", open_school("nl", hide))
    headings = [part.split('"')[0] for part in page.split('<h2 id="')[1:]]
    assert headings == ["core"] and "studiebestand" in page and "<svg" not in page
    assert len(execute("school_report", open_school("nl")).split("<h2 ")) > 8
