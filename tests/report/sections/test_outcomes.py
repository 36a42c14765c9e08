"""Section 3: the same number in sentence, figure, description and table; hidden and unknown results in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_pictures, read_tables, read_words
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.outcomes import show_engagement

FIGURE = "engagement-uwes9-levels"


@pytest.mark.parametrize(
    ("language", "title", "before", "after"),
    [
        ("nl", "De bevlogenheid is gestegen, maar hoeveel is onzeker", "3,41", "3,71"),
        ("en", "Engagement rose, but how much is uncertain", "3.41", "3.71"),
    ],
)
def test_sentence_figure_description_and_table_show_the_same_numbers(open_school, language, title, before, after):
    page = show_engagement(open_school(language))
    picture = read_pictures(page)[FIGURE]
    assert picture.title == title and picture.description.startswith(title)
    assert f" {before} " in read_words(page) and before in picture.description and after in picture.description
    assert before in picture.words and after in picture.words
    assert picture.table[1][1] == before and picture.table[1][4] == after
    assert read_tables(page)["engagement-uwes9-change"][1][1:3] == [before, after]


def test_the_table_of_changes_holds_the_results(open_school):
    table = read_tables(show_engagement(open_school()))["engagement-uwes9-change"]
    assert table[0] == [
        "Schaal",
        "Voor",
        "Na",
        "Verandering",
        "95%-interval",
        "Aantal mensen (n)",
    ]
    assert table[1] == ["Bevlogenheid", "3,41", "3,71", "0,30", "0,05 tot 0,55", "29"]
    assert [row[0] for row in table[1:]] == ["Bevlogenheid", "Vitaliteit", "Toewijding", "Absorptie"]


@pytest.mark.parametrize(("language", "words"), [("nl", "niet precies ‘na’ min ‘voor’"), ("en", "not exactly ‘after’ minus ‘before’")])
@pytest.mark.parametrize(("after", "told"), [(3.706, False), (3.8, True)])
def test_a_change_that_is_not_after_minus_before_is_told(open_school, language: str, words: str, after: float, told: bool):
    def alter(made: MadeResults) -> None:
        for quantity, value in (("before", 3.406), ("change", 0.3), ("after", after)):
            made.alter("change", {"quantity": quantity}, estimate=value)

    assert (words in read_words(show_engagement(open_school(language, alter)))) is told


@pytest.mark.parametrize(("hidden", "place"), [("before", 1), ("after", 2)])
def test_a_mean_that_is_hidden_beside_its_change_says_so(open_school, hidden: str, place: int):
    page = show_engagement(open_school(alter=lambda made: made.hide("change", {"quantity": hidden}, method="subtraction")))
    row = read_tables(page)["engagement-uwes9-change"][1]
    assert row[place] == "verborgen" and row[3] == "0,30"


def test_everyone_stands_beside_those_who_answered_twice(open_school):
    table = read_tables(show_engagement(open_school()))["engagement-uwes9-pairs"]
    assert table[1] == ["Bevlogenheid", "0,30", "0,29", "0,01 tot 0,56", "15", "0,35 (0,06 tot 0,64)"]


@pytest.mark.parametrize(("language", "words"), [("nl", "verborgen"), ("en", "hidden")])
def test_pairs_that_would_give_away_who_left_are_hidden(open_school, language: str, words: str):
    page = show_engagement(open_school(language, lambda made: made.hide("change", {"quantity": "change_pairs"}, method="subtraction")))
    assert read_tables(page)["engagement-uwes9-pairs"][1][2:5] == [words] * 3


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "De metingen zijn niet gekoppeld."), ("en", "So there is no separate result for those who answered twice.")],
)
def test_without_codes_there_is_no_table_of_pairs_and_the_page_says_why(open_school, language: str, words: str):
    page = show_engagement(open_school(language, extra='[matching]\nby = "none"'))
    assert "engagement-uwes9-pairs" not in read_tables(page)
    assert words in read_words(page)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Deze uitkomst is niet te tonen, want minder dan 5 mensen antwoordden"),
        ("en", "This result can't be shown, because fewer than 5 people answered"),
    ],
)
def test_a_hidden_school_has_words_and_no_figure(open_school, language: str, words: str):
    def hide(made: MadeResults) -> None:
        for table in ("levels", "change"):
            made.hide(table, {"school": "s1"})

    page = show_engagement(open_school(language, hide))
    assert words in read_words(page) and not read_pictures(page) and not read_tables(page)


def test_a_hidden_subscale_is_not_drawn_and_its_cells_say_why(open_school):
    def hide(made: MadeResults) -> None:
        for table in ("levels", "change"):
            made.hide(table, {"scale": "vigour"})

    page = show_engagement(open_school(alter=hide))
    picture = read_pictures(page)[FIGURE]
    assert "Vitaliteit" not in picture.words
    assert picture.table[2] == ["Vitaliteit", *["verborgen (minder dan 5)"] * 6]
    assert read_tables(page)["engagement-uwes9-change"][2][1:] == ["verborgen (minder dan 5)"] * 5


def test_too_few_pairs_hide_the_change_but_not_the_levels(open_school):
    def hide(made: MadeResults) -> None:
        made.hide("change", {"instrument": "uwes9"}, method="too_few_pairs")

    page = show_engagement(open_school(alter=hide))
    core = read_words(show_main_findings(open_school(alter=hide)))
    assert "blijft verborgen, want van minder dan 5 mensen zijn de antwoorden bij beide metingen te koppelen." in core
    assert read_pictures(page)[FIGURE].table[1][1:] == ["3,41", "3,11 tot 3,71", "21", "3,72", "3,42 tot 4,02", "23"]


def test_with_one_wave_there_are_levels_only(open_school):
    view = open_school()
    page = show_engagement(replace(view, study=keep_first_wave(view.study)))
    assert read_pictures(page)[FIGURE].title == "Bevlogenheid per meting"
    assert list(read_tables(page)) == [f"{FIGURE}-table"]


@pytest.mark.parametrize(("n", "before"), [(9, "3,4"), (10, "3,41")])
def test_few_people_have_one_decimal_in_every_place(open_school, n: int, before: str):
    def shrink(made: MadeResults) -> None:
        for end in ("before", "after"):
            made.alter("change", {"instrument": "uwes9", "quantity": end}, n=n)

    page = show_engagement(open_school(alter=shrink))
    picture = read_pictures(page)[FIGURE]
    assert before in picture.words and f"{before} (voormeting)," in picture.description
    assert picture.table[1][1] == before == read_tables(page)["engagement-uwes9-change"][1][1]
