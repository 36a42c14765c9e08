"""The same question in other ways: every number that of the results, and a sentence on whether they agree."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tests.report.made_results import MadeResults
from tests.report.reading import read_tables, read_words
from toolkit.report.sections.method import show_method, show_other_ways

WAYS = {
    "companion": {"estimate": 0.231, "low": 0.042, "high": 0.42, "p_value": 0.0004, "n": 145},
    "robust": {"estimate": 0.197, "low": 0.011, "high": 0.383, "p_value": 0.039, "n": 145},
    "pairs": {"estimate": 0.205, "low": 0.021, "high": 0.389, "p_value": 0.033, "n": 75},
    "wild_bootstrap": {"estimate": 0.188, "p_value": 0.0625, "n": 75},
}


def add(**changed: dict[str, object]) -> Callable[[MadeResults], None]:
    """Return a function that adds the other ways, some of them changed."""

    def alter(made: MadeResults) -> None:
        for name, numbers in WAYS.items():
            made.other_way(name, **numbers | changed.get(name, {}))

    return alter


def hide(made: MadeResults) -> None:
    add()(made)
    made.hide("sensitivity", {}, method="subtraction")


def test_every_way_has_its_row_below_the_default(open_cohort):
    table = read_tables(show_other_ways(open_cohort(alter=add())))["other-ways"]
    assert table == [
        ["Manier", "Verandering", "95%-interval", "p-waarde", "Aantal mensen (n)"],
        ["Standaard: elke school telt één keer", "0,21", "0,02 tot 0,41", "0,040", "145"],
        ["Eén gemengd model voor alle scholen", "0,23", "0,04 tot 0,42", "< 0,001", "145"],
        ["Kleinste kwadraten met robuuste fouten (CR2)", "0,20", "0,01 tot 0,38", "0,039", "145"],
        ["Alleen wie twee keer invulde", "0,21", "0,02 tot 0,39", "0,033", "75"],
        ["Alleen wie twee keer invulde, wild bootstrap", "0,19", "geen interval", "0,063", "75"],
    ]


@pytest.mark.parametrize(
    ("language", "changed", "said"),
    [
        ("nl", {}, "De 4 manieren met een interval geven dezelfde conclusie. De schattingen lopen van 0,20 tot 0,23 punt."),
        ("en", {}, "The 4 ways with an interval lead to the same conclusion. The estimates run from 0.20 to 0.23 points."),
        ("nl", {"robust": {"low": -0.001}}, "Anders is het bij: ‘Kleinste kwadraten met robuuste fouten (CR2)’."),
        (
            "en",
            {"robust": {"low": -0.001}, "pairs": {"estimate": -0.2, "low": -0.3, "high": -0.1}},
            "It differs for: ‘Least squares with robust errors (CR2)’ and ‘Only those who answered twice’. The estimates run from −0.20 to",
        ),
        ("en", {"robust": {"low": 0.0}}, "It differs for: ‘Least squares with robust errors (CR2)’."),  # an interval holds its own ends
        ("en", {"robust": {"low": 1e-9}}, "The 4 ways with an interval lead to the same conclusion."),
        ("nl", {"wild_bootstrap": {"p_value": 0.9}}, "De 4 manieren"),  # it has no interval, and few schools keep its p from being small
    ],
)
def test_it_is_said_whether_the_ways_agree(open_cohort, language: str, changed: dict[str, dict[str, object]], said: str):
    assert said in read_words(show_other_ways(open_cohort(language, alter=add(**changed))))


@pytest.mark.parametrize(("high", "agree"), [(0.0, True), (-1e-9, False)])
def test_an_interval_that_ends_at_zero_does_not_lie_below_it(open_cohort, high: float, agree: bool):
    def alter(made: MadeResults) -> None:
        add(**{name: {"low": -0.4, "high": 0.1} for name in WAYS} | {"robust": {"low": -0.4, "high": high}})(made)
        made.alter("change", {"school": "", "quantity": "average_change"}, low=-0.1)

    assert ("It differs for" in read_words(show_other_ways(open_cohort("en", alter=alter)))) != agree


@pytest.mark.parametrize(
    ("language", "label"),
    [("nl", "Alle scholen, ook die te klein zijn om te tonen"), ("en", "All schools, also those too small to be shown")],
)
def test_all_schools_stand_below_the_default_where_it_leaves_some_out(open_cohort, language: str, label: str):
    def alter(made: MadeResults) -> None:
        made.other_way("all_schools", 0.12, low=-0.1, high=0.34, p_value=0.2, n=160)
        add()(made)

    page = show_other_ways(open_cohort(language, alter=alter))
    assert [row[0] for row in read_tables(page)["other-ways"]][2] == label
    assert label in read_words(page).split("(CR2)")[0]  # it has an interval over 0, and the default has none


@pytest.mark.parametrize(
    ("language", "said"), [("nl", "kwam een van de varianties op 0 uit"), ("en", "one of the variances came out as 0")]
)
def test_a_variance_at_its_bound_is_told(open_cohort, language: str, said: str):
    for method, told in (("mixed model, satterthwaite, singular", True), ("mixed model, satterthwaite", False)):
        page = show_other_ways(open_cohort(language, alter=add(companion={"method": method})))
        assert (said in read_words(page)) == told


def test_a_way_that_is_hidden_says_so_and_has_no_part_in_the_sentence(open_cohort):
    def alter(made: MadeResults) -> None:
        add(pairs={"low": -9.0})(made)
        made.hide("sensitivity", {"quantity": "pairs"}, method="subtraction")

    page = show_other_ways(open_cohort(alter=alter))
    assert read_tables(page)["other-ways"][4][1:] == ["verborgen"] * 4
    assert "De 3 manieren" in read_words(page)


@pytest.mark.parametrize(
    ("language", "said", "unsaid"),
    [("nl", "Hier is geen andere manier te tonen.", "conclusie."), ("en", "No other way can be shown here.", "conclusion.")],
)
def test_where_no_other_way_can_be_shown_nobody_says_that_they_agree(open_cohort, language: str, said: str, unsaid: str):
    words = read_words(show_other_ways(open_cohort(language, alter=hide)))
    assert said in words and unsaid not in words


def test_without_an_average_or_without_other_ways_there_is_nothing(open_cohort, open_school):
    def lose(made: MadeResults) -> None:
        add()(made)
        made.alter("change", {"school": "", "quantity": "average_change"}, state="not_computable", low=math.nan)

    assert not show_other_ways(open_cohort(alter=lose)).markup
    assert not show_other_ways(open_cohort()).markup
    assert not show_other_ways(open_school()).markup


def test_it_is_a_part_of_how_this_was_measured(open_cohort):
    assert "Dezelfde vraag op andere manieren" in read_words(show_method(open_cohort(alter=add())))
