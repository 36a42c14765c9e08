from __future__ import annotations

import pytest

from toolkit.report.research.leaving import show_attrition, show_low_start, show_meaning


def test_leavers_are_told_beside_stayers_with_interval_and_the_tipping_point(open_made):
    rows = [
        {"quantity": "stayers", "estimate": 3.5, "low": 3.3, "high": 3.7},
        {"quantity": "leavers", "estimate": 3.1, "low": 2.8, "high": 3.4},
        {"quantity": "leavers_minus_stayers", "estimate": -0.4, "low": -0.7, "high": -0.1, "p_value": 0.01},
        {"quantity": "tipping_point", "estimate": -0.8},
    ]
    page = show_attrition(open_made(attrition=rows)).markup
    assert "those who left scored 3.10 on average; those who stayed 3.50. The difference is −0.40 (95% interval −0.70 to −0.10" in page
    assert "if the change of those who left was 0.80 points lower than expected" in page
    hopeless = [*rows[:3], {"quantity": "tipping_point", "state": "not_computable", "method": "interval_holds_0", "n": 0}]
    assert "No tipping point can be computed" in show_attrition(open_made(attrition=hopeless)).markup


def test_low_starters_stand_beside_what_regression_alone_would_bring(open_made):
    rows = [
        {"quantity": "low_start_change", "estimate": 0.9, "low": 0.7, "high": 1.1, "p_value": 0.001, "n": 30},
        {"quantity": "low_start_expected", "estimate": 0.5, "n": 30},
    ]
    page = show_low_start(open_made(low_start=rows)).markup
    assert "the change is 0.90 (95% interval 0.70 to 1.10" in page and "From regression to the mean alone 0.50 is to be expected" in page


def test_low_starters_that_are_too_few_are_said_to_be_hidden(open_made):
    rows = [{"quantity": "low_start_change", "state": "hidden", "method": "too_few_for_spread", "n": 0}]
    assert "fewer than" in show_low_start(open_made(low_start=rows)).markup


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("meaningful", "meaningful: the whole interval lies beyond"),
        ("change_size_uncertain", "changed, by how much is uncertain"),
        ("no_meaningful_change", "no meaningful change"),
        ("inconclusive", "can&#39;t tell"),
    ],
)
def test_each_verdict_on_meaning_has_its_words(open_made, verdict, says):
    rows = [{"quantity": "equivalence", "estimate": 0.1, "low": 0.0, "high": 0.2, "p_value": 0.01, "verdict": verdict}]
    page = show_meaning(open_made(meaning=rows)).markup
    assert says in page and "0.25" in page


def test_people_who_can_not_be_counted_are_told_of_in_one_sentence(open_made):
    blank = {"state": "not_computable", "method": "one_item", "n": 0}
    rows = [{"quantity": name} | blank for name in ("rci_improved", "rci_deteriorated", "rci_by_chance", "rci_threshold")]
    page = show_meaning(open_made(meaning=rows)).markup
    assert "can&#39;t be computed, because the scale has one question only." in page and "meaning-people" not in page
