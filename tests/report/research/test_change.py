from __future__ import annotations

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


def test_the_figure_spans_the_estimates_and_singular_fits_and_parting_are_told(open_made):
    page = show_sensitivity(open_made(sensitivity=ROWS)).markup
    assert "The estimates run from 0.40 to 0.52" in page
    assert "0.12 points off the default: more than half a standard error" in page
    assert "a variance comes out at 0 (singular)" in page
    assert "no interval" in page  # the wild bootstrap


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
