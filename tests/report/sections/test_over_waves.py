"""Section 6: from three waves on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_pictures, read_words
from toolkit.report.content.view import View
from toolkit.report.sections.over_waves import show_over_waves

FIGURE = "course-uwes9"


@pytest.fixture
def open_waves(open_school):
    """Return a function that makes the view of a school with so many waves, the last of them as high as told."""

    def make(language: str = "nl", waves: int = 3, alter=lambda made: None) -> View:
        def add(made: MadeResults) -> None:
            made.level("s1", "later", "uwes9.total", 4.128, low=3.8, high=4.4, n=12)
            alter(made)

        view = open_school(language, add)
        last = view.study.waves[-1].model_dump() | {"id": "later", "date": "2027-06-01", "label": {"nl": "later", "en": "later on"}}
        chosen = [*view.study.model_dump()["waves"], last][:waves]
        return replace(view, study=view.study.model_validate(view.study.model_dump(by_alias=True) | {"waves": chosen}))

    return make


@pytest.mark.parametrize(("waves", "shown"), [(2, False), (3, True)])
def test_the_course_needs_three_waves(open_waves, waves: int, shown: bool):
    assert bool(show_over_waves(open_waves(waves=waves)).markup) == shown


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("nl", "‘Bevlogenheid’ lag bij de metingen tussen 3,41 en 4,13"),
        ("en", "‘Work engagement’ was between 3.41 and 4.13 at the measurements"),
    ],
)
def test_title_table_and_picture_hold_the_same_numbers(open_waves, language: str, title: str):
    picture = read_pictures(show_over_waves(open_waves(language, alter=lambda made: made.hide("change", {}))))[FIGURE]
    low, high = ("3,41", "4,13") if language == "nl" else ("3.41", "4.13")
    assert picture.title == title
    assert picture.table[1][1] == low and picture.table[1][7] == high
    assert {low, high} <= set(picture.words) and low in picture.description and high in picture.description


@pytest.mark.parametrize(("language", "title"), [("nl", "De bevlogenheid is gestegen"), ("en", "Engagement rose")])
def test_the_title_says_what_changed_from_the_first_to_the_last_measurement(open_waves, language: str, title: str):
    assert read_pictures(show_over_waves(open_waves(language)))[FIGURE].title.startswith(title)


def test_a_hidden_wave_is_a_gap_and_says_why(open_waves):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"wave": "after"})

    picture = read_pictures(show_over_waves(open_waves(alter=hide)))[FIGURE]
    assert picture.table[1][4:7] == ["verborgen (minder dan 5)"] * 3
    assert "3,72" not in picture.words


@pytest.mark.parametrize(
    ("language", "words"), [("nl", "geen meting met genoeg antwoorden"), ("en", "no measurement with enough answers to show")]
)
def test_without_any_shown_mean_there_is_a_sentence(open_waves, language: str, words: str):
    page = show_over_waves(open_waves(language, alter=lambda made: made.hide("levels", {})))
    assert not read_pictures(page) and words in read_words(page)


def test_it_is_told_why_a_number_can_differ_from_the_model(open_waves):
    assert "Daarom kan een getal iets verschillen." in read_words(show_over_waves(open_waves()))


def test_factors_stand_four_to_a_figure_that_fits_a_printed_page(open_waves):
    pictures = read_pictures(show_over_waves(open_waves()))
    factors = [picture for id, picture in pictures.items() if id.startswith("course-plg12")]
    assert [len(picture.table) - 1 for picture in factors] == [4, 4, 4]
    assert len({picture.description for picture in factors}) == 3


@pytest.mark.parametrize(("language", "title"), [("nl", "‘Bevlogenheid’ lag op 3,72"), ("en", "‘Work engagement’ was 3.72")])
def test_a_single_mean_is_not_told_as_a_range(open_waves, language: str, title: str):
    def hide(made: MadeResults) -> None:
        made.hide("levels", {"wave": "before"})
        made.hide("levels", {"wave": "later"})

    assert read_pictures(show_over_waves(open_waves(language, alter=hide)))[FIGURE].title == title


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            "Ook de vergelijking van ‘voormeting’ en ‘later’ was gepland. De bevlogenheid is gestegen: van 3,41 naar 4,11 (verschil 0,70;",
        ),
        (
            "en",
            "The comparison of ‘first measurement’ and ‘later on’ was planned too. Engagement rose: from 3.41 to 4.11 (difference 0.70;",
        ),
    ],
)
def test_what_was_planned_besides_has_its_sentence_and_what_was_not_has_none(open_waves, language: str, words: str):
    def add(made: MadeResults) -> None:
        for quantity, value, n in (("before", 3.41, 20), ("change", 0.70, 22), ("after", 4.11, 12)):
            made.change("s1", "uwes9.total", value, quantity=quantity, comparison="far", low=0.4, high=1.0, n=n, verdict="rose_clearly")

    view = open_waves(language, alter=add)
    pairs = [("near", "before", "after"), ("far", "before", "later"), ("last", "after", "later")]
    comparisons = [{"id": id, "before": before, "after": after, "planned": id != "last"} for id, before, after in pairs]
    view = replace(view, study=view.study.model_validate(view.study.model_dump(by_alias=True) | {"comparisons": comparisons}))
    page = read_words(show_over_waves(view))
    assert words in page
    assert page.count("gepland" if language == "nl" else "planned") == 1
