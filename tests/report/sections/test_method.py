"""How it was measured: what is true of this study is said, and nothing that is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.method import show_method
from toolkit.study.study import Outcome


def add_reliability(alpha: float):
    def alter(made: MadeResults) -> None:
        for wave in ("before", "after"):
            made.reliability(wave, "uwes9.total", "alpha", alpha, low=alpha - 0.05, high=alpha + 0.04, n=40)
            made.reliability(wave, "uwes9.total", "omega", alpha + 0.01, n=40)
            made.reliability(wave, "uwes9.total", "icc1", 0.12, n=40)

    return alter


def test_reliability_is_that_of_the_results(open_school):
    table = read_tables(show_method(open_school(alter=add_reliability(0.91))))["method-uwes9-reliability"]
    assert table[1] == ["Bevlogenheid", "voormeting", "0,91", "0,86 tot 0,95", "0,92", "0,12"]
    assert table[3] == ["Vitaliteit", "voormeting", *["niet gemeten"] * 4]


@pytest.mark.parametrize(("alpha", "warned"), [(0.70, False), (0.69, True)])
def test_a_scale_that_measures_too_coarsely_is_named(open_school, alpha: float, warned: bool):
    words = read_words(show_method(open_school(alter=add_reliability(alpha))))
    assert ("Let op: onder 0,70" in words) is warned


def test_single_questions_have_no_reliability_and_the_page_says_so(open_school):
    assert "Hoe betrouwbaar die meet, is niet te berekenen." in read_words(show_method(open_school()))


def test_scales_with_their_items_and_the_answers_they_need(open_school):
    assert read_tables(show_method(open_school()))["method-uwes9-scales"][1] == ["Bevlogenheid", "9", "7"]


@pytest.mark.parametrize(
    ("extra", "said", "unsaid"),
    [
        ("[smallest_change]\nuwes9 = 0.3", "Bevlogenheid (UWES-9): een verandering doet ertoe vanaf 0,30 punt.", "heeft niet gekozen"),
        ('[smallest_change]\n"uwes9.total" = 0.3', "De bevlogenheid: een verandering doet ertoe vanaf 0,30 punt.", "heeft niet gekozen"),
        ("", "Het onderzoek heeft niet gekozen vanaf welke grootte een verandering ertoe doet.", "doet ertoe vanaf"),
        ('[matching]\nby = "none"', "De metingen zijn niet gekoppeld.", "Kenward"),
        ('[matching]\nby = "code"', "De intervallen volgen Kenward en Roger.", "niet gekoppeld"),
    ],
)
def test_what_is_said_is_true_of_the_study(open_school, extra: str, said: str, unsaid: str):
    words = read_words(show_method(open_school(extra=extra)))
    assert said in words and unsaid not in words


@pytest.mark.parametrize(
    ("language", "by", "counted", "untested"),
    [
        ("nl", "code", "Dat vraagt 5 mensen per meting, en evenveel die beide keren invulden.", "is voor deze pagina niet getoetst."),
        ("nl", "none", "Dat vraagt 5 mensen per meting.", "is voor deze pagina niet getoetst."),
        ("en", "code", "That takes 5 people in each measurement, and as many who answered both.", "was not tested for this page."),
        ("en", "none", "That takes 5 people in each measurement.", "was not tested for this page."),
    ],
)
def test_it_is_said_which_schools_count_and_what_was_not_tested(
    open_cohort, open_school, language: str, by: str, counted: str, untested: str
):
    view = open_cohort(language)
    study = view.study.model_copy(update={"matching": view.study.matching.model_copy(update={"by": by})})
    words = read_words(show_method(replace(view, study=study)))
    assert counted in words and untested in words
    alone = read_words(show_method(open_school(language)))
    assert counted not in alone and untested in alone


@pytest.mark.parametrize("by", ["none", "code"])
def test_two_groups_and_the_same_people_have_a_model_of_their_own(open_school, by: str):
    words = read_words(show_method(open_school("en", extra=f'[matching]\nby = "{by}"')))
    assert ("The change is the difference of two groups (Welch), with too wide an interval." in words) == (by == "none")
    assert ("The intervals follow Kenward and Roger." in words) == (by == "code")


@pytest.mark.parametrize(("planned", "said"), [("true", "was vooraf gepland"), ("false", "is een verkenning: ze was niet vooraf gepland")])
def test_planned_and_exploratory_comparisons_are_told_apart(open_school, planned: str, said: str):
    extra = f'[[comparisons]]\nid = "before_after"\nbefore = "before"\nafter = "after"\nplanned = {planned}'
    assert f"De vergelijking van ‘voormeting’ en ‘nameting’ {said}." in read_words(show_method(open_school(extra=extra)))


def test_the_number_of_comparisons_is_counted(open_school):
    view = open_school()
    changes = view.results.change
    count = len(changes[(changes["school"] == "s1") & (changes["quantity"] == "change")])
    assert f"Voor deze pagina zijn {count} veranderingen berekend." in read_words(show_method(view))


@pytest.mark.parametrize(("smallest", "rows"), [("[smallest_change]\nuwes9 = 0.3", 8), ("", 5)])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_are_explained_as_far_as_they_can_occur(open_school, language: str, smallest: str, rows: int):
    table = read_tables(show_method(open_school(language, extra=smallest)))["method-words"]
    assert len(table) == rows
    said = [words for _, words in table]
    rise, none = (
        ("een aanwijzing voor een stijging", "niet te berekenen") if language == "nl" else ("indication of a rise", "can't be computed")
    )
    assert rise in said[-3 if rows == 5 else -4] and none in said[-1]


@pytest.mark.parametrize(("language", "words"), [("nl", "Die wordt nooit gecorrigeerd."), ("en", "It is never corrected.")])
def test_a_primary_outcome_that_is_a_factor_is_said_to_be_corrected_nowhere(open_school, language: str, words: str):
    view = open_school(language)
    primary = Outcome(instrument="plg12", scale="e1", rating="now")
    outcomes = view.study.outcomes.model_copy(update={"primary": "plg12.e1.now"})
    changed = replace(view, study=view.study.model_copy(update={"outcomes": outcomes}))
    assert changed.study.primary == primary
    assert words in read_words(show_method(changed)) and words not in read_words(show_method(view))


@pytest.mark.parametrize(("language", "words"), [("nl", "‘verborgen (minder dan 8)’"), ("en", "‘hidden (fewer than 8)’")])
def test_the_floors_are_those_of_the_study(open_school, language: str, words: str):
    assert words in read_words(show_method(open_school(language, settings="smallest_group = 8")))


def test_the_average_over_schools_is_explained_where_there_is_one(open_school, open_cohort):
    assert "telt elke school één keer" in read_words(show_method(open_cohort()))
    assert "telt elke school één keer" not in read_words(show_method(open_school()))


def test_the_correction_for_factors_is_told_where_there_are_factors(open_school):
    view = open_school()
    others = tuple(instrument for instrument in view.study.instruments if instrument.topic != "factors")
    without = replace(view, study=view.study.model_copy(update={"instruments": others}))
    assert "Holm" in read_words(show_method(view)) and "Holm" not in read_words(show_method(without))
