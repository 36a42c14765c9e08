"""Section 6 across schools: only what the study names, in words that follow the verdict and the design."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.content.view import View
from toolkit.report.sections.beside_others import show_pairs
from toolkit.report.sections.main_findings import show_main_findings
from toolkit.study.study import Group, Pair

NUMBERS = {"low": 0.083, "high": 0.917, "std_error": 0.2, "p_value": 0.02, "n": 60}


@pytest.fixture
def open_pair(open_cohort) -> Callable[..., View]:
    """Return a function that makes the view across schools of which two are a pair."""

    def make(language: str = "nl", pairs: int = 1, **row: Any) -> View:
        def add(made: MadeResults) -> None:
            made.pair("s1", "s2", **({"estimate": 0.512, "verdict": "rose_probably"} | NUMBERS | row))

        named = (Pair(first="s1", second="s2", agreed=True), Pair(first="s3", second="s4", agreed=True))[:pairs]
        view = open_cohort(language, alter=add)
        return replace(view, study=view.study.model_copy(update={"pairs": named}))

    return make


@pytest.fixture
def open_design(open_cohort) -> Callable[..., View]:
    """Return a function that makes the view across schools on the trajectory and comparison schools."""

    def make(language: str = "nl", trajectory: float = 0.6, **row: Any) -> View:
        def add(made: MadeResults) -> None:
            made.contrast("trajectory", trajectory, n=60)
            made.contrast("comparison", 0.1, n=60)
            made.contrast("difference", **({"estimate": 0.512, "verdict": "rose_clearly"} | NUMBERS | row))

        view = open_cohort(language, alter=add)
        groups = ["trajectory"] * 3 + ["comparison"] * 3
        schools = tuple(s.model_copy(update={"group": group}) for s, group in zip(view.study.schools, groups, strict=True))
        return replace(view, study=view.study.model_copy(update={"schools": schools}))

    return make


def test_without_pairs_and_comparison_schools_there_is_no_such_section(open_cohort):
    assert not show_pairs(open_cohort()).markup


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "nl",
            "De bevlogenheid is in ‘School 1’ meer gestegen dan in ‘School 2’, maar hoeveel meer is onzeker "
            "(verschil 0,51; 95%-interval 0,08 tot 0,92; 2 scholen).",
        ),
        (
            "en",
            "Engagement rose more in ‘School 1’ than in ‘School 2’, but how much more is uncertain "
            "(difference 0.51; 95% interval 0.08 to 0.92; 2 schools).",
        ),
    ],
)
def test_a_pair_has_a_sentence_with_the_numbers_of_its_table(open_pair, language: str, sentence: str):
    page = show_pairs(open_pair(language))
    assert sentence in read_words(page)
    numbers = ["0,51", "0,08 tot 0,92"] if language == "nl" else ["0.51", "0.08 to 0.92"]
    assert read_tables(page)["compare-table"][1] == ["School 1", "School 2", *numbers, "2", "60"]


def test_the_words_follow_the_verdict_and_the_direction(open_design, subtests: pytest.Subtests):
    for trajectory, verdict, nl, en in (
        (0.6, "rose", "meer gestegen", "rose more"),
        (0.6, "rose_clearly", "meer gestegen", "rose more"),
        (0.6, "rose_probably", "meer gestegen", "rose more"),
        (0.6, "rose_slightly", "iets meer gestegen", "rose slightly more"),
        (0.6, "fell_clearly", "minder gestegen", "rose less"),
        (0.6, "fell_probably", "minder gestegen", "rose less"),
        (0.6, "fell_slightly", "iets minder gestegen", "rose slightly less"),
        (-0.6, "fell", "meer gedaald", "fell more"),
        (-0.6, "fell_probably", "meer gedaald", "fell more"),
        (-0.6, "fell_slightly", "iets meer gedaald", "fell slightly more"),
        (-0.6, "rose_clearly", "minder gedaald", "fell less"),
        (-0.6, "rose_probably", "minder gedaald", "fell less"),
        (-0.6, "rose_slightly", "iets minder gedaald", "fell slightly less"),
    ):
        with subtests.test(verdict, trajectory=trajectory):
            dutch, english = (read_words(show_pairs(open_design(each, trajectory=trajectory, verdict=verdict))) for each in ("nl", "en"))
            assert f"De bevlogenheid is in de scholen met het traject {nl} dan in de vergelijkingsscholen" in dutch
            assert f"Engagement {en} in the schools on the trajectory than in the comparison schools" in english
            unsure = verdict.endswith("probably")
            assert (f"vergelijkingsscholen, maar hoeveel {nl.split()[0]} is onzeker" in dutch) is unsure
            assert (f"comparison schools, but how much {en.split()[1]} is uncertain" in english) is unsure


@pytest.mark.parametrize(
    ("verdict", "nl", "en"),
    [
        ("same", "ongeveer evenveel als in de vergelijkingsscholen", "changed about as much in the schools on the trajectory as"),
        ("unclear", "We kunnen niet zeggen of de bevlogenheid", "We can't tell whether engagement changed differently"),
    ],
)
def test_no_difference_and_no_knowledge_are_told_apart(open_design, verdict: str, nl: str, en: str):
    assert nl in read_words(show_pairs(open_design(verdict=verdict)))
    assert en in read_words(show_pairs(open_design("en", verdict=verdict)))


@pytest.mark.parametrize(
    ("language", "sentence", "cell"),
    [
        ("nl", "want in het studiebestand staat niet dat beide scholen instemden", "verborgen (niet ingestemd)"),
        (
            "en",
            "Engagement in ‘School 1’ can't be compared with engagement in ‘School 2’, "
            "because the study file does not say that both schools agreed.",
            "hidden (not agreed)",
        ),
    ],
)
def test_a_pair_without_consent_carries_no_number(open_pair, language: str, sentence: str, cell: str):
    blank = dict.fromkeys(("estimate", "low", "high", "std_error", "p_value"), float("nan"))
    page = show_pairs(open_pair(language, state="hidden", method="not_agreed", verdict="", **blank | {"n": 0}))
    assert sentence in read_words(page)
    assert read_tables(page)["compare-table"][1][2:] == [cell] * 4


@pytest.mark.parametrize(("pairs", "told"), [(1, False), (2, True)])
@pytest.mark.parametrize(
    ("language", "words"), [("nl", "gecorrigeerd voor het aantal paren (2)"), ("en", "corrected for the number of pairs (2)")]
)
def test_the_correction_for_the_number_of_pairs_is_told(open_pair, language: str, words: str, pairs: int, told: bool):
    assert (words in read_words(show_pairs(open_pair(language, pairs=pairs)))) == told


def test_a_group_is_named_by_its_label(open_cohort):
    view = open_cohort(alter=lambda made: made.pair("north", "s3", 0.512, verdict="rose", **NUMBERS))
    groups = (Group(id="north", label={"nl": "Noord", "en": "North"}, schools=("s1", "s2")),)
    study = view.study.model_copy(update={"groups": groups, "pairs": (Pair(first="north", second="s3"),)})
    assert "in ‘Noord’ meer gestegen dan in ‘School 3’" in read_words(show_pairs(replace(view, study=study)))


@pytest.mark.parametrize(
    ("language", "difference", "rest", "denied"),
    [
        (
            "nl",
            "in de scholen met het traject meer gestegen dan in de vergelijkingsscholen",
            "hebben zelf geen vergelijkingsgroep",
            "zonder vergelijkingsgroep",
        ),
        (
            "en",
            "rose more in the schools on the trajectory than in the comparison schools",
            "have no comparison group themselves",
            "without a comparison group",
        ),
    ],
)
def test_the_core_tells_the_comparison_and_does_not_deny_it(open_design, open_cohort, language, difference, rest, denied):
    words = read_words(show_main_findings(open_design(language)))
    assert difference in words and rest in words and denied not in words
    assert denied in read_words(show_main_findings(open_cohort(language)))


def test_the_section_says_that_schools_were_not_drawn_by_lot(open_design):
    assert "is niet geloot" in read_words(show_pairs(open_design()))
