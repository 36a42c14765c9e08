"""The published numbers of a real study stand on its page, number for number."""

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.languages import Language, load_text
from toolkit.report.content.view import View, open_view
from toolkit.report.sections.schools import show_people

STUDY = Path(__file__).parent.parent.parent.parent / "datasets"


@pytest.fixture(scope="module")
def view() -> View:
    return open_view(STUDY / "univbct" / "study.toml")


@pytest.mark.parametrize(
    ("language", "numbers"),
    [
        ("en", ["0.052", "0.022", "0.09", "442", "0.20", "437", "−0.09", "444"]),
        ("nl", ["0,052", "0,022", "0,09", "442", "0,20", "437", "−0,09", "444"]),
    ],
)
def test_the_published_numbers_stand_on_the_page_as_about_people(view: View, language: Language, numbers: list[str]) -> None:
    shown = show_people(replace(view, text=load_text(language)))
    page = html.unescape(re.sub(r"<[^>]+>", " ", shown.markup))
    assert [number for number in numbers if number not in page] == []
    assert {"en": "They say nothing about other schools", "nl": "Ze zeggen niets over andere scholen"}[language] in page


def test_a_study_that_does_not_ask_shows_nothing_of_it(view: View) -> None:
    silent = view.study.model_copy(update={"person_level": False})
    assert show_people(replace(view, study=silent)).markup == ""
