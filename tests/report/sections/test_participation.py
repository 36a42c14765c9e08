"""Who answered: counts as they are, few people as few, and why people were left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.participation import show_participation, write_participation


def test_every_count_is_the_count_of_the_results(open_school):
    table = read_tables(show_participation(open_school()))["who-counts"]
    assert table == [
        ["Wat is geteld?", "voormeting", "nameting"],
        ["Uitgenodigd", "30", "30"],
        ["Ingevuld", "26", "28"],
        ["Antwoorden gebruikt", "21", "23"],
        ["Vulde ook een andere keer in", "15", "15"],
        ["Respons (gebruikt van uitgenodigd)", "70%", "77%"],
    ]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Er deden 29 verschillende mensen mee: 21 bij ‘voormeting’, 23 bij ‘nameting’, 15 bij allebei."),
        ("en", "29 different people took part: 21 at ‘first measurement’, 23 at ‘second measurement’, 15 at both."),
    ],
)
def test_people_are_counted_once_in_words(open_school, language: str, sentence: str):
    assert sentence in read_words(show_participation(open_school(language)))


def test_how_many_different_people_is_not_told_where_one_of_its_parts_is_hidden(open_school):
    for quantity in ("used", "matched"):
        page = show_participation(open_school(alter=lambda made, q=quantity: made.hide("participation", {"wave": "after", "quantity": q})))
        assert "verschillende mensen" not in read_words(page)


def test_who_was_left_out_stands_with_the_reason(open_school):
    table = read_tables(show_participation(open_school("en")))["who-left-out"]
    assert [row[0] for row in table[1:]] == ["No consent", "Test entry", "Not finished", "Filled in twice"]
    assert table[1] == ["No consent", "5", "5"] and table[2][1:] == ["0", "0"]


@pytest.mark.parametrize(("language", "words"), [("nl", "minder dan 5"), ("en", "fewer than 5")])
def test_few_people_are_few_and_never_blank(open_school, language: str, words: str):
    page = show_participation(open_school(language, lambda made: made.hide("participation", {"wave": "after"})))
    assert [row[2] for row in read_tables(page)["who-counts"][1:]] == [words] * 5


def test_what_would_give_away_a_small_group_is_protected(open_school):
    def protect(made: MadeResults) -> None:
        made.hide("participation", {"wave": "after", "quantity": "answered"}, method="subtraction")

    table = read_tables(show_participation(open_school(alter=protect)))["who-counts"]
    assert table[2] == ["Ingevuld", "26", "verborgen"]


@pytest.mark.parametrize(
    ("language", "sentence", "cell"),
    [
        ("nl", "gebruikten we de antwoorden van 23 mensen; hoeveel er zijn uitgenodigd, is niet opgegeven.", "niet opgegeven"),
        ("en", "we used the answers of 23 people; how many were invited is not stated.", "not stated"),
    ],
)
def test_an_unknown_number_of_invited_people_is_told(open_school, language: str, sentence: str, cell: str):
    def forget(made: MadeResults) -> None:
        for quantity in ("invited", "response"):
            made.hide("participation", {"quantity": quantity}, "not_measured", "not_told")

    view = open_school(language, forget)
    page = show_participation(view)
    assert sentence in write_participation(view).replace("\u00a0", " ")
    assert read_tables(page)["who-counts"][1][1:] == [cell] * 2


@pytest.mark.parametrize(
    ("matched", "nl", "en"),
    [
        (None, "Minder dan 5 van hen vulden ook een andere keer in.", "Fewer than 5 of them also answered another time."),
        (0, "Niemand van hen is bij een andere meting terug te vinden.", "None of them can be found in another measurement."),
        (1, "1 van hen vulde ook in september 2025 in.", "1 of them also answered in September 2025."),
        (5, "5 van hen vulden ook in september 2025 in.", "5 of them also answered in September 2025."),
    ],
)
def test_the_sentence_on_those_who_answered_again(open_school, matched: int | None, nl: str, en: str):
    def alter(made: MadeResults) -> None:
        if matched is None:
            made.hide("participation", {"quantity": "matched"})
        else:
            made.alter("participation", {"quantity": "matched"}, estimate=matched)

    assert nl in write_participation(open_school(alter=alter)).replace("\u00a0", " ")
    assert en in write_participation(open_school("en", alter)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "sentence"), [("nl", "15 van hen vulden ook een andere keer in."), ("en", "15 of them also answered another time.")]
)
def test_measurements_of_one_month_are_not_told_apart_by_it(open_school, language: str, sentence: str):
    view = open_school(language)
    waves = tuple(wave.model_copy(update={"date": view.study.waves[0].date}) for wave in view.study.waves)
    assert sentence in write_participation(replace(view, study=view.study.model_copy(update={"waves": waves})))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "De aantallen over alle scholen blijven verborgen: anders is een kleine groep te herkennen."),
        ("en", "The numbers over all schools stay hidden: otherwise a small group could be recognised."),
    ],
)
def test_counts_over_all_schools_that_would_tell_of_a_small_group_are_hidden(open_cohort, language: str, sentence: str):
    page = show_participation(open_cohort(language, alter=lambda made: made.hide("participation", {"school": ""}, method="subtraction")))
    assert sentence in read_words(page) and "110" not in read_words(page)


def test_without_codes_nothing_is_said_of_answering_again(open_school):
    sentence = read_words(show_participation(open_school(extra='[matching]\nby = "none"'))).split("Aantal mensen per meting")[0]
    assert "andere meting" not in sentence


def test_across_schools_there_is_a_row_per_school_in_the_order_of_the_codes(open_cohort):
    table = read_tables(show_participation(open_cohort()))["who-schools"]
    assert [row[0] for row in table[1:]] == [
        *(f"School {number}" for number in range(1, 7)),
        "Samen, alle scholen die getoond mogen worden",
    ]
    assert table[1] == ["School 1", "21", "70%", "23", "77%"]
    assert table[6][1:] == ["minder dan 5", "niet gemeten"] * 2
    assert table[7][1:] == ["110", "73%", "110", "73%"]


@pytest.mark.parametrize(
    ("language", "people", "response"),
    [
        ("nl", "Aantal mensen per school en meting", "Aantal mensen en respons per school en meting"),
        ("en", "Number of people per school and measurement", "Number of people and response per school and measurement"),
    ],
)
def test_a_study_that_does_not_say_who_was_invited_has_no_column_on_it(open_cohort, language: str, people: str, response: str):
    view = open_cohort(language)
    schools = tuple(school.model_copy(update={"invited": {}}) for school in view.study.schools)
    silent = view.study.model_copy(update={"schools": schools})
    table = read_tables(show_participation(type(view)(silent, view.results, view.text)))["who-schools"]
    assert len(table[0]) == 3
    words = [read_words(show_participation(type(view)(study, view.results, view.text))) for study in (view.study, silent)]
    assert [(people in each, response in each) for each in words] == [(False, True), (True, False)]


@pytest.mark.parametrize(("schools", "folded"), [(12, False), (13, True)])
def test_a_long_table_of_schools_is_folded(open_cohort, schools: int, folded: bool):
    page = show_participation(open_cohort(schools=schools))
    assert ("<details><summary>Alle 13 scholen</summary>" in page.markup) == folded
    assert len(read_tables(page)["who-schools"]) == schools + 2


@pytest.mark.parametrize(
    ("language", "ends", "said"),
    [
        ("nl", (-0.5, -0.1), "Wie later niet meer invulde, begon bij de bevlogenheid lager dan wie dat wel deed: verschil −0,30 punt"),
        ("en", (-0.5, -0.1), "Those who did not answer again began lower on engagement than those who did: difference −0.30 points"),
        (
            "en",
            (0.1, 0.5),
            "began higher on engagement than those who did: difference 0.30 points (95% interval 0.10 to 0.50; 35 against 75 people).",
        ),
        ("nl", (0.1, 0.5), "Wie later niet meer invulde, begon bij de bevlogenheid hoger dan wie dat wel deed: verschil 0,30 punt"),
        (
            "nl",
            (-0.1, 0.7),
            "We kunnen niet zeggen of wie later niet meer invulde, bij de bevlogenheid anders begon dan wie dat wel deed:",
        ),
        ("nl", (0.0, 0.7), "We kunnen niet zeggen of wie later niet meer invulde"),
        ("nl", (1e-9, 0.7), "hoger dan wie dat wel deed"),
        ("nl", (-0.7, 0.0), "We kunnen niet zeggen of wie later niet meer invulde"),
        ("nl", (-0.7, -1e-9), "lager dan wie dat wel deed"),
    ],
)
def test_across_schools_it_is_said_how_those_who_left_began(open_cohort, language: str, ends: tuple[float, float], said: str):
    low, high = ends
    page = show_participation(open_cohort(language, alter=lambda made: made.leaving((low + high) / 2, low=low, high=high)))
    assert said in read_words(page)
    assert ("is niet bekend." if language == "nl" else "is not known.") in read_words(page)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "nl",
            "Of wie later niet meer invulde anders begon dan wie dat wel deed, blijft verborgen, "
            "want een van de groepen is te klein om te splitsen.",
        ),
        (
            "en",
            "Whether those who did not answer again began differently from those who did stays hidden, "
            "because one of the groups is too small to be split off.",
        ),
    ],
)
def test_what_may_not_be_said_of_those_who_left_is_hidden_with_its_reason(open_cohort, language: str, sentence: str):
    def hide(made: MadeResults) -> None:
        made.leaving(0.1, low=-0.1, high=0.3)
        made.hide("attrition", {}, method="too_few_for_split")

    assert sentence in read_words(show_participation(open_cohort(language, alter=hide)))


def test_where_nobody_left_nothing_is_said_of_them(open_cohort):
    assert "daarna niet meer" not in read_words(show_participation(open_cohort()))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Bij ‘nameting’ zijn er geen antwoorden die meetellen."),
        ("en", "At ‘second measurement’ there are no answers that count."),
    ],
)
def test_a_wave_that_nobody_answered_is_told_without_people_to_follow(open_school, language: str, sentence: str):
    def empty(made: MadeResults) -> None:
        for quantity in ("answered", "used", "matched", "response"):
            made.alter("participation", {"wave": "after", "quantity": quantity}, estimate=0.0, n=0)

    assert write_participation(open_school(language, empty)) == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Aantallen over alle scholen zijn er niet: van geen school zijn er genoeg antwoorden om mee te tellen."),
        ("en", "There are no numbers over all schools: no school has enough answers to be counted."),
    ],
)
def test_totals_that_were_not_made_do_not_blame_a_small_group(open_cohort, language: str, sentence: str):
    view = open_cohort(language, alter=lambda made: made.hide("participation", {"school": ""}, "not_measured", "no_answers"))
    assert write_participation(view) == sentence


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_long_table_of_schools_is_folded_under_its_number_of_rows(open_cohort, language: str):
    page = show_participation(open_cohort(language, schools=13))
    assert "<details" in page.markup and "13" in page.markup.partition("<details")[2].partition("</summary>")[0]
