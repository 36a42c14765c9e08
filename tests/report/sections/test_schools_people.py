"""The published numbers of a real study stand on its page, number for number."""

import html
import re
from pathlib import Path

import pytest

from toolkit.report.content.view import open_view
from toolkit.report.sections.schools import show_people

STUDY = Path(__file__).parent.parent.parent.parent / "datasets"


def read(language: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", show_people(open_view(STUDY / "univbct" / "study.toml", language=language)).markup))


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", ["0.05176", "0.02168", "0.0935", "−0.0024 to 0.1895", "442", "0.1997", "437", "−0.0856", "444"]),
        ("nl", ["0,05176", "0,02168", "0,0935", "−0,0024 tot 0,1895", "442", "0,1997", "437", "−0,0856", "444"]),
    ],
)
def test_the_published_numbers_stand_on_the_page_as_about_people(language: str, numbers: list[str]) -> None:
    page = read(language)
    for number in numbers:
        assert number in page
    assert {"en": "They say nothing about other schools", "nl": "Ze zeggen niets over andere scholen"}[language] in page


def test_a_study_that_does_not_ask_shows_nothing_of_it() -> None:
    assert show_people(open_view(STUDY / "zes_scholen" / "study.toml", language="nl")).markup == ""
