"""The core of a page: what it says first, and what it never leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults, keep_first_wave
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.report.sections.method import show_method

CAUSE = {
    "nl": "Dit rapport vergelijkt voor en na, zonder vergelijkingsgroep. Of het traject dit veroorzaakte, is zo niet vast te stellen.",
    "en": "This report compares before and after, without a comparison group. So it can't show whether the trajectory caused this.",
}


def test_a_school_leader_reads_engagement_factors_and_who_answered(open_school):
    words = read_words(show_main_findings(open_school()))
    sentences = [
        "De bevlogenheid is gestegen, maar hoeveel is onzeker: van 3,41 naar 3,71 (verschil 0,30; "
        "95%-interval 0,05 tot 0,55; 29 verschillende mensen).",
        "Twee factoren gingen omhoog: ‘Leren van en met elkaar’ en ‘Externe professionalisering’. "
        "Eén factor ging omlaag: ‘Strategisch personeelsbeleid’.",
        "Het verschil tussen nu en gewenst is het grootst bij ‘Strategisch personeelsbeleid’: nu 3,10, gewenst 4,41.",
        "Bij ‘nameting’ gebruikten we de antwoorden van 23 mensen, 77% van de 30 die waren uitgenodigd.",
        CAUSE["nl"],
    ]
    places = [words.index(sentence) for sentence in sentences]
    assert places == sorted(places)


def test_the_same_is_said_in_english(open_school):
    words = read_words(show_main_findings(open_school("en")))
    told = (
        "Engagement rose, but how much is uncertain: from 3.41 to 3.71 (difference 0.30; 95% interval 0.05 to 0.55; 29 different people)."
    )
    assert told in words
    assert "Two factors went up: ‘Learning from and with each other’ and ‘External professional development’." in words
    assert "The gap between now and wanted is widest for ‘Strategic personnel policy’: now 3.10, wanted 4.41." in words
    assert "we used the answers of 23 people, 77% of the 30 who were invited." in words


@pytest.mark.parametrize("language", ["nl", "en"])
def test_causes_are_never_claimed_and_the_sentence_on_them_never_missing(open_school, open_cohort, language: str):
    assert CAUSE[language] in read_words(show_main_findings(open_school(language)))
    assert CAUSE[language] in read_words(show_main_findings(open_cohort(language)))


@pytest.mark.parametrize(("planned", "said"), [("true", False), ("false", True)])
def test_a_comparison_that_was_not_planned_is_called_an_exploration(open_school, planned: str, said: bool):
    extra = f'[[comparisons]]\nid = "before_after"\nbefore = "before"\nafter = "after"\nplanned = {planned}'
    assert ("zie haar als een verkenning" in read_words(show_main_findings(open_school(extra=extra)))) is said


@pytest.mark.parametrize(("language", "heading", "word"), [("nl", "Hoe zeker is dit?", "redelijk"), ("en", "How sure is this?", "fair")])
def test_certainty_is_one_word_with_its_reasons_and_cuts(open_school, language: str, heading: str, word: str):
    view = open_school(language)
    page = show_main_findings(view)
    words = read_words(page)
    assert heading in words and view.text.say("certainty.answer", word=word) in words
    assert [row[-1] for row in read_tables(page)["certainty-reasons"]][2] == word
    assert "50%" in words and view.text.say("certainty.own_cuts") in words


def test_a_hidden_school_is_told_so_without_a_number(open_school):
    def hide(made: MadeResults) -> None:
        for table in ("participation", "change"):
            made.hide(table, {"school": "s1"})

    words = read_words(show_main_findings(open_school(alter=hide)))
    assert "De verandering van de bevlogenheid blijft verborgen, want minder dan 5 mensen antwoordden." in words
    assert "Bij ‘nameting’ antwoordden minder dan 5 mensen; hun antwoorden blijven verborgen." in words
    assert "nan" not in words.lower() and "none" not in words.lower()


def test_with_one_wave_there_is_no_change_to_tell(open_school):
    view = open_school()
    words = read_words(show_main_findings(replace(view, study=keep_first_wave(view.study))))
    assert "gestegen" not in words and "Het verschil tussen nu en gewenst is het grootst" in words


def test_across_schools_the_core_counts_schools(open_cohort):
    words = read_words(show_main_findings(open_cohort()))
    for sentence in (
        "Het onderzoek gaat over 6 scholen. De aantallen gaan over de 5 die getoond mogen worden. "
        "Bij ‘nameting’ gebruikten we de antwoorden van 110 mensen",
        "Gemiddeld over 5 scholen is de bevlogenheid gestegen, maar hoeveel is onzeker: van 3,41 naar 3,62 "
        "(verschil 0,21; 95%-interval 0,02 tot 0,41; 145 mensen).",
        "De bevlogenheid is in 2 van de 5 scholen gestegen (1 duidelijk, bij 1 is onzeker hoeveel) "
        "en in 1 van de 5 scholen gedaald (1 duidelijk). "
        "In 2 scholen kunnen we het niet zeggen. Van 1 school is de verandering niet te tonen.",
    ):
        assert sentence in words
    method = read_words(show_method(open_cohort()))
    for sentence in (
        "Met zo weinig scholen",
        "We kunnen niet zeggen of de verandering tussen scholen verschilt: spreiding 0,18 punt (interval 0,00 tot 0,48).",
        "Bij een nieuwe, vergelijkbare school zou de verandering waarschijnlijk tussen −0,29 en 0,71 punt liggen.",
    ):
        assert sentence in method and sentence not in words


@pytest.mark.parametrize(
    ("hidden", "nl", "en"),
    [
        (
            0,
            "Het onderzoek gaat over 6 scholen. Bij ‘nameting’ gebruikten we de antwoorden van 110 mensen",
            "The study covers 6 schools. At ‘second measurement’ we used the answers of 110 people",
        ),
        (
            1,
            "De aantallen gaan over de 5 die getoond mogen worden. Bij",
            "The numbers are about the 5 that may be shown. At",
        ),
        (
            2,
            "De aantallen gaan alleen over de scholen die mee mogen tellen. Bij",
            "The numbers are only about the schools that may count. At",
        ),
    ],
)
def test_the_core_says_over_which_schools_people_are_counted(open_cohort, hidden: int, nl: str, en: str):
    def alter(made: MadeResults) -> None:
        if hidden == 0:
            made.alter("participation", {"school": "s6"}, state="shown", estimate=5, n=5)
        if hidden == 2:
            made.hide("participation", {"school": "s5", "wave": "after"})

    assert nl in read_words(show_main_findings(open_cohort(alter=alter)))
    assert en in read_words(show_main_findings(open_cohort("en", alter=alter)))


@pytest.mark.parametrize(
    ("language", "differ", "unknown"),
    [
        ("nl", "De verandering verschilt tussen scholen:", "We kunnen niet zeggen of de verandering tussen scholen verschilt:"),
        ("en", "The change differs between schools:", "We can't tell whether the change differs between schools:"),
    ],
)
@pytest.mark.parametrize(("low", "known"), [(0.0, False), (0.004, False), (0.02, True)])
def test_schools_differ_only_where_no_spread_is_ruled_out(open_cohort, language: str, differ: str, unknown: str, low: float, known: bool):
    words = read_words(show_method(open_cohort(language, alter=lambda made: made.alter("change", {"quantity": "tau"}, low=low))))
    assert (differ in words, unknown in words) == (known, not known)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Het onderzoek gaat over 1 school. Bij ‘nameting’ gebruikten we"),
        ("en", "The study covers 1 school. At ‘second measurement’ we used"),
    ],
)
def test_a_study_of_one_school_is_said_to_be_of_one(open_cohort, language: str, sentence: str):
    def show(made: MadeResults) -> None:
        made.alter("participation", {"school": "s1"}, state="shown", estimate=110, n=110)

    assert sentence in read_words(show_main_findings(open_cohort(language, schools=1, alter=show)))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_where_too_few_answered_in_all_schools_together_their_number_is_not_told(open_cohort, language: str):
    view = open_cohort(language, alter=lambda made: made.hide("participation", {"school": ""}))
    words = read_words(show_main_findings(view))
    assert view.text.say("who.hidden_all", floor=5) in words and "110" not in words


def test_two_or_three_schools_have_no_average(open_cohort):
    def drop(made: MadeResults) -> None:
        made.hide("change", {"school": ""}, "not_computable", "too_few_schools")

    words = read_words(show_main_findings(open_cohort(schools=3, alter=drop)))
    assert "De verandering van de bevlogenheid is niet te berekenen, want daarvoor zijn er te weinig scholen." in words
    assert "De bevlogenheid is in 1 van de 2 scholen gestegen (1 duidelijk) en in 1 van de 2 scholen gedaald (1 duidelijk)." in words


@pytest.mark.parametrize(("used", "dots"), [(30, "●●●●"), (15, "●●●○"), (10, "●●○○"), (5, "●○○○")])
def test_certainty_is_also_seen_as_dots_that_a_screen_reader_leaves_out(open_school, used: int, dots: str):
    def alter(made: MadeResults) -> None:
        for quantity, count in (("used", used), ("matched", used)):
            made.alter("participation", {"quantity": quantity}, estimate=count, n=count)
        made.alter("participation", {"quantity": "response"}, estimate=0.9)

    page = show_main_findings(open_school(alter=alter)).markup
    assert f'<span class="dots" aria-hidden="true">{dots}</span>' in page


def test_what_is_said_before_the_numbers_is_stressed_and_labels_stay_as_typed(open_school):
    view = open_school("en")
    instruments = view.study.instruments
    page = show_main_findings(view).markup
    assert "<li><strong>Engagement rose, but how much is uncertain:</strong> from 3.41 to 3.71" in page
    assert "<li>At ‘second measurement’ we used" in page
    scale = instruments[1].scales[10].model_copy(update={"label": {"nl": "a", "en": "<b>: & more"}})
    odd = instruments[1].model_copy(update={"scales": (*instruments[1].scales[:10], scale, *instruments[1].scales[11:])})
    view.study.__dict__["instruments"] = (instruments[0], odd)
    view.study.__dict__.pop("scored_instruments", None)
    page = show_main_findings(view).markup
    assert "<b>" not in page and "&lt;b&gt;" in page


@pytest.mark.parametrize(("language", "words"), [("nl", "de enige die getoond mag worden"), ("en", "the only one that may be shown")])
def test_one_school_of_two_is_told_in_the_singular(open_cohort, language: str, words: str):
    assert words in read_words(show_main_findings(open_cohort(language, schools=2)))
