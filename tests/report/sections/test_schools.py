"""Section 3 across schools: every school in the order of its code, none ranked, hidden ones last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.report.sections.key_factors_by_school import show_key_factors_by_school
from toolkit.report.sections.schools import show_schools

FIGURE = "schools-change"
MOVED = (
    "De bevlogenheid is in 2 van de 5 scholen gestegen (1 duidelijk, bij 1 is onzeker hoeveel) "
    "en in 1 van de 5 scholen gedaald (1 duidelijk)"
)
MOVED_EN = "Engagement rose in 2 of 5 schools (1 clearly, in 1 it is uncertain how much) and fell in 1 of 5 schools (1 clearly)"


def test_schools_stand_in_the_order_of_their_codes_and_hidden_ones_last(open_cohort):
    def hide_the_first(made: MadeResults) -> None:
        made.hide("change", {"school": "s1"})

    picture = read_pictures(show_schools(open_cohort(alter=hide_the_first)))[FIGURE]
    assert [row[0] for row in picture.table[1:]] == [f"School {number}" for number in (2, 3, 4, 5, 1, 6)]
    assert "School 1" not in picture.words and "School 6" not in picture.words and "School 6" not in picture.description


@pytest.mark.parametrize(("language", "words"), [("nl", "van groot naar klein"), ("en", "from large to small")])
def test_by_size_the_large_come_first_and_hidden_sizes_last_everywhere(open_cohort, language: str, words: str):
    sizes = {"s1": 9, "s2": 31, "s3": 12, "s4": 22}

    def resize(made: MadeResults) -> None:
        for school, size in sizes.items():
            made.alter("participation", {"school": school, "wave": "after", "quantity": "used"}, estimate=float(size), n=size)
        made.hide("participation", {"school": "s5"})

    view = open_cohort(language, alter=resize)
    view = replace(view, study=view.study.model_copy(update={"order": "size"}))
    order = ["School 2", "School 4", "School 3", "School 1", "School 5", "School 6"]
    assert [school.name for school in view.schools] == order
    picture = read_pictures(show_schools(view))[FIGURE]
    assert [row[0] for row in picture.table[1:]] == order
    assert [word for word in picture.words if word in order] == order[:5]
    assert words in read_words(show_schools(view)) and words in read_words(show_key_factors_by_school(view))
    assert [row[0] for row in read_tables(show_key_factors_by_school(view))["heat-plg12-levels-table"][1:]] == order


def test_the_table_holds_the_results(open_cohort):
    table = read_pictures(show_schools(open_cohort()))[FIGURE].table
    assert table[1] == ["School 1", "0,90", "0,60 tot 1,20", "0,72", "0,47 tot 0,97", "29", "gestegen"]
    assert table[6] == ["School 6", *["verborgen (minder dan 5)"] * 6]


def test_words_follow_the_own_interval_of_a_school_also_where_what_was_drawn_in_says_less(open_cohort):
    def doubt_the_first(made: MadeResults) -> None:
        where = {"school": "s1", "scale": "total", "quantity": "shrunken"}
        made.alter("change", where, estimate=0.3, low=-0.1, high=0.7, verdict="unclear")

    section = show_schools(open_cohort(alter=doubt_the_first))
    picture = read_pictures(section)[FIGURE]
    assert picture.title == MOVED
    assert picture.table[1][3:] == ["0,30", "−0,10 tot 0,70", "29", "gestegen"]
    assert "School 1 0,90 (0,60 tot 1,20)" in picture.description


@pytest.mark.parametrize(
    ("language", "title", "average", "school"),
    [
        (
            "nl",
            MOVED,
            "Gemiddeld 0,21 (0,02 tot 0,41)",
            "School 2 −0,80 (−1,10 tot −0,50)",
        ),
        (
            "en",
            MOVED_EN,
            "On average 0.21 (0.02 to 0.41)",
            "School 2 −0.80 (−1.10 to −0.50)",
        ),
    ],
)
def test_title_and_description_carry_the_numbers(open_cohort, language, title, average, school):
    picture = read_pictures(show_schools(open_cohort(language)))[FIGURE]
    assert picture.title == title
    assert average in picture.description and school in picture.description


def test_many_schools_are_described_by_the_table(open_cohort):
    picture = read_pictures(show_schools(open_cohort("en", schools=15)))[FIGURE]
    assert "; 14 schools. The same" in picture.description and "School 2" not in picture.description


def test_what_chance_does_is_said(open_cohort):
    assert "Door toeval lijkt ongeveer 5% van de scholen veranderd, ook als er niets veranderde." in read_words(show_schools(open_cohort()))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_school_is_called_best_or_given_a_rank(open_cohort, language: str):
    words = read_words(show_schools(open_cohort(language))).lower()
    assert not [word for word in ("beste", "slechtste", "rang", "best", "worst", "rank") if f" {word} " in words]


def test_two_schools_stand_side_by_side_without_an_average(open_cohort):
    def drop(made: MadeResults) -> None:
        made.hide("change", {"school": ""}, "not_computable", "too_few_schools")

    page = show_schools(open_cohort(schools=3, alter=drop))
    assert "Gemiddeld" not in read_pictures(page)[FIGURE].description


def test_with_all_schools_hidden_there_is_a_sentence_and_no_figure(open_cohort):
    page = show_schools(open_cohort(alter=lambda made: made.hide("change", {})))
    assert not read_pictures(page)
    assert "schools-change-table" not in read_tables(page) and "Verandering per school: verborgen (minder dan 5)." in read_words(page)


def test_with_one_wave_there_is_no_change_yet(open_cohort):
    view = open_cohort()
    assert "nog geen verandering" in read_words(show_schools(replace(view, study=keep_first_wave(view.study))))


def test_a_school_whose_answers_are_all_equal_is_not_called_about_the_same(open_cohort):
    def make_equal(made: MadeResults) -> None:
        made.hide("change", {"school": "s1", "quantity": "change"}, "not_computable", "no_spread")
        made.alter("change", {"school": "s1", "quantity": "shrunken"}, verdict="same")

    view = open_cohort(alter=make_equal)
    picture = read_pictures(show_schools(view))[FIGURE]
    assert set(next(row for row in picture.table if row[0] == "School 1")[1:]) == {"niet te berekenen"}
    assert "School 1" not in picture.words and "School 1" not in picture.description
    assert view.find_change(view.study.primary, school="s1").method == "no_spread"
