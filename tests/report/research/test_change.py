from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report.reading import read_tables, read_words
from toolkit.report.research.change import ESTIMATORS, show_default, show_per_school, show_sensitivity

ROWS = [
    {"quantity": "average_change", "estimate": 0.4, "low": 0.1, "high": 0.7, "p_value": 0.02, "df": 5.0},
    {
        "quantity": "companion",
        "estimate": 0.52,
        "low": 0.2,
        "high": 0.84,
        "p_value": 0.01,
        "method": "mixed model, satterthwaite, singular",
    },
    {"quantity": "companion_difference", "estimate": 0.12, "method": "more than half a standard error"},
    {"quantity": "wild_bootstrap", "estimate": 0.4, "p_value": 0.03},
]


OTHERS = {
    "nl": ["Uitkomst", "Standaard", "Gemengd model", "Wie twee keer antwoordde", "Gewogen voor uitval", "Aangevuld"],
    "en": ["Outcome", "Default", "Mixed model", "Those who answered twice", "Weighted for drop-out", "Imputed"],
}


def test_the_figure_spans_the_estimates_and_singular_fits_and_parting_are_told(open_made):
    page = show_sensitivity(open_made(sensitivity=ROWS)).markup
    assert "The estimates run from 0.40 to 0.52" in page
    assert "0.12 points off the default: more than half a standard error" in page
    assert "a variance comes out at 0 (singular)" in page
    assert "no interval" in page  # the wild bootstrap


@pytest.mark.parametrize(
    ("language", "parted", "others", "number"),
    [
        (
            "nl",
            "wijkt 0,12 punt af van de standaard: meer dan een halve standaardfout",
            "De andere uitkomsten, volgens elke schatter",
            "0,30",
        ),
        ("en", "is 0.12 points off the default: more than half a standard error", "The other outcomes, by each estimator", "0.30"),
    ],
)
def test_the_other_outcomes_stand_folded_with_an_estimator_in_each_column(open_made, language, parted, others, number):
    rows = [*ROWS, ROWS[0] | {"instrument": "plg12", "scale": "e1", "rating": "now", "estimate": 0.3}]
    page = show_sensitivity(open_made(language, sensitivity=rows, further=("plg12.e1.now",)))
    assert parted in read_words(page) and f"<summary>{others}</summary>" in page.markup
    head, row = read_tables(page)["sensitivity-others"]
    assert head == OTHERS[language] and row[1].startswith(f"{number} (") and len(set(row[2:])) == 1


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "nl",
            [
                "Verandering, iedereen (REML)",
                "Verandering, wie twee keer antwoordde",
                "Verandering, varianties van alle scholen samen",
                "Naar het midden getrokken",
                "Afstand tot het gemiddelde van de scholen",
                "Effectgrootte g (av)",
                "Effectgrootte d (z)",
            ],
        ),
        (
            "en",
            [
                "Change, everyone (REML)",
                "Change, those who answered twice",
                "Change, variances of all schools together",
                "Drawn in towards the middle",
                "Distance from the average of the schools",
                "Effect size g (av)",
                "Effect size d (z)",
            ],
        ),
    ],
)
def test_the_page_of_one_school_has_every_estimate_of_its_change_by_name(open_made, language, names):
    table = read_tables(show_default(replace(open_made(language), school="s1")))["default-table"]
    assert [row[0] for row in table[1:]] == names
    assert table[1][1] == ("0,90" if language == "nl" else "0.90")


def test_estimators_that_agree_are_said_to(open_made):
    agree = [*ROWS[:2], ROWS[2] | {"estimate": 0.01, "method": "within half a standard error"}]
    assert "0.01 points off the default: less than half a standard error" in show_sensitivity(open_made(sensitivity=agree)).markup


def test_too_few_schools_leave_a_table_of_states_and_no_figure(open_made):
    blank = [{"quantity": name, "state": "not_computable", "method": "too_few_schools", "n": 0} for name in ESTIMATORS[:7]]
    page = show_sensitivity(open_made(sensitivity=blank)).markup
    assert "<svg" not in page and "can&#39;t be computed" in page and "too few schools" in page


def test_the_default_stands_with_the_fixed_sentence_on_causes_and_says_what_p_is_not(open_made):
    page = show_default(open_made()).markup
    assert "A difference can have another cause." in page
    assert "not corrected for the number of outcomes" in page


def test_rank_tests_show_hidden_schools_as_hidden(open_made):
    rows = [
        {"school": "s1", "quantity": name, "estimate": 0.5, "p_value": 0.04, "schools": 1, "n": 20, "pairs": 20}
        for name in ("hodges_lehmann", "rank_biserial")
    ]
    rows += [
        {"school": "s2", "quantity": name, "state": "hidden", "method": "too_few_pairs", "n": 0}
        for name in ("hodges_lehmann", "rank_biserial")
    ]
    page = show_per_school(open_made(sensitivity=rows)).markup.replace("\xa0", " ")
    assert "hidden (fewer than 5)" in page and "0.040" in page
